"""Turns: the messages or events of one session, from the row groups whose bounds hold its start.

DuckDB looks at each row group of a file again for each question, 10 µs each: of a month of ten
million sessions 30 ms. Here the bounds are read once for a file, and a question reads one group or
two. Only files that Parley wrote are read so, and nothing of them is trusted: not their order, and
a group without bounds is read.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cachetools import LRUCache, cached

from lake.files import StoredFile
from lake.live import micros
from lake.schema import SCHEMAS, TIME

SHOWN = {
    table: tuple(name for name in SCHEMAS[table].names if not name.startswith("session_"))
    for table in ("messages", "events")
}
KEPT = 12_000  # row groups of all files whose bounds are kept: some 6 kB each
_LEAST, _MOST = np.iinfo(np.int64).min, np.iinfo(np.int64).max
_START = "session_started_at"

Moments = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Groups:
    """What is known of the row groups of a file: the bounds of starts, microseconds since 1970."""

    metadata: pq.FileMetaData
    first_us: Moments
    last_us: Moments

    def holding(self, started_us: int) -> list[int]:
        """Return the row groups that may hold sessions of this start."""
        may = (self.first_us <= started_us) & (self.last_us >= started_us)
        return [int(place) for place in np.flatnonzero(may)]


def of_session(
    files: Sequence[StoredFile], table: str, session_id: str, started_at: datetime
) -> pa.Table:
    """Return the turns of a session with a start in order: the columns SHOWN; times are naive UTC.

    Raises OSError, pa.ArrowException for a file that cannot be read.
    """
    start = started_at.replace(tzinfo=UTC)
    parts = [_of_file(file.path, session_id, start) for file in files]
    nothing = SCHEMAS[table].empty_table()
    found = pa.concat_tables([nothing, *parts], promote_options="permissive").sort_by("seq")
    listed = {name: _naive(found[name]) for name in SHOWN[table]}
    return pa.table(listed)


def _of_file(path: str, session_id: str, start: datetime) -> pa.Table:
    """Return the stored rows of a session in one file."""
    known = _groups(path)
    with pq.ParquetFile(path, metadata=known.metadata) as file:
        rows = file.read_row_groups(known.holding(micros(start)), use_threads=False)
    is_own = pc.and_(
        pc.equal(rows["session_id"], session_id), pc.equal(rows[_START], pa.scalar(start, TIME))
    )
    return rows.filter(is_own)


@cached(LRUCache(KEPT, getsizeof=lambda groups: len(groups.first_us)), lock=threading.Lock())
def _groups(path: str) -> Groups:
    """Return what is known of a file; its name is the hash of its bytes, so it stays the same."""
    metadata = pq.read_metadata(path)
    column = metadata.schema.to_arrow_schema().names.index(_START)
    bounds = [
        metadata.row_group(place).column(column).statistics
        for place in range(metadata.num_row_groups)
    ]
    first, last = (
        np.array([micros(getattr(each, side)) if each is not None and each.has_min_max else unknown
                  for each in bounds], np.int64)
        for side, unknown in (("min", _LEAST), ("max", _MOST))
    )  # fmt: skip
    return Groups(metadata, first, last)


def _naive(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(pa.timestamp("us")) if column.type == TIME else column
