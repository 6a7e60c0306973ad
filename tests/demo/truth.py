"""What must hold of every session, told once more in plain Python, row by row."""

import json
import re
from collections import Counter, defaultdict
from datetime import timedelta

from ingest import metadata
from ingest.error_key import error_key
from lake.schema import SCHEMAS
from models import SESSION_ID_PATTERN, Channel, EventKind, Sender, SessionType, Status

ENUMS = {"channel": Channel, "type": SessionType, "status": Status}
MILLISECOND = timedelta(milliseconds=1)
LEFT_OPEN = re.compile(r"\{[a-z]+\}")


def complaints(batch, begin, end):
    """Return what is wrong with a batch whose times lie between begin and end."""
    wrong = [
        f"{table}.{field.name}"
        for table, schema in SCHEMAS.items()
        for field in schema
        if not field.nullable and getattr(batch, table)[field.name].null_count
    ]
    wrong += [t for t, schema in SCHEMAS.items() if getattr(batch, t).schema != schema]
    rows = defaultdict(list)
    for table in ("messages", "events"):
        for row in getattr(batch, table).to_pylist():
            rows[row["session_id"]].append(row)
    sessions = batch.sessions.to_pylist()
    ids = Counter(session["session_id"] for session in sessions)
    wrong += [f"twice: {session_id}" for session_id, times in ids.items() if times > 1]
    wrong += [f"orphan: {session_id}" for session_id in rows if session_id not in ids]
    for session in sessions:
        turns = sorted(rows[session["session_id"]], key=lambda row: row["seq"])
        wrong += [f"{session['session_id']}: {what}" for what in wrongs(session, turns, begin, end)]
    return wrong


def wrongs(session, turns, begin, end):
    """Yield what is wrong with one session and its messages and events in order."""
    messages = [turn for turn in turns if "sender" in turn]
    events = [turn for turn in turns if "kind" in turn]
    facts = expected(session, messages, events)
    yield from (f"{name} is not {facts[name]}" for name in facts if facts[name] != session[name])
    yield from (name for name, values in ENUMS.items() if session[name] not in set(values))
    if not re.fullmatch(SESSION_ID_PATTERN, session["session_id"]):
        yield "id"
    if [turn["seq"] for turn in turns] != list(range(1, len(turns) + 1)):
        yield "seq"
    times = [session["started_at"], *(at(turn) for turn in turns)]
    if times != sorted(times) or times[0] < begin - MILLISECOND or times[-1] > end:
        yield "times"
    if any(turn["session_started_at"] != session["started_at"] for turn in turns):
        yield "session_started_at"
    if not {turn["sender"] for turn in messages} <= set(Sender):
        yield "sender"
    if not {turn["kind"] for turn in events} <= set(EventKind):
        yield "kind"
    if any(LEFT_OPEN.search(turn.get("content", turn.get("detail"))) for turn in turns):
        yield "an open slot"
    yield from ending(session, events)


def at(turn):
    return turn.get("sent_at") or turn.get("at")


def expected(session, messages, events):
    """Return the columns that follow from the rows."""
    asked = next((m for m in messages if m["sender"] == "user"), None)
    later = messages[messages.index(asked) :] if asked else []
    answered = next((m for m in later if m["sender"] == "agent"), None)
    errors = [e["detail"] for e in events if e["kind"] == "error"]
    error = errors[-1] if errors and session["status"] == "failed" else None
    ended = session["ended_at"]
    return {
        "source": "demo",
        "external_id": None,
        "message_count": len(messages),
        "event_count": len(events),
        "last_message_at": max((m["sent_at"] for m in messages), default=None),
        "first_response_ms": (answered["sent_at"] - asked["sent_at"]) // MILLISECOND
        if answered
        else None,
        "duration_ms": (ended - session["started_at"]) // MILLISECOND if ended else None,
        "event_kinds": sorted({e["kind"] for e in events}),
        "error": error,
        "error_key": error_key(error) if error else None,
        "metadata": metadata.text(json.loads(session["metadata"])),
        "updated_at": max(at(turn) for turn in messages + events),
    }


def ending(session, events):
    """Yield what is wrong with how a session ends."""
    is_active = session["status"] == "active"
    if is_active != (session["ended_at"] is None):
        yield "ended_at"
    if (session["status"] == "failed") != (session["error"] is not None):
        yield "error"
    if (session["status"] == "cancelled") and session["end_reason"] not in SIDES:
        yield "end_reason"
    changes = [event["name"] for event in events if event["kind"] == "status_changed"]
    if not is_active and changes != [session["status"]]:
        yield "status_changed"
    if not is_active and events[-1]["kind"] != "disconnected":
        yield "disconnected"


SIDES = ("user", "agent", "system")
