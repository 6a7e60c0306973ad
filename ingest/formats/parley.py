"""Parley NDJSON: a session a line, with its messages and events; what the JSON export writes.

The keys are the columns of the session. Only `session_id` is needed. What is computed (counts,
durations, error_key …) may stand there and is computed anew; a key that is no column becomes
metadata.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from ingest import reading, splitting
from ingest.draft import Record, Rejection, SessionDraft
from ingest.options import Options
from ingest.source import Source

NAME = "parley"
TITLE = "Parley NDJSON: a session a line, with messages and events"
SUFFIXES = (".ndjson", ".jsonl")


class Line(SessionDraft, kw_only=True, forbid_unknown_fields=True):
    """A line: the draft, and the computed columns, which are read over."""

    duration_ms: Any = None
    first_response_ms: Any = None
    message_count: Any = None
    event_count: Any = None
    last_message_at: Any = None
    error_key: Any = None


COLUMNS = frozenset(Line.__struct_fields__)

_decode = msgspec.json.Decoder(Line).decode
_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


def recognises(head: bytes) -> bool:
    """Say whether one of the first lines is an object with a session id, or begins like one."""
    first, *others = head.lstrip().split(b"\n")
    return _is_session(first, is_whole=bool(others)) or any(
        _is_session(line, is_whole=True) for line in others[:-1]
    )


def _is_session(line: bytes, *, is_whole: bool) -> bool:
    """Say whether the line is an object with a session id; of a part, whether it looks so."""
    try:
        found = _decode_object(line)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return not is_whole and line.startswith(b"{") and b'"session_id"' in line
    return isinstance(found.get("session_id"), str)


def read(source: Source, options: Options) -> Iterator[Record | Rejection]:
    """Yield each line as a draft."""
    return reading.records(source.name, splitting.lines(source, options.line_limit), parse_line)


def parse_line(raw: bytes) -> SessionDraft:
    """Return the draft of a line; raises one of `reading.UNFIT`."""
    try:
        return _decode(raw)
    except msgspec.ValidationError as error:
        if "unknown field" not in str(error):
            raise
        return _with_extras(_decode_object(raw))


def _with_extras(told: dict[str, Any]) -> SessionDraft:
    """Return the draft of a line that has keys of its own: they become metadata."""
    extras = {key: value for key, value in told.items() if key not in COLUMNS}
    line = msgspec.convert({key: told[key] for key in told.keys() & COLUMNS}, Line)
    line.metadata = {**extras, **(line.metadata or {})}
    return line
