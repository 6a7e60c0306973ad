"""What is told while people look elsewhere: sessions that have failed since the last run."""

import polars as pl

from components import changes, state
from components.assets import Data, element
from components.session_table import short, shown_id
from queries.filters import Filters

_toasts = element("toasts")
_keys = element("keys")

CUT = 90  # characters of an error


def show(failed: pl.DataFrame, filters: Filters, *, is_on: bool) -> None:
    """Tell of the sessions of `queries.failures.recent` that the last run did not know yet.

    One of them by its id and error, several by their number; in the first run none.
    """
    rows = {row["session_id"]: row for row in failed.iter_rows(named=True)}
    fresh = state.since_last_look(filters.without("status"), tuple(rows)) if is_on else ()
    told = _one(rows[fresh[0]]) if len(fresh) == 1 else _several(len(fresh), filters)
    _toasts(
        key="toasts",
        data={"run": state.run_number() if fresh else 0, "toasts": [told] if fresh else []},
    )


def listen() -> None:
    """Listen for the keys that work everywhere on a page; `?` shows what they do."""
    _keys(key="keys", data={})


def _one(row: dict[str, str | None]) -> Data:
    session_id, error = row["session_id"] or "", row["error"] or ""
    shown = short(shown_id(session_id, row["external_id"]))
    reason = f": {error[:CUT]}{'…' if len(error) > CUT else ''}" if error else "."
    return {"text": f"Session {shown} failed{reason}", "change": {"id": [session_id]}}


def _several(count: int, filters: Filters) -> Data:
    behind = filters.without("status").to_query()
    failed, _ = Filters.from_query({**_grouped(behind), "status": ["failed"]})
    return {"text": f"{count:,} sessions failed", "change": changes.to(failed)}


def _grouped(query: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in query:
        found.setdefault(name, []).append(value)
    return found
