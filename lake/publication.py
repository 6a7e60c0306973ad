"""A publication: one immutable, readable state of the data, named, that many readers share."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

import duckdb
import structlog

from errors import DamagedFileError
from lake.cold import Cold
from lake.files import SetAside, verify
from lake.instance import Instance

log = structlog.get_logger()


@dataclass(frozen=True)
class Publication:
    """What a question reads: a cursor onto the relations of `lake/relations.py`."""

    name: str  # part of every cache key and ETag
    kind: Literal["index", "parquet"]
    cold: Cold
    instance: Instance
    is_demo: bool = False
    on_damage: Callable[[], None] = field(default=lambda: None, compare=False)

    @property
    def set_aside(self) -> tuple[SetAside, ...]:
        """Files that do not answer, with the reason; damaged logs too."""
        return self.cold.set_aside

    @property
    def complete(self) -> bool:
        """Whether every stored row answers."""
        return not any(item.is_data for item in self.cold.set_aside)

    @cached_property
    def as_of(self) -> datetime | None:
        """When the data was committed, aware UTC; None where there is none."""
        return self.cold.committed_at()

    @property
    def is_empty(self) -> bool:
        """Whether there is no session and nothing set aside."""
        return not self.cold.files["sessions"] and self.complete

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a fresh cursor; close it after the question."""
        return self.instance.cursor()

    def trust(self, table: str, started_at: datetime | None) -> None:
        """Check the bytes of the files that hold a session's rows, once, before they are read.

        Raises DamagedFileError for a file that cannot be trusted, or has been set aside.
        """
        self.refuse_set_aside(started_at, (table,))
        periods = periods_of(started_at)
        for file in self.cold.files[table]:
            if self.cold.kind == "delta" and file.period in periods and (wrong := verify(file)):
                self.on_damage()
                raise DamagedFileError(f"{file.path} was set aside: {wrong}.")

    def refuse_set_aside(
        self, started_at: datetime | None, tables: Sequence[str] = ("messages", "events")
    ) -> None:
        """Raise DamagedFileError if a file that may hold a session's turns has been set aside."""
        periods = periods_of(started_at)
        for item in self.set_aside:
            if item.table in tables and item.period in periods:
                raise DamagedFileError(f"{item.path} was set aside: {item.reason}.")

    def report_damage(self, error: Exception) -> None:
        """Say that a question met a file that could not be read; the lake looks again."""
        log.warning("a stored file could not be read", publication=self.name, error=str(error))
        self.on_damage()


def periods_of(started_at: datetime | None) -> tuple[str, ...]:
    """Return the names of the periods that may hold a session with this start (naive UTC).

    '' is what belongs to no period: a plain folder's files, a table that was set aside as a whole.
    """
    if started_at is None:
        return ("none", "")
    return (f"{started_at:%Y-%m}", f"{started_at:%Y}", "")


class Shelf:
    """The newest publication, and leases on it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._current: Publication | None = None

    @property
    def current(self) -> Publication | None:
        """The newest publication, without a lease."""
        return self._current

    def put(self, publication: Publication | None) -> None:
        """Make a publication the newest; the instance of the one before is retired."""
        with self._lock:
            before, self._current = self._current, publication
        kept = None if publication is None else publication.instance
        if before is not None and before.instance is not kept:
            before.instance.retire()

    def borrow(self) -> Publication | None:
        """Return the newest publication with a reader counted in."""
        with self._lock:
            if self._current is not None:
                self._current.instance.enter()
            return self._current
