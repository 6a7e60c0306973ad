"""Alerts as they are read: the rule in texts, how it stands, what has happened to it.

What a rule means is not known here (queries/rules.py, alerts/wishes.py).
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from lake.alert_refusals import AlertNotFoundError
from lake.hook_file import known, reading

RULE = "name, metric, filter, time_window, condition, threshold, resolve, least"
_FIELDS = (
    f"alert_id, {RULE}, agents, made_by, created_at, changed_at, version, is_enabled, firing_id, "
    "since, checked_at, value, n, was, was_n, error"
)
EVENT = "alert_id, firing_id, kind, reason, at, ends_at, value, n, was, was_n"


class Kind(StrEnum):
    """What happens to an alert."""

    FIRED = "fired"
    RESOLVED = "resolved"


class Reason(StrEnum):
    """Why a firing begins or ends: by its number, or because somebody has ended the rule."""

    VALUE = "value"
    CHANGED = "changed"
    DISABLED = "disabled"
    REMOVED = "removed"


@dataclass(frozen=True)
class StoredRule:
    """A rule in texts: metric, window and condition by name, filters as they stand in a URL."""

    name: str
    metric: str
    filter: str
    window: str
    condition: str
    threshold: float
    resolve: float
    least: int


@dataclass(frozen=True)
class Seen:
    """What was found at a moment, which is the end of the window; `was` is the window before."""

    at: datetime
    value: float | None = None
    n: int = 0
    was: float | None = None
    was_n: int = 0


@dataclass(frozen=True)
class Alert:
    """One alert; times are aware UTC. `agents` None is all of them."""

    alert_id: str
    rule: StoredRule
    agents: frozenset[str] | None  # what its maker may see
    made_by: str
    created_at: datetime
    changed_at: datetime
    version: str  # another one after each change
    is_enabled: bool
    firing_id: str | None  # while it fires
    since: datetime | None  # when it fired or was resolved last
    seen: Seen | None  # what was found last
    error: str  # why nothing could be found the last time

    @property
    def state(self) -> str:
        """Return `off`, `firing`, `waiting` (nobody has looked yet) or `ok`."""
        if not self.is_enabled:
            return "off"
        if self.firing_id is not None:
            return "firing"
        return "waiting" if self.seen is None else "ok"


@dataclass(frozen=True)
class AlertEvent:
    """A beginning or an end of a firing; `seen` is what was found last then."""

    alert_id: str
    firing_id: str
    kind: Kind
    reason: Reason
    at: datetime
    seen: Seen


def read(connection: sqlite3.Connection) -> list[Alert]:
    """Return all alerts, newest first."""
    with reading(connection):
        rows = connection.execute(
            f"select {_FIELDS} from alerts order by created_at desc, rowid desc"
        ).fetchall()
    return [_alert(row) for row in rows]


def read_one(connection: sqlite3.Connection, alert_id: str) -> Alert:
    """Return the alert of an id; raises AlertNotFoundError."""
    row = connection.execute(
        f"select {_FIELDS} from alerts where alert_id = ?", (alert_id,)
    ).fetchone()
    if row is None:
        raise AlertNotFoundError
    return _alert(row)


def event_of(row: Sequence[Any]) -> AlertEvent:
    """Return the columns of EVENT as an event."""
    alert_id, firing_id, kind, reason, at, ends_at, *numbers = row
    seen = _seen(ends_at, numbers)
    return AlertEvent(
        alert_id, firing_id, Kind(kind), Reason(reason), datetime.fromisoformat(at), seen
    )


def columns(rule: StoredRule) -> tuple[str | float, ...]:
    """Return a rule as the columns of RULE."""
    return (
        rule.name, rule.metric, rule.filter, rule.window, rule.condition, rule.threshold,
        rule.resolve, rule.least,
    )  # fmt: skip


def _alert(row: Sequence[Any]) -> Alert:
    alert_id, *rule = row[:9]
    (agents, made_by, created_at, changed_at, version, is_enabled, firing_id, since, checked_at,
     *numbers, error) = row[9:]  # fmt: skip
    return Alert(
        alert_id, StoredRule(*rule), None if agents is None else frozenset(json.loads(agents)),
        made_by, datetime.fromisoformat(created_at), datetime.fromisoformat(changed_at), version,
        bool(is_enabled), firing_id, known(since),
        None if checked_at is None else _seen(checked_at, numbers), error,
    )  # fmt: skip


def _seen(at: str, numbers: Sequence[Any]) -> Seen:
    value, n, was, was_n = numbers
    return Seen(datetime.fromisoformat(at), value, n or 0, was, was_n or 0)
