"""Metrics and dimensions as data: one line is the card, the chart's measure, the API field, help.

A metric is an expression over a set of sessions, a dimension one over a session; both are SQL of
ours. Rates are fractions of one, durations milliseconds; a metric of no sessions is null, counts 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from errors import FilterError
from models import Status
from queries.choices import Has
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


EVERY = "true"  # what tells a metric's sessions from others where it is about all


@dataclass(frozen=True)
class Metric:
    """A number over a set of sessions.

    `over` counts the sessions that it is about, its n; `hits` those of them that a rate counts.
    `behind` are the fields of Filters that leave these sessions among the filtered ones. `where`
    is the condition on one session that a count or a rate counts. `quantile` is of a percentile the
    measure of lake/histograms.py that it is of, and its place in it, from 0 to 1.
    """

    name: str
    label: str
    sql: str
    definition: str
    unit: Unit = Unit.SESSIONS
    good_direction: Good = Good.NEITHER
    hits: str = ""
    over: str = "count(*)"
    behind: Mapping[str, Any] = field(default_factory=dict, hash=False)
    where: str = EVERY
    quantile: tuple[str, float] | None = None

    @property
    def is_count(self) -> bool:
        """Whether the numbers of parts add up to the number of the whole."""
        return self.unit is Unit.SESSIONS


@dataclass(frozen=True)
class Dimension:
    """What sessions can be grouped by; the name is that of the filter which takes its values."""

    name: str
    label: str
    sql: str


def named(names: Iterable[str]) -> tuple[Metric, ...]:
    """Return metrics by their names; raises FilterError for one that there is not."""
    listed = list(names)
    for name in listed:
        if name not in METRICS:
            advice = f"Use one of {', '.join(METRICS)}."
            raise FilterError(f"There is no metric {name!r}.", advice=advice)
    return tuple(METRICS[name] for name in listed)


_RATE, _MS, _UP, _DOWN = Unit.RATE, Unit.MILLISECONDS, Good.UP, Good.DOWN
_HANDOFF = "list_contains(event_kinds, 'handoff')"
_WITH_HANDOFF = {"has": (Has.HANDOFF,)}
_ENDED = tuple(status for status in Status if status is not Status.ACTIVE)
# Sessions that have ended and whose length is known; an active one is as long as it lasts now.
_WITH_LENGTH = {"status": _ENDED, "duration_min": 0}
_IS_OVER = "filter (where status <> 'active')"
_DURATIONS, _RESPONSES = [0.5, 0.9, 0.95], [0.5, 0.95]


def _status(name: str) -> Mapping[str, Any]:
    return {"status": (Status(name),)}


def _in_status(name: str, label: str, definition: str, good: Good = Good.NEITHER) -> Metric:
    where = f"status = '{name}'"
    return _counted(name, label, where, definition, good, behind=_status(name))


def _counted(
    name: str, label: str, where: str, definition: str, good: Good, *, behind: Mapping[str, Any]
) -> Metric:
    sql = f"count(*) filter (where {where})"
    return Metric(name, label, sql, definition, good_direction=good, behind=behind, where=where)


def _rate(
    name: str,
    label: str,
    where: str,
    definition: str,
    good: Good,
    *,
    behind: Mapping[str, Any],
) -> Metric:
    hits = f"count(*) filter (where {where})"
    sql = f"{hits} / nullif(count(*), 0)"
    return Metric(name, label, sql, definition, _RATE, good, hits, behind=behind, where=where)


def _duration(name: str, label: str, place: int, definition: str) -> Metric:
    # The quantiles of a column are computed once: their texts are equal but for the place.
    sql = f"(quantile_cont(duration_ms, {_DURATIONS}) {_IS_OVER})[{place}]"
    quantile = "duration", _DURATIONS[place - 1]
    over = f"count(duration_ms) {_IS_OVER}"
    return Metric(
        name, label, sql, definition, _MS, over=over, behind=_WITH_LENGTH, quantile=quantile
    )


def _response(name: str, label: str, place: int, definition: str) -> Metric:
    sql = f"quantile_cont(first_response_ms, {_RESPONSES})[{place}]"
    return Metric(
        name,
        label,
        sql,
        definition,
        _MS,
        _DOWN,
        over="count(first_response_ms)",
        behind={"has": (Has.RESPONSE,)},
        quantile=("first_response", _RESPONSES[place - 1]),
    )


# ruff: noqa: E501  an entry is one line
# fmt: off
METRICS = {metric.name: metric for metric in (
    Metric("sessions", "Sessions", "count(*)", "All sessions."),
    _in_status("active", "Active", "Sessions that are still going on."),
    _in_status("completed", "Completed", "Sessions that ended well.", _UP),
    _in_status("failed", "Failed", "Sessions that an error ended.", _DOWN),
    _in_status("cancelled", "Cancelled", "Sessions that user or agent ended.", _DOWN),
    _counted("handoffs", "Handoffs", _HANDOFF, "Sessions with a handoff.", _DOWN, behind=_WITH_HANDOFF),
    _rate("success_rate", "Success rate", "status = 'completed'", "Completed / all.", _UP, behind=_status("completed")),
    _rate("failure_rate", "Failure rate", "status = 'failed'", "Failed / all.", _DOWN, behind=_status("failed")),
    _rate("cancel_rate", "Cancel rate", "status = 'cancelled'", "Cancelled / all.", _DOWN, behind=_status("cancelled")),
    _rate("handoff_rate", "Handoff rate", _HANDOFF, "With a handoff / all.", _DOWN, behind=_WITH_HANDOFF),
    _duration("duration_median", "Median duration", 1, "Of ended sessions, from start to end: half of them are shorter."),
    _duration("duration_p90", "p90 duration", 2, "Of ended sessions, from start to end: nine in ten are shorter."),
    _duration("duration_p95", "p95 duration", 3, "Of ended sessions, from start to end: 95 in 100 are shorter."),
    _response("first_response_median", "Median first response", 1, "From the first message of the user to the next of the agent: half are faster."),
    _response("first_response_p95", "p95 first response", 2, "From the first message of the user to the next of the agent: 95 in 100 are faster."),
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
