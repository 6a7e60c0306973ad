"""The sessions that go on, as a list that counts by itself; where a transcript lies beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import boxes, by_hand, state, theme
from components.assets import Data, element
from components.state import View
from components.times import milliseconds
from queries import live
from queries.filters import Filters
from queries.live import Counts, Now, Only

ROWS, EVERY = "rows", "all"  # a parameter of the address: how many sessions are listed
WATCH = "watch"  # a parameter of the address: the session whose transcript lies beside the list
VIEWS = (
    (Only.ALL.value, "All", "sensors"),
    (Only.SILENT.value, "Silent", "volume_off"),
    (Only.STUCK.value, "Stuck", "hourglass_bottom"),
)
NAME = "live_sessions"
_WIDTHS = (7, 5)
_NONE = {
    Only.ALL: ("sensors", "Nothing goes on now", "A session appears here once it has begun."),
    Only.SILENT: ("volume_up", "Nobody is silent", "Somebody has just spoken in each session."),
    Only.STUCK: ("hourglass_bottom", "No session is stuck", "None lasts longer than is usual."),
}

_live = element("live")


@dataclass(frozen=True)
class Places:
    """Where the parts of the page lie: the list, and beside it transcript, chart and ticker."""

    rows: DeltaGenerator
    watched: DeltaGenerator
    lately: DeltaGenerator
    ticker: DeltaGenerator


def places() -> Places:
    """Return the places; on a phone the transcript stands before the list that it is chosen in.

    What is shown here is looked for every second.
    """
    state.hasten()
    with st.container(key="live"):
        left, right = st.columns(_WIDTHS, gap="small")
    with left:
        rows = st.container(key="live_rows")
    with right:
        names = ("live_watched", "live_lately", "live_ticker")
        return Places(rows, *(st.container(key=name) for name in names))


def watched(parameters: Mapping[str, Sequence[str]]) -> str | None:
    """Return the id of the session that an address has beside the list."""
    return [*parameters.get(WATCH, ()), ""][0] or None


def most(parameters: Mapping[str, Sequence[str]]) -> int:
    """Return how many sessions an address has in the list at most."""
    return live.ALL if EVERY in parameters.get(ROWS, ()) else live.MOST


def notes(filters: Filters) -> tuple[str, ...]:
    """Return what is to be said of filters that are read in another way here."""
    if filters.without("range") == filters:
        return ()
    return ("Dates count nothing out here: what goes on now is shown whenever it started.",)


def show(now: Now, view: View, *, only: Only, watched: str | None) -> None:
    """Render the answer of `queries.live.now`; a click puts a transcript beside it."""
    rows, counts = now.rows, now.counts
    if rows.is_empty():
        _empty(view.filters, only, counts)
        return
    of = {Only.ALL: counts.going, Only.SILENT: counts.silent, Only.STUCK: counts.stuck}
    _live(
        key=NAME,
        data={
            "columns": _columns(rows),
            "channels": theme.CHANNELS,
            "silent_ms": live.SILENT_MS,
            "now": milliseconds(view.snapshot.tick),
            "total": of[only],
            "most": live.ALL,
            "watched": watched,
            "view": f"{only} {view.place.digest(view.filters.to_query())}",
            "by_hand": by_hand.told(NAME),
        },
        **by_hand.listening(NAME, view.filters.scope.agents, ("end",)),
    )


def _empty(filters: Filters, only: Only, counts: Counts) -> None:
    """Say that nothing goes on, or nothing of this kind, and whether filters are why."""
    if filters.is_set and not counts.going:
        boxes.empty(is_filtered=True)
    else:
        boxes.nothing(*_NONE[only])


def _columns(rows: pl.DataFrame) -> Data:
    """Return what a row shows, by columns: names that stand once make the message half as large.

    Agents are numbers in the list of their names; `shown` is the id that people know the session
    by, where that is not its own: by place. Times are milliseconds since 1970.
    """
    names = list(dict.fromkeys(rows["agent_name"]))
    numbers = {name: number for number, name in enumerate(names)}
    pairs = enumerate(rows.select("session_id", "external_id").iter_rows())
    times = {
        name: [None if at is None else milliseconds(at) for at in rows[name]]
        for name in ("started_at", "quiet_since")
    }
    return {
        "id": rows["session_id"].to_list(),
        "shown": {place: shown for place, (own, shown) in pairs if shown not in (None, own)},
        "agents": names,
        "agent": [numbers[name] for name in rows["agent_name"]],
        "channel": rows["channel"].to_list(),
        "started": times["started_at"],
        "quiet": times["quiet_since"],
        "limit": [None if limit is None else round(limit) for limit in rows["limit_ms"]],
        "sender": rows["sender"].to_list(),
        "said": rows["content"].to_list(),
    }
