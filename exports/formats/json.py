"""JSON: one array of sessions with their messages and events; whole only with its last bracket."""

from collections.abc import Iterator

from exports.options import Bytes, Options
from lake.schema import SESSION_COLUMNS
from queries.export import Export

NAME = "json"
TITLE = "JSON"
HINT = "with messages"
ICON = "data_object"
MEDIA_TYPE = "application/json"
SUFFIX = ".json"
HAS_MESSAGES = True
IS_RESUMABLE = False  # what stands between two sessions is no part of either

_BETWEEN = ",\n"


def write(export: Export, _options: Options) -> Iterator[Bytes]:
    """Yield the bracket, the sessions of each slice, and the bracket."""
    export.columns = (*SESSION_COLUMNS, "messages", "events")
    before = b"[\n"
    for lines in export.lines(_BETWEEN):
        yield before
        yield memoryview(lines)[: -len(_BETWEEN)]
        before = _BETWEEN.encode()
    yield b"[]\n" if before == b"[\n" else b"\n]\n"
