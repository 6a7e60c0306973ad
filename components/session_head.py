"""The head of an open session: which it is, the ways to the list and its neighbours, its files."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from streamlit.delta_generator import DeltaGenerator

from components import boundary, loading, theme
from components.assets import Data, element
from components.session_table import short, shown_id
from components.times import milliseconds
from queries.neighbours import Neighbours

_head = element("head")


def slot() -> DeltaGenerator:
    """Return the place of the head, as high as it will be."""
    return loading.slot("session_head", _bones)


def beside(session: Mapping[str, Any], ask: Callable[[], Neighbours]) -> None:
    """Render the head once `ask` has found the neighbours, and without them where it fails."""
    with boundary.Part("The neighbours", instead=partial(show, session, None)):
        show(session, ask())


def show(session: Mapping[str, Any], neighbours: Neighbours | None) -> None:
    """Render the head of a session; without neighbours where they could not be found out."""
    shown = shown_id(session["session_id"], session["external_id"])
    started_at = session["started_at"]
    _head(
        key="session_head_element",
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
        },
    )


def _bones() -> None:
    _head(key="session_head_bones", data={"is_coming": True})


def _steps(neighbours: Neighbours) -> Data:
    return {
        "number": neighbours.number,
        "total": neighbours.total,
        "before": neighbours.previous_id,
        "after": neighbours.next_id,
    }


def _many(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
