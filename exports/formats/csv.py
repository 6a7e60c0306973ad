"""CSV (RFC 4180, UTF-8): a session a row, safe to open in a spreadsheet."""

import json
from collections.abc import Iterator
from io import BytesIO

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from exports.options import Options
from queries.export import Export

NAME = "csv"
TITLE = "CSV"
HINT = "opens in Excel"
ICON = "table"
MEDIA_TYPE = "text/csv; charset=utf-8"
SUFFIX = ".csv"

BOM = b"\xef\xbb\xbf"
MAX_KEYS = 200  # metadata columns; what is rarer stays in the column of JSON

# What a spreadsheet may take for a formula, in full width too, and what it may pass over before it
# (OWASP, "CSV injection"). An apostrophe makes it text.
_FORMULA = r"^[\s\x00-\x20\x{feff}\x{a0}'\"]*[=+\-@|%\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]"

_ORDER = (
    "session_id", "session_url", "external_id", "agent_id", "agent_name", "channel", "type",
    "status", "started_at", "ended_at", "duration_seconds", "first_response_seconds",
    "message_count", "event_count", "last_message_at", "user_id", "end_reason", "error",
    "error_key", "source", "updated_at",
)  # fmt: skip
_SECONDS = {"duration_seconds": "duration_ms", "first_response_seconds": "first_response_ms"}


def write(export: Export, options: Options) -> Iterator[bytes]:
    """Yield the head, then the rows of each slice; times are RFC 3339 UTC with milliseconds."""
    keys = export.metadata_keys(MAX_KEYS) if options.metadata_columns else []
    names = [*_ORDER, "metadata", *(f"metadata.{key}" for key in keys)]
    yield (BOM if options.has_bom else b"") + _head(names)
    for rows in export.sessions():
        columns = _columns(rows, options.base_url) | _pairs(rows["metadata"], keys)
        yield _text(pa.table({name: _safe(columns[name]) for name in names}))


def _columns(rows: pa.Table, base_url: str) -> dict[str, pa.ChunkedArray]:
    """Return the columns by their names in the file."""
    columns = {name: _times(rows[name]) for name in rows.column_names}
    links = pc.binary_join_element_wise(f"{base_url}?id=", rows["session_id"], "")
    seconds = {
        name: pc.divide(pc.cast(rows[ms], pa.float64()), 1000) for name, ms in _SECONDS.items()
    }
    return {**columns, "session_url": links, **seconds}


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
    return pc.strftime(column.cast(pa.timestamp("ms"), safe=False), "%Y-%m-%dT%H:%M:%SZ")


def _safe(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column in which no text can be taken for a formula."""
    if not pa.types.is_string(column.type):
        return column
    is_formula = pc.match_substring_regex(column, _FORMULA)
    return pc.if_else(is_formula, pc.binary_join_element_wise("'", column, ""), column)


def _head(names: list[str]) -> bytes:
    row = {str(place): pa.array([name]) for place, name in enumerate(names)}
    return _text(pa.table({place: _safe(pa.chunked_array([name])) for place, name in row.items()}))


def _text(table: pa.Table) -> bytes:
    sink = BytesIO()
    csv.write_csv(table, sink, csv.WriteOptions(include_header=False))
    return sink.getvalue()
