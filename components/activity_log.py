"""The activity log: kinds of events to choose from, and the events of one page of the list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from components import theme
from components.assets import Data, element
from components.state import View
from components.times import milliseconds
from errors import FilterError
from models import EventKind
from queries.activity import Activity, Cursor
from queries.live import STARTED

BEFORE = "before"  # a parameter of the address: place~digest of the list
CUT = 300  # characters of a detail that are handed over
CUT_SHORT = 90  # of the newest ones, told in a line

_STARTED: theme.BadgeLook = {"label": "Started", "icon": "play_arrow", "tone": "grey"}

_activity = element("activity")
_ticker = element("ticker")


@dataclass(frozen=True)
class Place:
    """Where in the list a page begins; None is at its newest end."""

    before: Cursor | None
    notes: tuple[str, ...] = ()


def place(parameters: Mapping[str, Sequence[str]], view: View) -> Place:
    """Return the place that an address names; of another list's it is the newest end."""
    asked = [*parameters.get(BEFORE, ()), ""][0]
    text, _, digest = asked.rpartition("~")
    if not asked or digest != _digest(view):
        return Place(None)
    try:
        return Place(Cursor.read(text))
    except FilterError as error:
        return Place(None, (f"Left out: {BEFORE}. {error.sentence}",))


def show(page: Activity, kinds: Mapping[str, int], view: View, place: Place, *, total: int) -> None:
    """Render the answers of `queries.activity`; a click opens the session at the event.

    `total` is how many sessions the filters leave.
    """
    _activity(
        key="activity",
        data={
            "columns": _columns(page.rows),
            "kinds": [_kind(kind, kinds.get(kind, 0), view) for kind in EventKind],
            "looks": theme.EVENTS,
            "channels": theme.CHANNELS,
            "now": milliseconds(view.snapshot.tick),
            "view": f"{place.before} {_digest(view)}",
            "is_older": place.before is not None,
            "older": None if page.older is None else f"{page.older}~{_digest(view)}",
            "none": _none(view, place),
            "note": _note(view, total),
        },
    )


def ticker(rows: pl.DataFrame, *, now: datetime) -> None:
    """Render the answer of `queries.live.latest`; a click opens the session at the event."""
    _ticker(
        key="ticker",
        data={
            "columns": _columns(rows, cut=CUT_SHORT),
            "looks": {**theme.EVENTS, STARTED: _STARTED},
            "now": milliseconds(now),
        },
    )


def _digest(view: View) -> str:
    return view.place.digest(view.filters.to_query())


def _kind(kind: EventKind, sessions: int, view: View) -> Data:
    return {**theme.EVENTS[kind], "kind": kind, "sessions": sessions,
            "is_set": kind in view.filters.event}  # fmt: skip


def _columns(rows: pl.DataFrame, *, cut: int = CUT) -> Data:
    """Return what a row shows, by columns; `shown` is the id that people know the session by."""
    pairs = rows.select("session_id", "external_id").iter_rows()
    return {
        "id": rows["session_id"].to_list(),
        "shown": [None if shown in (None, own) else shown for own, shown in pairs],
        "seq": rows["seq"].to_list(),
        "at": [None if at is None else milliseconds(at) for at in rows["at"]],
        "kind": rows["kind"].to_list(),
        "name": rows["name"].str.slice(0, cut).to_list(),
        "text": rows["detail"].str.slice(0, cut).to_list(),
        "agent": rows["agent_name"].to_list(),
        "channel": rows["channel"].to_list(),
    }


def _note(view: View, total: int) -> str:
    """Return which events these are, in a sentence."""
    of = f"{total:,} session{'' if total == 1 else 's'}"
    labels = [theme.EVENTS[kind]["label"].lower() for kind in view.filters.event]
    what = f"Events of the kinds {', '.join(labels)}" if labels else "Events"
    return f"{what} of {of}, newest first. Dates choose the sessions by their start."


def _none(view: View, place: Place) -> str:
    if place.before is not None:
        return "There are no older ones."
    if view.filters.is_set:
        return "Try adjusting your filters or check back later."
    return "No session has one yet."
