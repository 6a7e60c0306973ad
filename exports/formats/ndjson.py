"""NDJSON: a session a line with its messages and events; what the import reads back as it was."""

from collections.abc import Iterator

import pyarrow as pa

from exports.options import Options
from queries.export import Export

NAME = "ndjson"
TITLE = "NDJSON"
HINT = "one a line"
ICON = "subject"
MEDIA_TYPE = "application/x-ndjson"
SUFFIX = ".ndjson"


def write(export: Export, _options: Options) -> Iterator[bytes]:
    """Yield the lines of each slice."""
    for lines in export.lines():
        yield joined(lines["line"], b"\n") + b"\n"


def joined(lines: pa.ChunkedArray, between: bytes) -> bytes:
    """Return the texts as UTF-8 with something between."""
    return between.join(text.encode() for text in lines.to_pylist())
