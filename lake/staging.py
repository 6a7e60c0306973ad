"""Staged batches: what an import has handed over so far, spilled to Parquet beside the lake.

Arrow tables come in, a thread writes them out, so that reading and writing overlap and memory
stays flat.
"""

import queue
import shutil
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lake.files import TABLES
from lake.schema import SCHEMAS, Batch

WAITING = 3  # batches that may wait for the disk


class Staging:
    """A scratch folder with one growing Parquet file a table, each row with its batch's number."""

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

    def path(self, table: str) -> Path:
        """Return the staged file of a table."""
        return self.folder / f"{table}.parquet"

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
        writers = {
            table: pq.ParquetWriter(
                self.path(table),
                SCHEMAS[table].append(pa.field("batch", pa.int32())),
                compression="lz4",
                use_dictionary=False,
                write_statistics=False,
            )
            for table in TABLES
        }
        while (item := self._waiting.get()) is not None:
            if self._failure is None:
                self._write(writers, *item)
        for writer in writers.values():
            writer.close()

    def _write(self, writers: dict[str, pq.ParquetWriter], number: int, batch: Batch) -> None:
        """Write one batch; a failure is kept for the thread that hands batches over."""
        try:
            for table in TABLES:
                rows: pa.Table = getattr(batch, table).cast(SCHEMAS[table])
                numbers = pa.repeat(pa.scalar(number, pa.int32()), rows.num_rows)
                writers[table].write_table(rows.append_column("batch", numbers))
        except (OSError, pa.ArrowException) as error:
            self._failure = error
