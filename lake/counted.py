"""What is selected of sessions for the cells of lake/cubes.py, and for what stands beside these."""

from collections.abc import Callable, Mapping

from lake import days as report_days
from lake import histograms

Select = Callable[[str], str]  # of the name of sessions

KEYS = "channel, status, type, list_contains(event_kinds, 'handoff') as has_handoff"
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


def pair_days(sessions: str) -> str:
    """Return the select of the cells of days, agents and pairs; needs the table `pairs`."""
    return f"""
        with dated as (
            select session_no, opens as started_at, agent_id, {KEYS}
            from {report_days.of(sessions)}
        )
        select
            started_at, agent_id, channel, status, type, has_handoff, pair,
            least(nth, 2)::smallint as nth, count(*)::bigint as n
        from pairs join dated using (session_no)
        where nth <> 0
        group by 1, 2, 3, 4, 5, 6, 7, 8"""


# The cubes that hold each session once, and those of them whose cells are of agents and hours.
BY_SESSION: Mapping[str, Select] = {
    "hours": hours, "agent_hours": agent_hours, "plain_agent_hours": plain_agent_hours,
    "days": days, "agent_days": agent_days,
}  # fmt: skip
OF_AGENT_HOURS = ("agent_hours", "plain_agent_hours")
PLAIN = frozenset({"plain_agent_hours"})  # know nothing but agent and time
