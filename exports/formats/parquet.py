"""Parquet: the sessions with their types, a row group a slice; whole only with its footer."""

from collections.abc import Iterator
from io import BytesIO

import pyarrow as pa
import pyarrow.parquet as pq

from exports.options import Options
from lake.schema import SESSION_COLUMNS, SESSIONS
from queries.export import Export

NAME = "parquet"
TITLE = "Parquet"
HINT = "for notebooks"
ICON = "deployed_code"
MEDIA_TYPE = "application/vnd.apache.parquet"
SUFFIX = ".parquet"
HAS_MESSAGES = False
IS_RESUMABLE = False  # its footer tells of all that came before

SCHEMA = pa.schema([SESSIONS.field(name) for name in SESSION_COLUMNS])


def write(export: Export, _options: Options) -> Iterator[bytes]:
    """Yield each row group as it is written, then the footer; times are UTC."""
    export.columns = SESSION_COLUMNS
    sink = _Sink()
    with pq.ParquetWriter(sink, SCHEMA, compression="zstd", compression_level=1) as writer:
        for rows in export.rows():
            writer.write_table(rows.cast(SCHEMA))
            yield sink.taken()
    yield sink.taken()


class _Sink(BytesIO):
    """A file that grows at its end only, and whose bytes are handed on and forgotten."""

    def __init__(self) -> None:
        super().__init__()
        self._before = 0

    def taken(self) -> bytes:
        """Return what has been written since the last time."""
        found = self.getvalue()
        self._before += len(found)
        super().seek(0)
        super().truncate()
        return found

    def tell(self) -> int:
        """Return the place in the whole file; the writer notes it in the footer."""
        return self._before + super().tell()
