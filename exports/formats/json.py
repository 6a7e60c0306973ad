"""JSON: one array of sessions with their messages and events; whole only with its last bracket."""

from collections.abc import Iterator

from exports.formats.ndjson import joined
from exports.options import Options
from queries.export import Export

NAME = "json"
TITLE = "JSON"
HINT = "with messages"
ICON = "data_object"
MEDIA_TYPE = "application/json"
SUFFIX = ".json"


def write(export: Export, _options: Options) -> Iterator[bytes]:
    """Yield the bracket, the sessions of each slice, and the bracket."""
    before = b"[\n"
    for lines in export.lines():
        yield before + joined(lines["line"], b",\n")
        before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"
