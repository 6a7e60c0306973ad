"""One session as a file: JSON as a line of NDJSON has it, or its transcript as plain text."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from models import EventKind, Sender
from queries.session import Whole

Row = Mapping[str, Any]
_INDENT = " " * 10


def as_json(whole: Whole) -> bytes:
    """Return a session with its messages and events, as the import of Parley NDJSON reads it."""
    told = {name: _value(name, value) for name, value in whole.information.items()}
    for name, rows in (("messages", whole.messages), ("events", whole.events)):
        told[name] = [
            {column: _value(column, value) for column, value in row.items()}
            for row in rows.iter_rows(named=True)
        ]
    return msgspec.json.format(msgspec.json.encode(told), indent=2) + b"\n"


def as_text(whole: Whole) -> bytes:
    """Return the transcript as UTF-8: what the session was, then its turns; times in UTC."""
    return "\n".join([*_head(whole.information), "", *_turns(whole)]).encode() + b"\n"


def _head(session: Row) -> Iterator[str]:
    yield f"Session {session['external_id'] or session['session_id']}"
    yield f"{session['agent_name']} on {session['channel']}, {session['type']}, {session['status']}"
    for label, name in (("Started", "started_at"), ("Ended", "ended_at")):
        if session[name] is not None:
            yield f"{label} {session[name]:%Y-%m-%d %H:%M:%S} UTC"
    for label, name in (("End reason", "end_reason"), ("User", "user_id"), ("Error", "error")):
        if session[name]:
            yield f"{label}: {session[name]}"
    pairs: dict[str, list[str]] = json.loads(session["metadata"])
    for key, values in sorted(pairs.items()):
        yield f"{key}: {', '.join(values)}"


def _turns(whole: Whole) -> Iterator[str]:
    """Yield messages and events in the order of `seq`, which they share."""
    started_at = whole.information["started_at"]
    agent = whole.information["agent_name"]
    rows = [*whole.messages.iter_rows(named=True), *whole.events.iter_rows(named=True)]
    for row in sorted(rows, key=lambda each: int(each["seq"])):
        said = _said(row, agent) if "sender" in row else _happened(row)
        at = row["sent_at"] if "sender" in row else row["at"]
        when = _offset(at, started_at).ljust(len(_INDENT))
        yield when + said.replace("\n", f"\n{_INDENT}")


def _said(message: Row, agent: str) -> str:
    name = "User" if message["sender"] == Sender.USER else agent
    return f"{name}: {message['content']}"


def _happened(event: Row) -> str:
    kind = EventKind(event["kind"]).value.replace("_", " ")
    named = f"{kind} {event['name']}" if event["name"] else kind
    return f"[{named}] {event['detail']}".rstrip()


def _offset(at: datetime | None, started_at: datetime | None) -> str:
    """Return the time since the start as `1:02:05`, or `02:05`; '' where one is not known."""
    if at is None or started_at is None:
        return ""
    seconds = int((at - started_at).total_seconds())
    sign, seconds = ("-", -seconds) if seconds < 0 else ("", seconds)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    rest = f"{minutes:02}:{seconds:02}"
    return f"{sign}{hours}:{rest}" if hours else f"{sign}{rest}"


def _value(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.isoformat(timespec='microseconds')}Z"
    return msgspec.Raw(str(value).encode()) if name == "metadata" else value
