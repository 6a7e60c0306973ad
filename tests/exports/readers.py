"""Files of exports read back, each by another library than wrote it, as rows of plain Python.

A row has the columns of the contract: times are aware UTC, metadata is key -> list of texts. Where
a format holds turns, it also has `messages` and `events`.
"""

import csv
import io
import json
from datetime import UTC, datetime

import msgspec
import polars as pl

from lake.schema import SESSION_COLUMNS, SESSIONS, TIME

TIMES = [field.name for field in SESSIONS if field.type == TIME]
NUMBERS = [field.name for field in SESSIONS if str(field.type).startswith("int")]
SECONDS = {"duration_ms": "duration_seconds", "first_response_ms": "first_response_seconds"}


def from_csv(data):
    """Read CSV, written by Arrow, with Python's own reader."""
    return [_typed(row) for row in csv_rows(data)]


def csv_rows(data, delimiter=","):
    """Return the rows of a CSV as texts by the names of the head."""
    return csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=delimiter)


def from_json(data):
    """Read JSON, written by DuckDB, with Python's own reader."""
    return [_timed(row) for row in json.loads(data)]


def from_ndjson(data):
    """Read NDJSON, written by DuckDB, with msgspec, a line at a time."""
    return [_timed(row) for row in msgspec.json.Decoder().decode_lines(data)]


def from_parquet(data):
    """Read Parquet, written by Arrow, with polars."""
    rows = pl.read_parquet(data).to_dicts()
    return [row | {"metadata": json.loads(row["metadata"])} for row in rows]


READERS = {"csv": from_csv, "json": from_json, "ndjson": from_ndjson, "parquet": from_parquet}


def _typed(cells):
    row = {name: cells[SECONDS.get(name, name)] or None for name in SESSION_COLUMNS}
    row |= {name: _moment(row[name]) for name in TIMES}
    for name in NUMBERS:
        scale = 1000 if name in SECONDS else 1
        row[name] = row[name] and round(float(row[name]) * scale)
    return row | {"metadata": json.loads(row["metadata"])}


def _timed(row):
    turns = {
        table: [turn | {name: _moment(turn[name])} for turn in row[table]]
        for table, name in (("messages", "sent_at"), ("events", "at"))
    }
    return row | {name: _moment(row[name]) for name in TIMES} | turns


def _moment(text):
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)
