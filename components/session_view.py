"""One session: what is known of it, what was said, what happened."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from components import session_head, state, theme, transcript
from components.assets import Data, element
from components.session_table import short, shown_id
from components.state import View
from components.times import milliseconds
from models import EventKind, SessionType, Status
from queries.neighbours import Neighbours
from queries.session import Whole

_session = element("session")

_WEB = re.compile(r"https?://", re.IGNORECASE)  # the only addresses that become links


def show(
    whole: Whole, beside: Callable[[], Neighbours], *, now: datetime, zone: str,
    view: View | None = None,
) -> None:  # fmt: skip
    """Render a session of `queries.session`, and over it the head once `beside` is answered.

    `zone` is the report zone, which a shared link names; `view` says whose sessions may be changed.
    """
    if whole.information["status"] != Status.ACTIVE:
        state.rest()
    head = session_head.slot()
    _body(whole, now, zone)
    with head:
        session_head.beside(whole, beside, None if view is None else view.filters.scope.agents)


def beside(whole: Whole, *, now: datetime, zone: str) -> None:
    """Render a session's transcript alone, with what leads to all of it, beside a list."""
    session = whole.information
    shown = shown_id(session["session_id"], session["external_id"])
    head: Data = {
        "id": session["session_id"], "shown": shown, "short": short(shown),
        "channel": theme.CHANNELS[session["channel"]], "status": theme.STATUSES[session["status"]],
    }  # fmt: skip
    _body(whole, now, zone, beside=head)


def _body(whole: Whole, now: datetime, zone: str, beside: Data | None = None) -> None:
    session, messages, events = whole.information, whole.messages, whole.events
    is_live = session["status"] == Status.ACTIVE
    rows = transcript.turns(messages, events)
    started, ended = _moment(session["started_at"]), _moment(session["ended_at"])
    times = [row["at"] for row in rows if row["at"] is not None]
    shown = shown_id(session["session_id"], session["external_id"])
    _session(
        key=f"session_{session['session_id']}",
        data={
            "beside": beside,
            "agent": session["agent_name"],
            "started": started,
            "ended": ended,
            "zero": started if started is not None else min(times, default=None),
            "now": milliseconds(now),
            "is_live": is_live,
            "facts": _facts(session, shown, counts(messages, events)),
            "metadata": _pairs(session["metadata"]),
            "turns": transcript.columns(rows),
            "silences": transcript.silences(rows, session["type"], started=started),
            "quiet_since": transcript.quiet_since(rows, started=started),
            "silent_ms": transcript.SILENCE_MS[session["type"]],
            "kinds": theme.EVENTS,
            "zone": zone,
        },
    )


def counts(messages: pl.DataFrame, events: pl.DataFrame) -> dict[str, str]:
    """Return how many messages and events there are, and how many of these are errors, in words."""
    errors = events.filter(pl.col("kind") == EventKind.ERROR).height if events.height else 0
    told = f", {errors:,} error{'' if errors == 1 else 's'}" if errors else ""
    return {"Messages": f"{messages.height:,}", "Events": f"{events.height:,}{told}"}


def _facts(session: Mapping[str, Any], shown: str, told: Mapping[str, str]) -> list[Data]:
    """Return the rows of "Information" in their order, without those that have nothing to say."""
    facts: list[Data] = [
        {"label": "Session ID", "text": shown, "is_mono": True, "is_copied": True},
        {"label": "Agent", "text": session["agent_name"]},
        {"label": "Channel", "badge": theme.CHANNELS[session["channel"]]},
        {"label": "Type", "text": theme.TYPES[session["type"]]["label"]},
        {"label": "Status", "badge": theme.STATUSES[session["status"]]},
        {"label": "Started", "at": _moment(session["started_at"])},
        {"label": "Ended", "at": _moment(session["ended_at"])},
        {"label": "Duration", **_duration(session)},
        *({"label": label, "text": text, "is_number": True} for label, text in told.items()),
    ]
    if session["first_response_ms"] is not None:
        facts.append({"label": "First response", "taken": session["first_response_ms"]})
    facts += _call(session)
    for label, column in (("End reason", "end_reason"), ("User", "user_id"), ("Error", "error")):
        if session[column]:
            facts.append({"label": label, "text": session[column]})
    facts.append({"label": "Source", "text": session["source"]})
    if shown != session["session_id"]:
        facts.append(
            {
                "label": "Parley ID",
                "text": session["session_id"],
                "is_mono": True,
                "is_copied": True,
            }
        )
    return facts


def _call(session: Mapping[str, Any]) -> list[Data]:
    """Return what only voice and video have: direction and recording, which we never fetch."""
    if session["type"] == SessionType.CHAT:
        return []
    told: dict[str, list[str]] = json.loads(session["metadata"])
    facts: list[Data] = [{"label": "Direction", "text": text} for text in told.get("direction", ())]
    for address in told.get("recording_url", ()):
        host = urlsplit(address).hostname if _WEB.match(address) else None
        link: Data = {"href": address, "text": f"Open at {host}"} if host else {"text": address}
        facts.append({"label": "Recording", **link})
    return facts


def _duration(session: Mapping[str, Any]) -> Data:
    """Return how long the session took in milliseconds, and since when an active one lasts."""
    if session["status"] == Status.ACTIVE and session["started_at"] is not None:
        return {"duration": None, "since": milliseconds(session["started_at"])}
    return {"duration": session["duration_ms"]}


def _pairs(metadata: str) -> list[tuple[str, list[str]]]:
    """Return the metadata as pairs of a key and its values, by key."""
    pairs: dict[str, list[str]] = json.loads(metadata)
    return sorted(pairs.items())


def _moment(value: datetime | None) -> int | None:
    return None if value is None else milliseconds(value)
