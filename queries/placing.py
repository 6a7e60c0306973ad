"""Statements that place sessions in buckets of time.

DuckDB finds the bucket of a start by a join on slots, short equal pieces of time counted from 1970,
and the bounds of the buckets decide where one begins inside a slot. At a million sessions this
costs what cutting to whole days of UTC costs, while counting in a zone costs ten times as much.
"""

from collections.abc import Sequence

from lake import bins as binned
from queries.catalog import Dimension, Metric
from queries.stacks import Stack
from queries.statement import Statement, measured
from queries.where import EFFECTIVE_MS

# The bin of what a session has lasted, of an active one until the tick (lake/bins.py).
EFFECTIVE_BIN = binned.sql(f"({EFFECTIVE_MS})")

# `edges` are where the buckets begin; the last one has no end. What lies outside is drawn to the
# first and the last. A bucket of no length holds nothing. Moments are microseconds since 1970.
_SLOTS = """\
with bounds as (
    select
        place,
        epoch_us($edges[place + 1]) as opens,
        coalesce(epoch_us($edges[place + 2]), epoch_us($edges[place + 1]) + 1) as closes
    from range(len($edges)) as places (place)
),
slots as (
    select
        place,
        opens,
        closes,
        unnest(range(opens // $slot_us, (closes - 1) // $slot_us + 1)) as slot
    from bounds
),
"""


def trend(metrics: Sequence[Metric], stack: Stack) -> Statement:
    """Return a select of metrics by `place` (in $edges; null without a start) and `stack`."""
    columns = [f"{sql} as {name}" for name, sql in measured(metrics).items()]
    listed = ",\n    ".join(["place", f"{stack.sql} as stack", *columns])
    text = f"""{_SLOTS}placed as (
    select
        *,
        case when started_at is not null then {_drawn("epoch_us(started_at)")} end as moment
    from filtered
)
select
    {listed}
from placed
left join slots on moment // $slot_us = slot and moment >= opens and moment < closes
group by place, stack
order by place, stack"""  # noqa: S608  text of ours; values are bound
    return Statement("trend", text, ("edges",))


def bins(measure: str, kind: str, stack: Stack) -> Statement:
    """Return a select of `bin` and `n` by `place` and `stack`, of the cells of a histogram.

    Cells of days are put together first, for many have the same start.
    """
    stacked = "" if stack.dimension is None else f"{stack.sql} as stack, "
    group = "" if stack.dimension is None else "stack, "
    shown = "'' as stack, " if stack.dimension is None else group
    days = f"sum(n)::bigint as n\n    from filtered\n    group by started_at, {group}bin"
    text = f"""{_SLOTS}told as (
    select started_at, {stacked}bin, {"n from filtered" if kind == "hours" else days}
),
placed as (
    select
        *,
        case when started_at is not null then {_drawn("epoch_us(started_at)")} end as moment
    from told
    where bin is not null
)
select place, {shown}bin, sum(n)::bigint as n
from placed
left join slots on moment // $slot_us = slot and moment >= opens and moment < closes
group by place, {group}bin
having sum(n) <> 0
order by place, {group}bin"""  # noqa: S608  the same
    return Statement("bins", text, ("edges",), cube=f"{measure}_{kind}")


def all_bins(measure: str, kind: str) -> Statement:
    """Return a select of `bin` and `n` of all that filters leave, of the cells of a histogram."""
    text = """select bin, sum(n)::bigint as n
from filtered
where bin is not null
group by bin
having sum(n) <> 0
order by bin"""
    return Statement("all_bins", text, (), cube=f"{measure}_{kind}")


def bins_by(measure: str, kind: str, dimension: Dimension) -> Statement:
    """Return a select of `bin` and `n` by a dimension, of the cells of a histogram."""
    text = f"""select {dimension.sql} as {dimension.name}, bin, sum(n)::bigint as n
from filtered
where bin is not null
group by {dimension.name}, bin
having sum(n) <> 0
order by {dimension.name}, bin"""  # noqa: S608  text of ours
    return Statement("bins_by", text, (), cube=f"{measure}_{kind}")


def active_bins() -> Statement:
    """Return a select of `bin` and `n` of active sessions, by what they have lasted until now."""
    text = f"""select {EFFECTIVE_BIN} as bin, count(*) as n
from filtered
where status = 'active'
group by bin
order by bin"""  # noqa: S608  text of ours
    return Statement("active_bins", text)


def spread(stack: Stack) -> Statement:
    """Return how many sessions are open from one place in $edges to another, and the `stack`.

    A session is open from its start to its end, its start included; an active one until the tick.
    Only those that are open at some moment from $open_after to $open_before.
    """
    text = f"""{_SLOTS}lasting as (
    select
        *,
        epoch_us(started_at) as first_us,
        greatest(
            epoch_us(started_at),
            case when status = 'active' then epoch_us($now) else epoch_us(ended_at) - 1 end
        ) as last_us
    from filtered
    where started_at < $open_before
),
drawn as (
    select
        {stack.sql} as stack,
        {_drawn("first_us")} as first_us,
        {_drawn("last_us")} as last_us
    from lasting
    where last_us >= epoch_us($open_after)
),
begun as (
    select
        stack,
        place,
        last_us,
        -- most sessions are over in the bucket in which they start: no second place for these
        case when last_us >= closes then last_us // $slot_us end as last_slot
    from drawn
    join slots on first_us // $slot_us = slot and first_us >= opens and first_us < closes
)
select
    begun.place as opened,
    coalesce(slots.place, begun.place) as closed,
    stack,
    count(*) as total
from begun
left join slots on last_slot = slot and last_us >= opens and last_us < closes
group by opened, closed, stack
order by opened, closed, stack"""  # noqa: S608  the same
    return Statement("spread", text)


def _drawn(moment: str) -> str:
    """Return a moment, drawn to the first or the last bucket where it lies outside of them."""
    return f"greatest(least({moment}, epoch_us($edges[-1])), epoch_us($edges[1]))"
