"""Statements that place sessions in buckets of time.

DuckDB finds the bucket of a start by a join on slots, short equal pieces of time counted from 1970,
and the bounds of the buckets decide where one begins inside a slot. At a million sessions this
costs what cutting to whole days of UTC costs, while counting in a zone costs ten times as much.
"""

from collections.abc import Sequence

from queries.catalog import Metric
from queries.stacks import Stack
from queries.statement import Statement, measured

# `edges` are where the buckets begin; the last one has no end. What lies outside is drawn to the
# first and the last. A bucket of no length holds nothing.
_SLOTS = """\
with spans as (
    select
        place,
        $edges[place + 1] as opens_at,
        coalesce($edges[place + 2], $edges[place + 1] + interval 1 microsecond) as closes_at
    from range(len($edges)) as places (place)
),
slots as (
    select
        place,
        opens_at,
        closes_at,
        unnest(
            range(epoch_us(opens_at) // $slot_us, (epoch_us(closes_at) - 1) // $slot_us + 1)
        ) as slot
    from spans
),
"""


def trend(metrics: Sequence[Metric], stack: Stack) -> Statement:
    """Return a select of metrics by `place` (in $edges; null without a start) and `stack`.

    Where a stack is of the top values, those that are not in $top are $other together.
    """
    columns = [f"{sql} as {name}" for name, sql in measured(metrics).items()]
    listed = ",\n    ".join(["place", f"{_value(stack)} as stack", *columns])
    text = f"""{_SLOTS}placed as (
    select
        *,
        case
            when started_at is not null then greatest(least(started_at, $edges[-1]), $edges[1])
        end as placed_at
    from filtered
)
select
    {listed}
from placed
left join slots
    on epoch_us(placed_at) // $slot_us = slot and placed_at >= opens_at and placed_at < closes_at
group by place, stack
order by place, stack"""  # noqa: S608  text of ours; values are bound
    return Statement("trend", text)


def spread(stack: Stack) -> Statement:
    """Return how many sessions are open from one place in $edges to another, and the `stack`.

    A session is open from its start to its end, its start included; an active one until the tick.
    Only those that are open at some moment from $open_after to $open_before.
    """
    text = f"""{_SLOTS}lasting as (
    select
        *,
        case
            when status = 'active' then greatest(started_at, $now)
            when ended_at > started_at then ended_at - interval 1 microsecond
            else started_at
        end as last_at
    from filtered
    where started_at < $open_before
),
placed as (
    select
        {_value(stack)} as stack,
        greatest(least(started_at, $edges[-1]), $edges[1]) as opened_at,
        greatest(least(last_at, $edges[-1]), $edges[1]) as closed_at
    from lasting
    where last_at >= $open_after
)
select
    opening.place as opened,
    closing.place as closed,
    stack,
    count(*) as total
from placed
join slots as opening
    on epoch_us(opened_at) // $slot_us = opening.slot
    and opened_at >= opening.opens_at and opened_at < opening.closes_at
join slots as closing
    on epoch_us(closed_at) // $slot_us = closing.slot
    and closed_at >= closing.opens_at and closed_at < closing.closes_at
group by opened, closed, stack
order by opened, closed, stack"""  # noqa: S608  the same
    return Statement("spread", text)


def _value(stack: Stack) -> str:
    """Return what a session is stacked by, as text; '' where it is by nothing."""
    if stack.dimension is None:
        return "''"
    if not stack.values:
        return "$other"
    value = stack.dimension.sql
    return f"case when {value} in $top then {value} else $other end" if stack.is_top else value
