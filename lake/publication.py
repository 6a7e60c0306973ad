"""A publication: one immutable, readable state of the data, named, that many readers share."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import accumulate, pairwise
from typing import Literal

import duckdb
import pyarrow as pa
import structlog

from errors import DamagedFileError
from lake import turns
from lake.cold import Cold, by_period
from lake.cubes import Cubes
from lake.files import SetAside, StoredFile, verify
from lake.finding import Finds
from lake.instance import Instance
from lake.kinds import Kind

log = structlog.get_logger()


@dataclass(frozen=True)
class Live:
    """What the journal adds to a cold state: the place of its relations, and from when on."""

    number: int
    settled_name: str
    heard_at: datetime  # when the newest of it came, aware UTC
    horizon: datetime | None
    has_overlaid: bool  # whether some of it lies in the cold files too
    position: int = 0  # of the journal, up to which all is contained


@dataclass(frozen=True)
class Publication:
    """What a question reads: a cursor onto the relations of `lake/relations.py`."""

    name: str  # part of every cache key and ETag
    kind: Literal["index", "parquet"]
    cold: Cold
    instance: Instance
    is_demo: bool = False
    on_damage: Callable[[], None] = field(default=lambda: None, compare=False)
    live: Live | None = None  # what the journal adds; None where it adds nothing
    cubes: Cubes | None = None  # None where the rows answer everything
    finds: Finds | None = None  # None where a text is looked for in every session

    def __post_init__(self) -> None:
        """Tell the cubes whether live sessions lie beside them."""
        if self.cubes is not None:
            has_live = self.live is not None
            told = replace(self.cubes, has_live=has_live, horizon=self.horizon)
            object.__setattr__(self, "cubes", told)

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
        """When the newest data was committed, aware UTC; None where there is none."""
        committed_at = self.cold.committed_at()
        if self.live is None:
            return committed_at
        return max(self.live.heard_at, committed_at or self.live.heard_at)

    @cached_property
    def runs(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The first and the last number of each file of stored sessions, by period, newest first.

        In each the sessions lie newest first. Empty where that is not known.
        """
        if self.finds is None or self.cold.kind is not Kind.DELTA:
            return ()
        periods, last = [], 0
        for files in by_period(self.cold):
            ends = tuple(accumulate((file.rows for file in files), initial=last))
            periods.append(tuple((before + 1, end) for before, end in pairwise(ends)))
            last = ends[-1]
        return tuple(periods) if self.finds.sessions == last else ()

    @property
    def is_empty(self) -> bool:
        """Whether there is no session and nothing set aside."""
        return self.live is None and not self.cold.files["sessions"] and self.complete

    @property
    def settled_name(self) -> str:
        """The name of what lies before `horizon`: it stays while live sessions come and go on."""
        return self.name if self.live is None else self.live.settled_name

    @property
    def horizon(self) -> datetime | None:
        """From this start on live sessions may be among the others, naive UTC; None is nowhere."""
        return None if self.live is None else self.live.horizon

    @property
    def number(self) -> int:
        """Its place among those of its instance."""
        return 0 if self.live is None else self.live.number

    def enter(self) -> None:
        """Count a reader in."""
        self.instance.enter(self.number)

    def leave(self) -> None:
        """Count a reader out."""
        self.instance.leave(self.number)

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """Return a fresh cursor; close it after the question."""
        cursor = self.instance.cursor()
        if self.live is not None:
            cursor.execute(f"use live.p{self.live.number}")
        return cursor

    @property
    def position(self) -> int:
        """Up to where the journal is contained."""
        return max(self.cold_position, 0 if self.live is None else self.live.position)

    @property
    def cold_position(self) -> int:
        """Up to where the cold files hold the journal."""
        return 0 if self.cold.manifest is None else self.cold.manifest.journal_position

    def trust(self, table: str, started_at: datetime | None) -> None:
        """Check the bytes of the files that hold a session's rows, once, before they are read.

        Raises DamagedFileError for a file that cannot be trusted, or has been set aside.
        """
        self.refuse_set_aside(started_at, (table,))
        periods = periods_of(started_at)
        self._trust(file for file in self.cold.files[table] if file.period in periods)

    def trust_all(self, table: str) -> None:
        """Check the bytes of all files of a table, once; raises DamagedFileError."""
        self._trust(self.cold.files[table])

    def _trust(self, files: Iterable[StoredFile]) -> None:
        for file in files:
            if self.cold.kind is Kind.DELTA and (wrong := verify(file)):
                self.on_damage()
                raise DamagedFileError(f"{file.path} was set aside: {wrong}.")

    def turns(self, table: str, session_id: str, started_at: datetime | None) -> pa.Table | None:
        """Return what the cold files hold of a session, in order: the columns of `turns.SHOWN`.

        None where a statement has to ask: of a session without a start, of files that are not ours.
        Raises DamagedFileError.
        """
        self.trust(table, started_at)
        if started_at is None or self.cold.kind is not Kind.DELTA:
            return None
        files = [f for f in self.cold.files[table] if f.period in periods_of(started_at)]
        try:
            return turns.of_session(files, table, session_id, started_at)
        except (OSError, pa.ArrowException) as error:
            self.report_damage(error)
            raise DamagedFileError("A stored file could not be read.") from error

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
        log.warning("a stored file could not be read", publication=self.name, error=error)
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
                self._current.enter()
            return self._current
