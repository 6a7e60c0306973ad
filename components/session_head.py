"""The head of an open session: which it is, the ways to the list and its neighbours, its files."""

import json
from collections.abc import Callable, Collection
from functools import partial

import polars as pl
from streamlit.delta_generator import DeltaGenerator

from components import boundary, by_hand, loading, theme
from components.assets import Data, element
from components.session_table import short, shown_id
from components.times import milliseconds
from ingest.live.by_hand import TAGS
from models import EventKind, Status
from queries.neighbours import Neighbours
from queries.session import Whole

_head = element("head")

NAME = "session_head_element"
Agents = Collection[str] | None


def slot() -> DeltaGenerator:
    """Return the place of the head, as high as it will be."""
    return loading.slot("session_head", _bones)


def beside(whole: Whole, ask: Callable[[], Neighbours], agents: Agents) -> None:
    """Render the head once `ask` has found the neighbours, and without them where it fails."""
    with boundary.Part("The neighbours", instead=partial(show, whole, None, agents)):
        show(whole, ask(), agents)


def show(whole: Whole, neighbours: Neighbours | None, agents: Agents) -> None:
    """Render the head of a session; without neighbours where they could not be found out.

    `agents` are those whose sessions may be changed; None is all.
    """
    session = whole.information
    shown = shown_id(session["session_id"], session["external_id"])
    started_at = session["started_at"]
    _head(
        key=NAME,
        data={
            "id": shown,
            "session_id": session["session_id"],
            "short": short(shown),
            "agent": session["agent_name"],
            "channel": theme.CHANNELS[session["channel"]]["label"],
            "started": None if started_at is None else milliseconds(started_at),
            "counts": f"{_many(session['message_count'], 'message')}, "
            f"{_many(session['event_count'], 'event')}",
            "neighbours": None if neighbours is None else _steps(neighbours),
            "is_active": session["status"] == Status.ACTIVE,
            "tags": json.loads(session["metadata"]).get(TAGS, []),
            "notes": _notes(whole.events),
            "by_hand": by_hand.told(NAME),
            **by_hand.LIMITS,
        },
        **by_hand.listening(NAME, agents),
    )


def _bones() -> None:
    _head(key="session_head_bones", data={"is_coming": True})


def _notes(events: pl.DataFrame) -> list[Data]:
    """Return the notes that have a time, by which one can be removed."""
    notes = events.filter((pl.col("kind") == EventKind.NOTE) & pl.col("at").is_not_null())
    columns = zip(notes["at"], notes["name"], notes["detail"], strict=True)
    return [{"at": milliseconds(at), "who": who, "text": text} for at, who, text in columns]


def _steps(neighbours: Neighbours) -> Data:
    return {
        "number": neighbours.number,
        "total": neighbours.total,
        "before": neighbours.previous_id,
        "after": neighbours.next_id,
    }


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
