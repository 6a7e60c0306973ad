"""Alerts: made, changed, turned off and removed by people; looked at by alerts/watch.py."""

import json
import secrets
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from lake.alert_events import Body, happened
from lake.alert_file import connected, exists
from lake.alert_refusals import AlertNotFoundError, TooManyAlertsError
from lake.alert_rows import (
    EVENT,
    RULE,
    Alert,
    AlertEvent,
    Reason,
    StoredRule,
    columns,
    event_of,
    read,
    read_one,
)
from lake.hook_file import reading, text, writing

MOST = 200


class Alerts:
    """The alerts of one state folder; may be used by several processes and threads."""

    def __init__(self, folder: Path, body: Body) -> None:
        """`body` writes what webhooks are told where somebody ends a firing."""
        self._folder = folder
        self._body = body

    def listed(self) -> list[Alert]:
        """Return all of them, newest first; makes no file. Raises StateError."""
        if not exists(self._folder):
            return []
        with connected(self._folder) as connection:
            return read(connection)

    def one(self, alert_id: str) -> Alert:
        """Return the one of an id; raises AlertNotFoundError, StateError."""
        found = [each for each in self.listed() if each.alert_id == alert_id]
        if not found:
            raise AlertNotFoundError
        return found[0]

    def add(
        self, rule: StoredRule, *, now: datetime, by: str, agents: Collection[str] | None = None
    ) -> Alert:
        """Make one; raises TooManyAlertsError, StateError."""
        alert_id = secrets.token_hex(6)
        listed = None if agents is None else json.dumps(sorted(agents))
        row = (alert_id, *columns(rule), listed, by, text(now), text(now), _version())
        with self._writing() as connection:
            (held,) = connection.execute("select count(*) from alerts").fetchone()
            if held >= MOST:
                raise TooManyAlertsError(f"There are {MOST} alerts already.")
            connection.execute(
                f"insert into alerts values ({'?, ' * len(row)}1, null, null, null, null, null, "
                "null, null, '')", row,
            )  # fmt: skip
        return self.one(alert_id)

    def change(self, alert_id: str, rule: StoredRule, *, now: datetime) -> Alert:
        """Give one another rule; what fires by the rule before is resolved, but for a new name."""
        with self._writing() as connection:
            before = read_one(connection, alert_id)
            is_other = replace(before.rule, name=rule.name) != rule
            if is_other:
                self._end(connection, before, Reason.CHANGED, now)
            forgotten = ", checked_at = null, error = ''" if is_other else ""
            connection.execute(
                f"update alerts set ({RULE}) = (?, ?, ?, ?, ?, ?, ?, ?), changed_at = ?, "
                f"version = ?{forgotten} where alert_id = ?",
                (*columns(rule), text(now), _version(), alert_id),
            )  # fmt: skip
        return self.one(alert_id)

    def enable(self, alert_id: str, *, now: datetime, is_enabled: bool) -> Alert:
        """Turn one on or off; what fires is resolved. Raises AlertNotFoundError, StateError."""
        with self._writing() as connection:
            before = read_one(connection, alert_id)
            if before.is_enabled != is_enabled:
                self._end(connection, before, Reason.DISABLED, now)
                connection.execute(
                    "update alerts set is_enabled = ?, changed_at = ?, version = ?, "
                    "checked_at = null, error = '' where alert_id = ?",
                    (int(is_enabled), text(now), _version(), alert_id),
                )  # fmt: skip
        return self.one(alert_id)

    def remove(self, alert_id: str, *, now: datetime) -> None:
        """Forget one with its history; what fires is resolved."""
        with self._writing() as connection:
            self._end(connection, read_one(connection, alert_id), Reason.REMOVED, now)
            for table in ("alert_events", "alerts"):
                connection.execute(f"delete from {table} where alert_id = ?", (alert_id,))

    def history(
        self, alert_ids: Collection[str], *, offset: int, limit: int
    ) -> tuple[list[AlertEvent], int]:
        """Return what has happened to some, newest first, and how much that is in all."""
        if not exists(self._folder):
            return [], 0
        of = f"from alert_events where alert_id in ({', '.join('?' * len(alert_ids))})"
        with connected(self._folder) as connection, reading(connection):
            (total,) = connection.execute(f"select count(*) {of}", tuple(alert_ids)).fetchone()
            rows = connection.execute(
                f"select {EVENT} {of} order by rowid desc limit ? offset ?",
                (*alert_ids, limit, offset),
            ).fetchall()
        return [event_of(row) for row in rows], total

    def _end(
        self, connection: sqlite3.Connection, alert: Alert, reason: Reason, now: datetime
    ) -> None:
        """Resolve what fires, and have it told."""
        if alert.firing_id is not None:
            happened(connection, alert, now, reason, self._body)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with connected(self._folder) as connection, writing(connection):
            yield connection


def _version() -> str:
    return secrets.token_hex(4)
