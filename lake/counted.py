"""What is selected of sessions for the cells of lake/cubes.py, and for what stands beside these."""

from collections.abc import Callable, Mapping

from lake import days as report_days
from lake import histograms

Select = Callable[[str], str]  # of the name of sessions

KEYS = "channel, status, type, list_contains(event_kinds, 'handoff') as has_handoff"
_COLUMNS = "channel, status, type, has_handoff"
ADDED = "sum(n)::bigint as n, sum(messages)::bigint as messages"  # of cells
_SUMS = "count(*)::bigint as n, sum(message_count)::bigint as messages"


def row(sign: int = 1) -> str:
    """Return what is selected of a session to stand in a cell of its own."""
    counted = f"{sign} as n, {sign} * message_count as messages, {histograms.columns()}"
    return f"started_at, agent_id, {KEYS}, {counted}"


def hours(sessions: str) -> str:
    """Return the select of the cells of hours."""
    return f"""
        select date_trunc('hour', started_at) as started_at, {KEYS}, {_SUMS}
        from {sessions} group by all"""


def agent_hours(sessions: str) -> str:
    """Return the select of the cells of agents and hours; in this order an agent's lie together."""
    return f"""
        select agent_id, date_trunc('hour', started_at) as started_at, {KEYS}, {_SUMS}
        from {sessions} group by all"""


def plain_agent_hours(sessions: str) -> str:
    """Return the select of those of agents and hours alone, which counts what is not filtered."""
    return f"""
        select agent_id, date_trunc('hour', started_at) as started_at, count(*)::bigint as n
        from {sessions} group by all"""


def days(sessions: str) -> str:
    """Return the select of the cells of days."""
    return f"""
        select opens as started_at, {KEYS}, {_SUMS}
        from {report_days.of(sessions)}
        group by all"""


def agent_days(sessions: str) -> str:
    """Return the select of the cells of days and agents."""
    return f"""
        select opens as started_at, agent_id, {KEYS}, {_SUMS}
        from {report_days.of(sessions)}
        group by all"""


def paired(sessions: str, pairs: str, sign: int = 1) -> str:
    """Return the select of sessions with each of their pairs, as in `signed`."""
    return f"""
        select started_at, agent_id, {KEYS}, pair, nth, {sign} as n
        from {sessions} join {pairs} using (session_no)"""


def pair_cells(sessions: str) -> str:
    """Return the select of the sessions of days, agents and pairs, by whether it is the first one.

    Needs the tables of lake/pairs.py.
    """
    return f"""
        with dated as (
            select session_no, opens as started_at, agent_id, {KEYS}
            from {report_days.of(sessions)}
        )
        select started_at, agent_id, {_COLUMNS}, pair, nth = 1 as is_first, count(*) as n
        from pairs join dated using (session_no)
        where nth <> 0
        group by all"""


def pair_days(sessions: str) -> str:
    """Return the select of the cells of pairs, of sessions."""
    return pairs_of(f"({pair_cells(sessions)})")


def pairs_of(cells: str) -> str:
    """Return the select of the cells of pairs, of what `pair_cells` has selected.

    Under the number of its key each session is counted once, as the first; under that of a value as
    another one. So a key is the sum of a few cells, however many values it has.
    """
    return f"""
        with cells as (select * from {cells}),
        keys as (select key, pair as of_key from pair_names where value is null)
        select
            started_at, agent_id, {_COLUMNS}, of_key as pair, 1::smallint as nth,
            sum(cells.n)::bigint as n
        from cells join pair_names using (pair) join keys using (key)
        where is_first group by all
        union all
        select
            started_at, agent_id, {_COLUMNS}, pair, 2::smallint as nth, sum(cells.n)::bigint as n
        from cells join pair_names using (pair)
        where value is not null group by all"""


def in_order(pair_days: str) -> str:
    """Return the select of cells of pairs in the order in which they are kept.

    Pairs that about as many sessions have lie together, and among these day after day: so of what
    many sessions have, in a few days, little else is read.
    """
    return f"""
        select cells.* from ({pair_days}) as cells
        join (select pair, floor(log2(n)) as size from pair_counts) as sizes using (pair)
        order by size desc, started_at, agent_id, {_COLUMNS}, pair, nth"""


# The cubes that hold each session once, and those of them whose cells are of agents and hours.
BY_SESSION: Mapping[str, Select] = {
    "hours": hours, "agent_hours": agent_hours, "plain_agent_hours": plain_agent_hours,
    "days": days, "agent_days": agent_days,
}  # fmt: skip
OF_AGENT_HOURS = ("agent_hours", "plain_agent_hours")
PLAIN = frozenset({"plain_agent_hours"})  # know nothing but agent and time
