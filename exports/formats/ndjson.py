"""NDJSON: a session a line with its messages and events; what the import reads back as it was."""

from collections.abc import Iterator

from exports.options import Bytes, Options
from lake.schema import SESSION_COLUMNS
from queries.export import Export

NAME = "ndjson"
TITLE = "NDJSON"
HINT = "one a line"
ICON = "subject"
MEDIA_TYPE = "application/x-ndjson"
SUFFIX = ".ndjson"
HAS_MESSAGES = True
IS_RESUMABLE = True


def write(export: Export, _options: Options) -> Iterator[Bytes]:
    """Yield the lines of each slice."""
    export.columns = (*SESSION_COLUMNS, "messages", "events")
    for lines in export.lines("\n"):
        yield memoryview(lines)
