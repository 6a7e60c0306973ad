"""What happens to alerts: written with what webhooks are to tell of it, in one transaction.

A firing has an id, which its beginning and its end share. What was found is written only where the
alert is still the one that was looked at: not changed, turned off or removed meanwhile.
"""

import secrets
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from lake import outbox
from lake.alert_rows import Alert, AlertEvent, Kind, Reason, Seen
from lake.hook_file import text
from lake.hook_types import HookType

HOOKS = {Kind.FIRED: HookType.ALERT_FIRED, Kind.RESOLVED: HookType.ALERT_RESOLVED}

Body = Callable[[Alert, AlertEvent], str]  # what webhooks are told of an event


def noted(
    connection: sqlite3.Connection, alert: Alert, seen: Seen, body: Body, *, is_firing: bool
) -> AlertEvent | None:
    """Write what was found of an alert; returns what has happened by that, if something has."""
    if not _is_still(connection, alert):
        return None
    connection.execute(
        "update alerts set checked_at = ?, value = ?, n = ?, was = ?, was_n = ?, error = '' "
        "where alert_id = ?", (*_numbers(seen), alert.alert_id),
    )  # fmt: skip
    if is_firing == (alert.firing_id is not None):
        return None
    return happened(connection, replace(alert, seen=seen), seen.at, Reason.VALUE, body)


def failed(connection: sqlite3.Connection, alert: Alert, error: str) -> None:
    """Write why nothing could be found; whether the alert fires stays as it was."""
    if _is_still(connection, alert):
        connection.execute(
            "update alerts set error = ? where alert_id = ?", (error, alert.alert_id)
        )


def happened(
    connection: sqlite3.Connection, alert: Alert, at: datetime, reason: Reason, body: Body
) -> AlertEvent | None:
    """Let an alert begin to fire, or be resolved where it does; None where nobody has looked yet.

    Writes the state, the event, and a message to each subscription that is told of such.
    """
    if alert.seen is None:
        return None
    kind = Kind.FIRED if alert.firing_id is None else Kind.RESOLVED
    firing_id = alert.firing_id or secrets.token_hex(6)
    event = AlertEvent(alert.alert_id, firing_id, kind, reason, at, alert.seen)
    connection.execute(
        "insert into alert_events values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (alert.alert_id, firing_id, kind, reason, text(at), *_numbers(alert.seen)),
    )
    connection.execute(
        "update alerts set firing_id = ?, since = ? where alert_id = ?",
        (firing_id if kind is Kind.FIRED else None, text(at), alert.alert_id),
    )
    outbox.tell(connection, HOOKS[kind], body(alert, event), alert.agents)
    return event


def forget(connection: sqlite3.Connection, before: datetime) -> None:
    """Forget what has happened before a moment."""
    connection.execute("delete from alert_events where at < ?", (text(before),))


def _is_still(connection: sqlite3.Connection, alert: Alert) -> bool:
    found = connection.execute(
        "select 1 from alerts where alert_id = ? and version = ? and firing_id is ?",
        (alert.alert_id, alert.version, alert.firing_id),
    )
    return found.fetchone() is not None


def _numbers(seen: Seen) -> tuple[str | float | None, ...]:
    return text(seen.at), seen.value, seen.n, seen.was, seen.was_n
