"""Metrics and dimensions as data: one line is the card, the chart's measure, the API field, help.

A metric is an expression over a set of sessions, a dimension one over a session; both are SQL of
ours. Rates are fractions of one, durations milliseconds; a metric of no sessions is null, counts 0.
"""

from dataclasses import dataclass
from enum import StrEnum

from queries.where import LOCAL_START


class Unit(StrEnum):
    """What a metric is counted in."""

    SESSIONS = "sessions"
    RATE = "rate"
    MILLISECONDS = "ms"
    NUMBER = "number"


class Good(StrEnum):
    """Which way a metric should go."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


@dataclass(frozen=True)
class Metric:
    """A number over a set of sessions."""

    name: str
    label: str
    sql: str
    definition: str
    unit: Unit = Unit.SESSIONS
    good_direction: Good = Good.NEITHER


@dataclass(frozen=True)
class Dimension:
    """What sessions can be grouped by; the name is that of the filter which takes its values."""

    name: str
    label: str
    sql: str


_RATE, _MS, _UP, _DOWN = Unit.RATE, Unit.MILLISECONDS, Good.UP, Good.DOWN
_HANDOFF = "list_contains(event_kinds, 'handoff')::int"


def _in_status(name: str, label: str, definition: str, good: Good = Good.NEITHER) -> Metric:
    sql = f"count(*) filter (where status = '{name}')"
    return Metric(name, label, sql, definition, good_direction=good)


# ruff: noqa: E501  an entry is one line
# fmt: off
METRICS = {metric.name: metric for metric in (
    Metric("sessions", "Sessions", "count(*)", "All sessions."),
    _in_status("active", "Active", "Sessions that are still going on."),
    _in_status("completed", "Completed", "Sessions that ended well.", _UP),
    _in_status("failed", "Failed", "Sessions that an error ended.", _DOWN),
    _in_status("cancelled", "Cancelled", "Sessions that user or agent ended.", _DOWN),
    Metric("failure_rate", "Failure rate", "avg((status = 'failed')::int)", "Failed / all.", _RATE, _DOWN),
    Metric("handoff_rate", "Handoff rate", f"avg({_HANDOFF})", "With a handoff / all.", _RATE, _DOWN),
    Metric("duration_median", "Median duration", "quantile_cont(duration_ms, 0.5)", "Of ended sessions.", _MS),
    Metric("duration_p95", "p95 duration", "quantile_cont(duration_ms, 0.95)", "Of ended sessions.", _MS),
    Metric("messages_per_session", "Messages a session", "avg(message_count)", "Messages / all.", Unit.NUMBER),
)}

DIMENSIONS = {dimension.name: dimension for dimension in (
    Dimension("channel", "Channel", "channel"),
    Dimension("type", "Type", "type"),
    Dimension("status", "Status", "status"),
    Dimension("agent", "Agent", "agent_id"),
    Dimension("weekday", "Weekday", f"isodow({LOCAL_START})"),
    Dimension("hour", "Hour", f"hour({LOCAL_START})"),
)}
# fmt: on
