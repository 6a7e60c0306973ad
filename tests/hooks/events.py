"""Accepted events for the tests of webhooks, and a journal of nothing but an outbox."""

from datetime import UTC, datetime
from itertools import count

from lake import outbox
from lake.accepted import Accepted
from lake.hook_file import connected, writing
from lake.schema import SESSIONS

AT = datetime(2026, 11, 22, 14, 32, 8, 123456)  # noqa: DTZ001  the journal's times are naive UTC
BEFORE = datetime.min.replace(tzinfo=UTC)
AFTER = datetime.max.replace(tzinfo=UTC)
_POSITIONS = count(1)


def session(**changed):
    """Return the columns of a session."""
    row = dict.fromkeys(SESSIONS.names) | {
        "session_id": "s1", "source": "api", "agent_id": "a1", "agent_name": "Billing",
        "channel": "web", "type": "chat", "status": "active", "started_at": AT,
        "message_count": 0, "event_count": 0, "metadata": '{"plan": ["pro"]}', "updated_at": AT,
        "event_kinds": [], "content_hash": "",
    }  # fmt: skip
    return row | changed


def accepted(kind="session.started", *, was=None, data=(), **changed):
    """Return an event after which its session has these columns."""
    position = next(_POSITIONS)
    row = session(**changed)
    return Accepted(position, kind, f"event-{position}", AT, row, was, dict(data))


def accept(folder, *events):
    """Write events as the journal does: in one transaction, through the outbox."""
    with connected(folder) as connection, writing(connection):
        for event in events:
            outbox.enqueue(connection, event)
