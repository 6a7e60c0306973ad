"""What webhooks tell of, and what each of it is made of: a few columns, never what was said."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec

from lake.accepted import Accepted
from lake.schema import SESSION_COLUMNS
from models import EventKind, Status

MOST_BYTES = 20_000  # of a body
CUT_LENGTH = 300  # characters of each text where the whole would be more


class HookType(StrEnum):
    """What a subscription may ask to be told."""

    STARTED = "session.started"
    COMPLETED = "session.completed"
    FAILED = "session.failed"
    CANCELLED = "session.cancelled"
    UPDATED = "session.updated"
    HANDOFF = "session.handoff"


TEST = "webhook.test"  # what is sent to try an address
_ENDED = {
    Status.COMPLETED: HookType.COMPLETED,
    Status.FAILED: HookType.FAILED,
    Status.CANCELLED: HookType.CANCELLED,
}
_OF_SESSIONS = ("session.started", "session.updated", "session.ended")


def types_of(accepted: Accepted) -> tuple[HookType, ...]:
    """Return what an accepted event is to subscribers; of most messages nothing.

    `session.started` for the event that opened the session, whichever it was; one of the endings
    where the status became it; `session.updated` for what else was said about the session itself.
    """
    found = []
    if accepted.status_was is None:
        found.append(HookType.STARTED)
    is_of_session = accepted.type in _OF_SESSIONS
    # Nothing else ends a session; and to look costs as much as to accept the event.
    status = accepted.session["status"] if is_of_session else accepted.status_was
    if status != accepted.status_was and status in _ENDED:
        found.append(_ENDED[Status(status)])
    if accepted.type == "event.created" and accepted.data.get("kind") == EventKind.HANDOFF:
        found.append(HookType.HANDOFF)
    if not found and is_of_session:
        found.append(HookType.UPDATED)
    return tuple(found)


def body(kind: str, accepted: Accepted, page: str) -> str:
    """Return the JSON that is sent: the session's columns, `sequence`, `event_id` and `links`.

    `page` is the address of the dashboard. Where it would be longer than MOST_BYTES, metadata is
    left out, texts are cut, and `is_cut` says so.
    """
    row = {name: _value(name, accepted.session[name]) for name in SESSION_COLUMNS}
    more = {
        "sequence": accepted.position,
        "event_id": accepted.id,
        "links": {"session": f"{page}/?id={row['session_id']}"},
    }
    whole = written(kind, accepted.timestamp, {**row, **more, "is_cut": False})
    if len(whole) <= MOST_BYTES:
        return whole.decode()
    cut = {name: value[:CUT_LENGTH] if isinstance(value, str) else value
           for name, value in {**row, **more, "metadata": {}}.items()}  # fmt: skip
    return written(kind, accepted.timestamp, {**cut, "is_cut": True}).decode()


def written(kind: str, moment: datetime, data: Mapping[str, Any]) -> bytes:
    """Return the three parts of every body as JSON."""
    return msgspec.json.encode({"type": kind, "timestamp": _moment(moment), "data": data})


def _value(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return _moment(value)
    if name == "metadata" and isinstance(value, str):
        return msgspec.Raw(value.encode())  # is JSON as it lies
    return value


def _moment(value: datetime) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds, as the API writes it."""
    naive = value if value.tzinfo is None else value.astimezone(UTC).replace(tzinfo=None)
    return f"{naive.isoformat(timespec='milliseconds')}Z"
