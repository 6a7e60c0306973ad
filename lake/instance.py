"""DuckDB instances: opened with their share of the memory, then locked down.

Reading (the index, or cold files in memory), building (starting, while no other index answers),
writing, each export and each search are separate instances, so that none can take the memory of
another. After lock-down only the named
folders can be touched, nothing can be installed, and no setting changed (FACTS of DuckDB 2.0 in
docs/architecture.md).
"""

import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import duckdb

from settings import Settings

Cursor = duckdb.DuckDBPyConnection  # for those who are handed one and do not know DuckDB
Statement = duckdb.Statement  # and for those who keep what is parsed
SHARES = {
    "reading": 0.5, "building": 0.3, "starting": 0.3, "writing": 0.2, "exporting": 0.1,
    "searching": 0.05,
}  # fmt: skip


def quoted(text: str) -> str:
    """Return `text` as an SQL string literal; for paths of ours in places that bind nothing."""
    return "'" + text.replace("'", "''") + "'"


def quoted_name(text: str) -> str:
    """Return `text` as the SQL name of something."""
    return '"' + text.replace('"', '""') + '"'


def open_instance(
    settings: Settings, purpose: str, *, file: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Open an instance for `purpose` (a key of SHARES), in memory or on `file`.

    Raises duckdb.Error where `file` is damaged, foreign, or held by another process.
    """
    settings.temp.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        str(file) if file is not None else ":memory:",
        config=limits(settings, purpose),
    )
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute("set global parquet_metadata_cache = true")
    # Packs sort keys for large sorts; for answers of a page it only costs planning (measured: 5 %).
    connection.execute("set global disabled_optimizers = 'compressed_materialization'")
    if purpose == "exporting":  # reads each file once: what it keeps of one would serve nobody
        connection.execute("set global enable_external_file_cache = false")
        connection.execute("set global disable_parquet_prefetching = true")  # 20 MB less at once
        # Freed memory goes back to the system at once: 20 to 50 MB less, for a tenth more time.
        connection.execute("set global allocator_bulk_deallocation_flush_threshold = '4MB'")
    if purpose == "reading":
        connection.execute("attach ':memory:' as live")  # what the journal holds, lake/hot.py
    connection.execute("set enable_progress_bar = false")  # ours is drawn by the command line
    return connection


def limits(
    settings: Settings, purpose: str
) -> dict[str, str | bool | int | float | list[str]]:  # as DuckDB takes it
    """Return how an instance for `purpose` is configured: what it may take of the machine."""
    return {
        "memory_limit": f"{int(settings.memory_mb * SHARES[purpose])}MiB",
        "threads": _threads(settings, purpose),
        "temp_directory": str(settings.temp),
        "max_temp_directory_size": f"{settings.temp_mb}MiB",
        "python_enable_replacements": False,
    }


def _threads(settings: Settings, purpose: str) -> int:
    """Return how many threads an instance has: people wait for what is read, not for the others."""
    fewer = {"building": max(1, settings.threads - 1), "searching": 1, "exporting": 1}
    return fewer.get(purpose, settings.threads)


def lock_down(connection: duckdb.DuckDBPyConnection, folders: Iterable[Path]) -> None:
    """Allow `folders` and nothing else, for good."""
    allowed = ", ".join(quoted(f"{folder.resolve()}/") for folder in folders)
    connection.execute(f"set allowed_directories = [{allowed}]")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")


class Instance:
    """A DuckDB instance that is closed when its last reader has left."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._readers: Counter[int] = Counter()
        self._is_retired = False
        self._lock = threading.Lock()

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a cursor of its own for the calling thread."""
        return self._connection.cursor()

    def enter(self, number: int = 0) -> None:
        """Count a reader of a publication in."""
        with self._lock:
            self._readers[number] += 1

    def leave(self, number: int = 0) -> None:
        """Count a reader out; the last one of a retired instance closes it."""
        with self._lock:
            self._readers[number] -= 1
            if not self._readers[number]:
                del self._readers[number]
            self._close_if_idle()

    def oldest(self, newest: int) -> int:
        """Return the least number of the publications that somebody reads, or `newest`."""
        with self._lock:
            return min(self._readers, default=newest)

    def retire(self) -> None:
        """Close the instance now, or when its last reader leaves."""
        with self._lock:
            self._is_retired = True
            self._close_if_idle()

    def _close_if_idle(self) -> None:
        if self._is_retired and not self._readers:
            self._connection.close()
