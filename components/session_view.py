"""One session: what is known of it, what was said, what happened."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from components import state, theme
from components.assets import Data, element
from components.session_table import short, shown_id
from components.times import milliseconds
from models import Status

_session = element("session")


def show(
    session: Mapping[str, Any], messages: pl.DataFrame, events: pl.DataFrame, *, now: datetime
) -> None:
    """Render the answers of `queries.session`: the columns of one, its messages, its events."""
    if session["status"] == Status.ACTIVE:
        state.follow()
    shown = shown_id(session["session_id"], session["external_id"])
    channel = theme.CHANNELS[session["channel"]]["label"]
    _session(
        key="session",
        data={
            "id": shown,
            "short": short(shown),
            "agent": session["agent_name"],
            "subtitle": f"{session['agent_name']} on {channel}",
            "started": _moment(session["started_at"]),
            "counts": f"{_count(messages, 'message')}, {_count(events, 'event')}",
            "facts": _facts(session, shown, now),
            "metadata": _pairs(session["metadata"]),
            "turns": _turns(messages, events),
            "kinds": theme.EVENTS,
        },
    )


def _facts(session: Mapping[str, Any], shown: str, now: datetime) -> list[Data]:
    """Return the rows of "Information" in their order, without those that have nothing to say."""
    facts: list[Data] = [
        {"label": "Session ID", "text": shown, "is_mono": True},
        {"label": "Agent", "text": session["agent_name"]},
        {"label": "Channel", "badge": theme.CHANNELS[session["channel"]]},
        {"label": "Type", "text": theme.TYPES[session["type"]]["label"]},
        {"label": "Status", "badge": theme.STATUSES[session["status"]]},
        {"label": "Started", "at": _moment(session["started_at"])},
        {"label": "Ended", "at": _moment(session["ended_at"])},
        {"label": "Duration", "duration": _duration(session, now)},
    ]
    for label, column in (("End reason", "end_reason"), ("User", "user_id"), ("Error", "error")):
        if session[column]:
            facts.append({"label": label, "text": session[column]})
    facts.append({"label": "Source", "text": session["source"]})
    if shown != session["session_id"]:
        facts.append({"label": "Parley ID", "text": session["session_id"], "is_mono": True})
    return facts


def _duration(session: Mapping[str, Any], now: datetime) -> int | None:
    """Return how long the session took, or has taken while it is active, in milliseconds."""
    if session["status"] == "active" and session["started_at"] is not None:
        return milliseconds(now) - milliseconds(session["started_at"])
    duration: int | None = session["duration_ms"]
    return duration


def _turns(messages: pl.DataFrame, events: pl.DataFrame) -> list[Data]:
    """Return messages and events in the order of `seq`, which they share."""
    said = [
        {
            "seq": m["seq"],
            "at": _moment(m["sent_at"]),
            "sender": m["sender"],
            "content": m["content"],
        }
        for m in messages.iter_rows(named=True)
    ]
    happened = [
        {
            "seq": e["seq"],
            "at": _moment(e["at"]),
            "kind": e["kind"],
            "name": e["name"],
            "detail": e["detail"],
        }
        for e in events.iter_rows(named=True)
    ]
    return sorted([*said, *happened], key=lambda turn: turn["seq"])


def _pairs(metadata: str) -> list[tuple[str, list[str]]]:
    """Return the metadata as pairs of a key and its values, by key."""
    pairs: dict[str, list[str]] = json.loads(metadata)
    return sorted(pairs.items())


def _moment(value: datetime | None) -> int | None:
    return None if value is None else milliseconds(value)


def _count(rows: pl.DataFrame, word: str) -> str:
    return f"{rows.height:,} {word}{'' if rows.height == 1 else 's'}"
