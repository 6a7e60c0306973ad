"""Reading much at once: an instance of its own for one export, over the cold files.

It has its own share of the memory, so that an export takes nothing from the questions of people,
and no deadline: whoever reads it may be slow. What it reads is immutable, and stays for a day after
a newer commit.
"""

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from errors import DamagedFileError, ExportStoppedError, QuestionMemoryError
from lake.cold import Cold
from lake.index import over_parquet
from settings import Settings


class Reading:
    """One cold state, read by one thread at a time; `stop` from any thread, `close` at the end."""

    def __init__(self, settings: Settings, state: Cold) -> None:
        """Open the state; raises DamagedFileError."""
        try:
            self._instance = over_parquet(settings, state, purpose="exporting")
        except duckdb.Error as error:
            raise DamagedFileError("A stored file could not be read.") from error
        self._cursor = self._instance.cursor()

    def ask(self, text: str, bound: Mapping[str, Any]) -> pa.Table:
        """Return the whole answer to a statement.

        Raises DamagedFileError, QuestionMemoryError, and ExportStoppedError after `stop`.
        """
        return self._run(text, bound).to_arrow_table()

    def keep(self, name: str, text: str, bound: Mapping[str, Any]) -> None:
        """Keep the answer as the table `name` (text of ours), in place of what it held before."""
        self._run(f"create or replace temp table {name} as {text}", bound)

    def stop(self) -> None:
        """Interrupt what runs now."""
        self._cursor.interrupt()

    def close(self) -> None:
        """Give the memory back."""
        self._cursor.close()
        self._instance.retire()

    def _run(self, text: str, bound: Mapping[str, Any]) -> duckdb.DuckDBPyConnection:
        values = {name: list(v) if isinstance(v, tuple) else v for name, v in bound.items()}
        try:
            return self._cursor.execute(text, values or None)
        except duckdb.InterruptException as error:
            raise ExportStoppedError from error
        except duckdb.OutOfMemoryException as error:
            raise QuestionMemoryError from error
        except duckdb.Error as error:
            raise DamagedFileError("A stored file could not be read.") from error
