"""Reading much at once: an instance of its own for one export, over the cold files.

It has its own share of the memory, so that an export takes nothing from the questions of people,
and no deadline: whoever reads it may be slow. What it reads is immutable, and stays for a day after
a newer commit.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb
import pyarrow as pa

from errors import DamagedFileError, ExportStoppedError, QuestionMemoryError
from lake.beside import live_rows
from lake.index import over_parquet
from lake.publication import Publication
from settings import Settings

Bound = Mapping[str, Any]


class Reader:
    """A cursor for one thread at a time; `stop` it from any, `close` it at the end.

    What is asked raises DamagedFileError, QuestionMemoryError, and ExportStoppedError after `stop`.
    """

    def __init__(self, cursor: duckdb.DuckDBPyConnection) -> None:
        self._cursor = cursor
        self._is_stopped = False

    def ask(self, text: str, bound: Bound) -> pa.Table:
        """Return the whole answer to a statement."""
        with self._told():
            return self._asked(text, bound).to_arrow_table()

    def stream(self, text: str, bound: Bound, rows: int) -> Iterator[pa.RecordBatch]:
        """Yield the answer to a statement, so many rows at once; no other question meanwhile."""
        with self._told():
            yield from self._asked(text, bound).to_arrow_reader(rows)

    @contextmanager
    def showing(self, name: str, rows: pa.RecordBatch) -> Iterator[None]:
        """Have rows be asked as the table `name` while the block runs."""
        self._cursor.register(name, pa.Table.from_batches([rows]))
        try:
            yield
        finally:
            self._cursor.unregister(name)

    def take(self, name: str, other: "Reader", text: str, bound: Bound) -> None:
        """Keep what another reader answers as the table `name` (text of ours), as it comes."""
        with self._told(), other._told():  # noqa: SLF001  one of us
            stream = other._asked(text, bound).to_arrow_reader()  # noqa: SLF001  the same
            self._cursor.register("taken", stream)
            self._cursor.execute(f"create or replace temp table {name} as select * from taken")
            self._cursor.unregister("taken")

    def stop(self) -> None:
        """Interrupt what runs now, and answer nothing any more.

        A blow between two statements hits nothing: whoever waits for the end stops again.
        """
        self._is_stopped = True
        self._cursor.interrupt()

    def close(self) -> None:
        """Give the cursor back."""
        self._cursor.close()

    def _asked(self, text: str, bound: Bound) -> duckdb.DuckDBPyRelation:
        """Return the answer as it comes, so that it need not be held whole."""
        if self._is_stopped:
            raise ExportStoppedError
        values = {name: list(v) if isinstance(v, tuple) else v for name, v in bound.items()}
        return self._cursor.sql(text, params=values or None)

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Raise errors of ours for those of DuckDB, and of Arrow where that hands them on."""
        try:
            yield
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            if self._is_stopped:
                raise ExportStoppedError from error
            if "Out of Memory" in str(error):
                raise QuestionMemoryError from error
            raise DamagedFileError("A stored file could not be read.") from error


class Reading(Reader):
    """A reader of one publication, with an instance of its own."""

    def __init__(self, settings: Settings, publication: Publication) -> None:
        """Open its cold files, and fetch its live rows; raises DamagedFileError."""
        publication.trust_all("sessions")  # an index answers before they have been checked
        try:
            self._instance = over_parquet(
                settings, publication.cold, purpose="exporting", beside=live_rows(publication)
            )
        except duckdb.Error as error:
            raise DamagedFileError("A stored file could not be read.") from error
        super().__init__(self._instance.cursor())

    def beside(self) -> Reader:
        """Return another reader of the same state, for questions while this one is streaming."""
        return Reader(self._instance.cursor())

    def close(self) -> None:
        """Give the memory back."""
        super().close()
        self._instance.retire()
