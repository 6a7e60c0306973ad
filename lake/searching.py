"""Searching what was said: an instance of its own for one search, over the messages' cold files.

It has one thread and a small share of the memory, so that a search takes little from the questions
of people. What it reads is immutable, and stays for a day after a newer commit.
"""

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from errors import DamagedFileError, QuestionMemoryError, SearchStoppedError
from lake.beside import joined, live_rows
from lake.cold import check
from lake.index import relation
from lake.instance import Instance, lock_down, open_instance
from lake.publication import Publication
from settings import Settings


class Searching:
    """The messages of a publication, read by one thread; `stop` from any, `close` at the end."""

    def __init__(self, settings: Settings, publication: Publication) -> None:
        """Open it without the files that cannot be trusted; raises DamagedFileError.

        Whoever asks about the time of such a file finds out by `Publication.trust`.
        """
        state = publication.cold
        whole = state.without(check(state, thorough=True, tables=("messages",)))
        connection = open_instance(settings, "searching")
        try:
            beside = live_rows(publication, ("messages",))
            cold = relation(connection, "messages", whole)
            messages = joined(connection, "messages", cold, beside)
            connection.execute(f"create view messages as {messages}")
            lock_down(connection, (state.folder, settings.temp))
        except duckdb.Error as error:
            connection.close()
            raise DamagedFileError("A stored file could not be read.") from error
        self._instance = Instance(connection)
        self._cursor = self._instance.cursor()
        self._is_stopped = False

    def hold(self, name: str, rows: pa.Table) -> None:
        """Keep rows as the table `name` (text of ours), in place of what it held before."""
        self._cursor.register("given", rows)
        self._run(f"create or replace temp table {name} as select * from given", {})
        self._cursor.unregister("given")

    def ask(self, text: str, bound: Mapping[str, Any]) -> pa.Table:
        """Return the whole answer to a statement.

        Raises DamagedFileError, QuestionMemoryError, and SearchStoppedError after `stop`.
        """
        return self._run(text, bound).to_arrow_table()

    def stop(self) -> None:
        """Interrupt what runs now, and let nothing else begin; call it until the thread is free."""
        self._is_stopped = True
        self._cursor.interrupt()

    def close(self) -> None:
        """Give the memory back."""
        self._cursor.close()
        self._instance.retire()

    def _run(self, text: str, bound: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
        if self._is_stopped:
            raise SearchStoppedError
        try:
            return self._cursor.execute(text, dict(bound) or None)
        except duckdb.InterruptException as error:
            raise SearchStoppedError from error
        except duckdb.OutOfMemoryException as error:
            raise QuestionMemoryError from error
        except duckdb.Error as error:
            raise DamagedFileError("A stored file could not be read.") from error
