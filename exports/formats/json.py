"""JSON: one array of sessions with their messages and events; whole only with its last bracket."""

from collections.abc import Iterator

from exports.options import Bytes, Options
from queries.export import Export

NAME = "json"
TITLE = "JSON"
HINT = "with messages"
ICON = "data_object"
MEDIA_TYPE = "application/json"
SUFFIX = ".json"

_BETWEEN = ",\n"


def write(export: Export, _options: Options) -> Iterator[Bytes]:
    """Yield the bracket, the sessions of each slice, and the bracket."""
    before = b"[\n"
    for lines in export.lines(_BETWEEN):
        yield before
        yield memoryview(lines)[: -len(_BETWEEN)]
        before = _BETWEEN.encode()
    yield b"[]\n" if before == b"[\n" else b"\n]\n"
