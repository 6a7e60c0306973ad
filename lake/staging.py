"""Staged batches: what an import has handed over so far, spilled to Parquet beside the lake.

Arrow tables come in, a thread writes them out by month, so that reading and writing overlap, memory
stays flat, and the commit reads for each period only what belongs to it.
"""

import queue
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from lake.files import TABLES
from lake.schema import SCHEMAS, Batch

WAITING = 3  # batches that may wait for the disk


class Staging:
    """A scratch folder with a growing Parquet file a table and month, rows with their batch."""

    def __init__(self, folder: Path) -> None:
        """Make the folder anew; what a killed import left there goes."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        self.batches = 0
        self._waiting: queue.Queue[tuple[int, Batch] | None] = queue.Queue(WAITING)
        self._failure: OSError | pa.ArrowException | None = None
        self._thread = threading.Thread(target=self._write_all, name="staging", daemon=True)
        self._thread.start()

    def files(self, table: str) -> dict[str, Path]:
        """Return the staged files of a table by month ('2026-11', 'none'); after `finish`."""
        return {
            path.stem.removeprefix(f"{table}-"): path
            for path in sorted(self.folder.glob(f"{table}-*.parquet"))
        }

    def add(self, batch: Batch) -> None:
        """Stage a batch; ids are unique inside a batch, a later batch wins over an earlier one.

        Raises what the writing of an earlier batch raised (OSError on a full disk).
        """
        if self._failure is not None:
            raise self._failure
        self._waiting.put((self.batches, batch))
        self.batches += 1

    def finish(self) -> None:
        """Wait until everything is written; raises what the writing raised."""
        self._waiting.put(None)
        self._thread.join()
        if self._failure is not None:
            raise self._failure

    def remove(self) -> None:
        """Stop writing and delete the folder."""
        if self._thread.is_alive():
            self._waiting.put(None)
            self._thread.join()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write_all(self) -> None:
        writers: dict[tuple[str, str], pq.ParquetWriter] = {}
        while (item := self._waiting.get()) is not None:
            if self._failure is None:
                with self._kept():
                    self._write(writers, *item)
        for writer in writers.values():
            with self._kept():
                writer.close()

    @contextmanager
    def _kept(self) -> Iterator[None]:
        """Keep a failure for the thread that hands batches over."""
        try:
            yield
        except (OSError, pa.ArrowException) as error:
            self._failure = self._failure or error

    def _write(
        self, writers: dict[tuple[str, str], pq.ParquetWriter], number: int, batch: Batch
    ) -> None:
        """Write one batch."""
        for table in TABLES:
            rows: pa.Table = getattr(batch, table).cast(SCHEMAS[table])
            numbers = pa.repeat(pa.scalar(number, pa.int32()), rows.num_rows)
            start = rows["started_at" if table == "sessions" else "session_started_at"]
            for month, part in _by_month(rows.append_column("batch", numbers), start):
                if (table, month) not in writers:
                    writers[table, month] = self._writer(table, month)
                writers[table, month].write_table(part)

    def _writer(self, table: str, month: str) -> pq.ParquetWriter:
        return pq.ParquetWriter(
            self.folder / f"{table}-{month}.parquet",
            SCHEMAS[table].append(pa.field("batch", pa.int32())),
            compression="lz4",
            use_dictionary=False,
            write_statistics=False,
        )


def _by_month(rows: pa.Table, start: pa.ChunkedArray) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows of each month of `start` (UTC), 'none' for those without."""
    months = pc.fill_null(pc.add(pc.multiply(pc.year(start), 12), pc.month(start)), 0)
    found = pc.unique(months).to_pylist()
    for value in found:
        year, month = divmod(value - 1, 12)
        name = f"{year:04d}-{month + 1:02d}" if value else "none"
        yield name, rows if len(found) == 1 else rows.filter(pc.equal(months, value))
