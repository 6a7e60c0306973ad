"""The sessions of one page of the list, as a table of real rows."""

import polars as pl
from streamlit.delta_generator import DeltaGenerator

from components import boxes, loading, theme
from components.assets import Data, element
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
            "rows": [_row(row) for row in rows.iter_rows(named=True)],
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


def _row(row: Data) -> Data:
    shown = shown_id(row["session_id"], row["external_id"])
    started = row["started_at"]
    return {
        "id": row["session_id"],
        "shown": shown,
        "short": short(shown),
        "agent": row["agent_name"],
        "type": theme.TYPES[row["type"]]["label"],
        "channel": row["channel"],
        "status": row["status"],
        "started": None if started is None else milliseconds(started),
        "duration_ms": row["duration_ms"],
    }
