"""CSV (RFC 4180, UTF-8): a session a row, safe to open in a spreadsheet."""

import json
from collections.abc import Iterator
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from exports.cells import safe
from exports.options import Bytes, Options
from queries.export import Export

NAME = "csv"
TITLE = "CSV"
HINT = "opens in Excel"
ICON = "table"
MEDIA_TYPE = "text/csv; charset=utf-8"
SUFFIX = ".csv"
HAS_MESSAGES = False
IS_RESUMABLE = True

BOM = b"\xef\xbb\xbf"
MAX_KEYS = 200  # metadata columns; what is rarer stays in the column of JSON

_ORDER = (
    "session_id", "session_url", "external_id", "agent_id", "agent_name", "channel", "type",
    "status", "started_at", "ended_at", "duration_seconds", "first_response_seconds",
    "message_count", "event_count", "last_message_at", "user_id", "end_reason", "error",
    "error_key", "source", "updated_at",
)  # fmt: skip
_SECONDS = {"duration_seconds": "duration_ms", "first_response_seconds": "first_response_ms"}
_IN_ADDRESSES = ":~"  # of the characters of a session id, those that stay beside what always does
_LINES = csv.WriteOptions(include_header=False)


def write(export: Export, options: Options) -> Iterator[Bytes]:
    """Yield the head, then the rows of each part; times are RFC 3339 UTC with milliseconds."""
    keys = export.metadata_keys(MAX_KEYS) if options.metadata_columns else []
    names = [*_ORDER, "metadata", *(f"metadata.{key}" for key in keys)]
    export.columns = tuple(names)
    if not export.done:  # else it goes on after another one, which has the head
        head = pa.table([pa.chunked_array([[name]]) for name in names], _numbered(names))
        yield (BOM if options.has_bom else b"") + bytes(_text(head))
    for rows in export.rows():
        columns = _columns(rows, options.base_url) | _pairs(rows["metadata"], keys)
        yield _text(pa.table([columns[name] for name in names], _numbered(names)))


def _columns(rows: pa.Table, base_url: str) -> dict[str, pa.ChunkedArray]:
    """Return the columns by their names in the file."""
    columns = {name: _times(rows[name]) for name in rows.column_names}
    seconds = {
        name: pc.divide(pc.cast(rows[ms], pa.float64()), 1000) for name, ms in _SECONDS.items()
    }
    return {**columns, "session_url": _links(rows["session_id"], base_url), **seconds}


def _links(ids: pa.ChunkedArray, base_url: str) -> pa.ChunkedArray:
    """Return the address of each session's page."""
    if pc.any(pc.match_substring_regex(ids, f"[^A-Za-z0-9_.{_IN_ADDRESSES}-]")).as_py():
        ids = pa.chunked_array([[quote(name, safe=_IN_ADDRESSES) for name in ids.to_pylist()]])
    return pc.binary_join_element_wise(f"{base_url}?id=", ids, "")


def _pairs(metadata: pa.ChunkedArray, keys: list[str]) -> dict[str, pa.ChunkedArray]:
    """Return a column for each key: its values, several of them with a semicolon between."""
    if not keys:
        return {}
    parsed = [json.loads(text) for text in metadata.to_pylist()]
    return {
        f"metadata.{key}": pa.chunked_array(
            [[None if key not in pairs else "; ".join(pairs[key]) for pairs in parsed]], pa.string()
        )
        for key in keys
    }


def _times(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column with its times as text; others as they are."""
    if not pa.types.is_timestamp(column.type):
        return column
    # Arrow writes a time with a blank in the middle; its own strftime takes twenty times as long.
    # Its cast alone would take a moment before 1970 for the millisecond after it.
    whole = pc.floor_temporal(column, unit="millisecond").cast(pa.timestamp("ms"))
    text = pc.cast(whole, pa.string())
    return pc.binary_join_element_wise(pc.replace_substring(text, " ", "T"), "Z", "")


def _text(table: pa.Table) -> memoryview:
    """Return the rows as CSV, without a head; no cell can be taken for a formula."""
    cells = pa.table([safe(column) for column in table.columns], table.column_names)
    sink = pa.BufferOutputStream()
    csv.write_csv(cells, sink, _LINES)
    return memoryview(sink.getvalue())


def _numbered(names: list[str]) -> list[str]:
    """Return names for Arrow, which takes none twice: a key may be called like a column."""
    return [str(place) for place, _ in enumerate(names)]
