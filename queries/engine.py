"""The engine: asks DuckDB, under a deadline, and remembers the answers.

`start` it once for the process. A run of a page, a request, an export each hold one snapshot, so
that all their answers are about the same moment and the same data.
"""

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any, Protocol

import duckdb
import polars as pl

import observed
from errors import DamagedFileError, NotReadyError, QuestionMemoryError, QuestionTimeoutError
from lake.publication import Publication
from queries.answers import Answers
from queries.filters import Filters
from queries.finding import Held, Source, Way, clause, ways
from queries.frames import frame
from queries.parsed import Parsed
from queries.snapshot import Snapshot, snapshot_of
from queries.standing import lasting_name, state_name
from queries.statement import Statement, compose, sql
from queries.turnstile import Turnstile
from queries.watchdog import Watchdog
from queries.where import HOLDS, Bound
from settings import Settings, current

__all__ = [
    "Engine", "Lake", "Shape", "Snapshot", "ask", "fetch", "running", "shaped", "snapshot", "sql",
    "start", "stop",
]  # fmt: skip


class Lake(Protocol):
    """What is needed of the lake."""

    def lease(self) -> AbstractContextManager[Publication]:
        """Hold the newest publication open."""


class Shape(Hashable, Protocol):
    """What is made of an answer before it is remembered; equal ones make the same."""

    def __call__(self, answer: pl.DataFrame, /) -> pl.DataFrame:
        """Return what is remembered in place of the answer."""


class Engine:
    """One lake's answers; safe to use from many threads."""

    def __init__(self, lake: Lake, settings: Settings) -> None:
        self._lake = lake
        self._settings = settings
        self._answers = Answers(settings.cache_mb * 2**20)
        self._turnstile = Turnstile(
            settings.questions_at_once, settings.questions_waiting, settings.questions_wait_seconds
        )
        self._watchdog = Watchdog()
        self._parsed = Parsed()

    def close(self) -> None:
        """Send away the questions that wait, and stop those that still run."""
        self._turnstile.close()
        self._watchdog.close()

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Hold the newest state open while the block runs; raises NotReadyError."""
        with self._lake.lease() as publication:
            yield snapshot_of(publication, self._settings)

    def fetch(
        self, statement: Statement, filters: Filters, snapshot: Snapshot, given: Bound,
        shape: Shape | None = None,
    ) -> pl.DataFrame:  # fmt: skip
        """Return the remembered answer, or what is made of it, or ask."""
        text, bound = _composed(statement, filters, snapshot, given)
        # The tick is part of the key through `now` and `since`, where a question depends on it.
        name = state_name(statement, filters, snapshot.publication)
        if snapshot.is_lasting:
            name = lasting_name(name, snapshot.publication, snapshot.tick)
        key = (text, tuple(bound.items()), filters.scope, name, shape)

        def ask() -> pl.DataFrame:
            answer = self.ask(statement, filters, snapshot, given)
            return answer if shape is None else shape(answer)

        return self._answers.get(key, ask)

    def ask(
        self, statement: Statement, filters: Filters, snapshot: Snapshot, given: Bound
    ) -> pl.DataFrame:
        """Ask, and remember nothing but where a text has been found."""
        publication: Source = snapshot.publication
        text, bound = _composed(statement, filters, snapshot, given)
        told = self.found(filters, snapshot) if HOLDS in text else None
        if told is not None:
            publication = Held(snapshot.publication, filters.q, told)
            text, bound = _composed(statement, filters, snapshot, given, clause(told))
        return self._ask(text, bound, publication)

    def _ask(self, text: str, bound: Bound, publication: Source) -> pl.DataFrame:
        """Ask on a cursor of its own, inside one transaction, until the deadline."""
        with self._asking(publication.cursor, publication) as cursor:
            cursor.begin()
            cursor.execute(self._parsed.of(text, cursor), _lists(bound))
            return frame(cursor)

    @contextmanager
    def _asking(
        self,
        opened: Callable[[], duckdb.DuckDBPyConnection],
        publication: Source,
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Ask on a cursor, once there is a place, until the deadline; errors get our names.

        Ask DuckDB alone in the block: a question of the engine in it would wait for a place while
        it holds one. The deadline counts from the place on.
        """
        seconds = self._settings.query_seconds
        with (
            self._turnstile.place(), observed.Question(), opened() as cursor,
            self._watchdog.guard(cursor.interrupt, seconds) as guard,
        ):  # fmt: skip
            try:
                yield cursor
            except duckdb.InterruptException as error:
                late = QuestionTimeoutError(seconds) if guard.has_expired else NotReadyError()
                raise late from error
            except duckdb.OutOfMemoryException as error:
                raise QuestionMemoryError from error
            except (duckdb.IOException, duckdb.InvalidInputException) as error:
                publication.report_damage(error)
                raise DamagedFileError("A stored file could not be read.") from error

    def found(self, filters: Filters, snapshot: Snapshot) -> pl.DataFrame | None:
        """Return which sessions hold the text of `q`; None where each question reads its own."""
        tried = ways(filters, snapshot.publication, snapshot.tick)
        told = (self._told(way, filters.q, snapshot) for way in tried)
        return next((each for each in told if each.columns), None)

    def _told(self, way: Way, text: str, snapshot: Snapshot) -> pl.DataFrame:
        """Return what one way of looking tells of a text, which is the same for each index."""
        publication = snapshot.publication

        def look() -> pl.DataFrame:
            with self._asking(publication.instance.cursor, publication) as cursor:
                return way(cursor, text, publication)

        key = (publication.finds, text, way)
        if key not in snapshot.found:
            snapshot.found[key] = self._answers.get(key, look)
        told: pl.DataFrame = snapshot.found[key]
        return told


def _composed(
    statement: Statement, filters: Filters, snapshot: Snapshot, given: Bound, held: str = HOLDS
) -> tuple[str, Bound]:
    tick, zone, cubes = snapshot.tick, snapshot.zone, snapshot.publication.cubes
    return compose(statement, filters, given, tick, zone, cubes=cubes, held=held)


def _lists(bound: Bound) -> Bound | None:
    """Return the parameters as DuckDB takes them; keys of the cache hold tuples in their place."""
    listed = ((name, list(it) if isinstance(it, tuple) else it) for name, it in bound.items())
    return dict(listed) or None


class _Process:
    """The one engine of the process."""

    lock = threading.Lock()
    engine: Engine | None = None


def start(lake: Lake, settings: Settings | None = None) -> None:
    """Make the engine of this process; `stop` it at the end."""
    stop()
    with _Process.lock:
        _Process.engine = Engine(lake, settings or current())


def stop() -> None:
    """Stop what still runs; questions raise NotReadyError until the next start."""
    with _Process.lock:
        engine, _Process.engine = _Process.engine, None
    if engine is not None:
        engine.close()


@contextmanager
def running(lake: Lake, settings: Settings | None = None) -> Iterator[None]:
    """Answer questions about a lake while the block runs."""
    start(lake, settings)
    try:
        yield
    finally:
        stop()


def _running() -> Engine:
    if _Process.engine is None:
        raise NotReadyError
    return _Process.engine


def snapshot() -> AbstractContextManager[Snapshot]:
    """Hold one state of the data and one moment; may be nested. Raises NotReadyError."""
    return _running().snapshot()


def found(filters: Filters, snapshot: Snapshot) -> pl.DataFrame | None:
    """Return which sessions hold the text of `q`, as `Engine.found`; raises as `fetch` does."""
    return _running().found(filters, snapshot)


def fetch(
    statement: Statement, filters: Filters, snapshot: Snapshot, **given: Any  # noqa: ANN401
) -> pl.DataFrame:  # fmt: skip
    """Return the answer to a statement over the filtered sessions; `given` are its parameters.

    Times are naive UTC. Raises BusyError, QuestionTimeoutError, QuestionMemoryError,
    DamagedFileError, NotReadyError.
    """
    return _running().fetch(statement, filters, snapshot, given)


def shaped(
    shape: Shape, statement: Statement, filters: Filters, snapshot: Snapshot,
    **given: Any,  # noqa: ANN401
) -> pl.DataFrame:  # fmt: skip
    """Return what a shape makes of an answer, which alone is remembered.

    Raises what `fetch` raises.
    """
    return _running().fetch(statement, filters, snapshot, given, shape)


def ask(
    statement: Statement, filters: Filters, snapshot: Snapshot, **given: Any  # noqa: ANN401
) -> pl.DataFrame:  # fmt: skip
    """Return an answer that is large and asked for once: it takes no other's place in memory.

    Raises what `fetch` raises.
    """
    return _running().ask(statement, filters, snapshot, given)
