"""The sessions of one page of the list, as a table of real rows."""

from typing import Any

import polars as pl
from streamlit.delta_generator import DeltaGenerator

from components import boxes, loading, theme
from components.assets import element
from components.state import View
from components.times import milliseconds

ID_LENGTH = 8

_table = element("table")


def slot() -> DeltaGenerator:
    """Return the place of the table; the first time it says that the sessions are coming."""
    return loading.slot("rows", boxes.loading)


def show(rows: pl.DataFrame, view: View, *, total: int, listed: str) -> None:
    """Render `rows` of `queries.sessions.page`; a click on a row opens its session.

    `total` is the length of the list; `listed` names list and page: while it stays the same, new
    rows wait until nobody points at the table.
    """
    if rows.is_empty():
        boxes.empty(is_filtered=view.filters.is_set)
        return
    _table(
        key="table",
        data={
            "columns": _columns(rows),
            "sort": view.place.sort,
            "now": milliseconds(view.snapshot.tick),
            "total": total,
            "view": listed,
            "channels": theme.CHANNELS,
            "statuses": theme.STATUSES,
        },
    )


def shown_id(session_id: str, external_id: str | None) -> str:
    """Return the id that people know the session by."""
    return external_id or session_id


def short(text: str) -> str:
    """Return the first characters of an id, and a sign that there are more."""
    return text if len(text) <= ID_LENGTH else f"{text[:ID_LENGTH]}…"


def _columns(rows: pl.DataFrame) -> dict[str, Any]:
    """Return what a row shows, by columns: names that stand once make the message half as large.

    `shown` is the id that people know the session by, where that is not its own: by place.
    """
    shown = {
        place: external_id
        for place, external_id in enumerate(rows["external_id"])
        if external_id not in (None, rows["session_id"][place])
    }
    return {
        "id": rows["session_id"].to_list(),
        "shown": shown,
        "agent": rows["agent_name"].to_list(),
        "type": [theme.TYPES[kind]["label"] for kind in rows["type"]],
        "channel": rows["channel"].to_list(),
        "status": rows["status"].to_list(),
        "started": [None if at is None else milliseconds(at) for at in rows["started_at"]],
        "duration_ms": rows["duration_ms"].to_list(),
    }
