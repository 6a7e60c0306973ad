"""A lake of 130 literal sessions around a fixed clock, for the tests of pages and the browser."""

import json
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from lake.schema import EVENTS, MESSAGES, SESSIONS, Batch
from lake.writer import Writer
from models import Channel, SessionType

NOW = datetime(2026, 11, 22, 14, 32, 8, tzinfo=UTC)
COUNT = 130
HOSTILE = (
    "<img src=https://evil.example/x.png onerror=alert(1)> **Bold** ![x](https://evil.example/y)"
)
AGENTS = ("Order desk", "Billing assistant", "Claims intake", "Returns", HOSTILE)
FAILED = 13  # each 13th
ERROR = "create_refund: upstream timed out after 2000 ms"
FIRST_WORDS = "I was charged twice for my November invoice."


def name(number):
    """Return the id of a session; the first is the newest."""
    return f"s{number:03}-0b4d-{number:04}"


def status(number):
    """Return active for the three newest, failed for each 13th, else cancelled or completed."""
    if number in (0, 1, 2):
        return "active"
    if number % FAILED == 0:
        return "failed"
    return "cancelled" if number % 11 == 0 else "completed"


def write(settings, numbers=range(COUNT)):
    """Write the lake that the settings name."""
    with Writer(settings) as writer:
        writer.add(batch(numbers))
        writer.commit()


def batch(numbers=range(COUNT), **changed):
    """Return sessions two hours apart, newest first, each with three messages and four events."""
    sessions = [{**_session(number), **changed} for number in numbers]
    if changed:
        sessions = [{**session, "content_hash": "changed"} for session in sessions]
    return Batch(
        pa.Table.from_pylist(sessions, SESSIONS),
        pa.Table.from_pylist([row for s in sessions for row in _messages(s)], MESSAGES),
        pa.Table.from_pylist([row for s in sessions for row in _events(s)], EVENTS),
    )


def _session(number):
    started_at = NOW - timedelta(minutes=5, hours=2 * number) if number != COUNT - 1 else None
    lasting = timedelta(seconds=90 + 37 * number)
    is_over = status(number) != "active" and started_at is not None
    agent = number % len(AGENTS)
    return {
        "session_id": name(number),
        "source": "test",
        "agent_id": f"agent-{agent}",
        "agent_name": AGENTS[agent],
        "channel": list(Channel)[number % 6].value,
        "type": list(SessionType)[number % 3].value,
        "status": status(number),
        "started_at": started_at,
        "ended_at": started_at + lasting if is_over else None,
        "duration_ms": int(lasting.total_seconds() * 1000) if is_over else None,
        "message_count": 3,
        "event_count": 4,
        "last_message_at": started_at,
        "user_id": f"user-{number % 7}",
        "error": ERROR if status(number) == "failed" else None,
        "error_key": "create_refund: upstream timed out" if status(number) == "failed" else None,
        "metadata": json.dumps(
            {"plan": ["free", "enterprise"][number % 2 :][:1], "note": ["50%_"]}
        ),
        "updated_at": NOW,
        "event_kinds": ["connected", "error", "handoff", "tool_call"],
        "content_hash": str(number),
    }


def _messages(session):
    said = (
        (2, "user", FIRST_WORDS),
        (4, "agent", "I can look it up. What is the invoice number?"),
        (7, "user", f"INV-20931 {HOSTILE}\nsecond line"),
    )
    return [
        {**_place(session, seq), "sent_at": _at(session, seq), "sender": sender, "content": content}
        for seq, sender, content in said
    ]


def _events(session):
    happened = (
        (1, "connected", "", "web widget 4.2"),
        (5, "tool_call", "lookup_invoice", '{"invoice": "INV-20931", "why": "' + "x" * 200 + '"}'),
        (6, "error", "", ERROR),
        (8, "handoff", "", "to a person"),
    )
    return [
        {
            **_place(session, seq),
            "at": _at(session, seq),
            "kind": kind,
            "name": name,
            "detail": text,
        }
        for seq, kind, name, text in happened
    ]


def _place(session, seq):
    return {
        "session_id": session["session_id"],
        "session_started_at": session["started_at"],
        "seq": seq,
    }


def _at(session, seq):
    return session["started_at"] and session["started_at"] + timedelta(seconds=20 * seq)
