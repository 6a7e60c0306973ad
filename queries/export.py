"""Exports: all sessions of the filters from one snapshot, newest first, in slices of time.

What lies in this order is handed over as it is read. Else a slice is sorted, handed over in parts
and forgotten, so that memory does not grow with the number of sessions. The number of rows is known
beforehand, for the slices are cut by counting. Where one is large all the same (an hour of very
many starts, all those without one) DuckDB sorts it on disk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import product
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from errors import DamagedFileError, QuestionMemoryError
from lake.kinds import Kind
from lake.publication import periods_of
from lake.reading import Reader, Reading
from queries import nested
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.slices import Hours, Slice, after, by_month, cuts, months, whole
from queries.statement import Statement, compose
from queries.where import Bound
from settings import Settings

# Sessions of a slice, and how many of them are handed over at once, as rows (5 MB) or with their
# messages and events.
ROWS, ROWS_AT_ONCE = 20_000, 2_500
LINES, LINES_AT_ONCE = 20_000, 2_000
# Turns come as they lie: they are sorted where they are put together.
_LINES = (
    sql("export_session_lines"),
    sql("export_message_lines").unordered,
    sql("export_event_lines").unordered,
)
_PICKED, _HELD = "picked", "held"  # tables of the reading: ids of the filters, sessions of a part


class Export:
    """The filtered sessions of one snapshot; read by one thread at a time, stopped from any.

    Whatever is read raises DamagedFileError, QuestionMemoryError, or ExportStoppedError.
    """

    def __init__(
        self, filters: Filters, snapshot: Snapshot, reading: Reading, opening: Reader, after: int
    ) -> None:
        """Ask nothing yet; `opening` answers short questions from what is published.

        `after` so many sessions, which were handed over by another export of the same.
        """
        self.filters = filters
        self.snapshot = snapshot
        self.done = after  # sessions handed over
        self.columns: tuple[str, ...] = ()  # of the file, as the format names them
        self._reading = reading
        self._beside = reading.beside()
        self._opening = opening
        self._picked: str | None = None

    @cached_property
    def total(self) -> int:
        """The number of sessions, which are counted when it is first asked for."""
        return sum(total for _, total in self._hours)

    def rows(self) -> Iterator[pa.Table]:
        """Yield the columns of the contract, naive UTC times, some thousand sessions at once."""
        for rows in self._parts(ROWS, ROWS_AT_ONCE, is_streamed=True):
            yield pa.Table.from_batches([rows])
            self.done += rows.num_rows
        self._check_whole()

    def lines(self, end: str) -> Iterator[pa.Buffer]:
        """Yield UTF-8: each session with its messages and events as JSON, then `end`.

        Raises DamagedFileError before it would leave out what lies in a damaged file.
        """
        touched = (month for hour, _ in self._hours for month in months(hour, hour))
        for month in dict.fromkeys(touched):
            self.snapshot.publication.refuse_set_aside(month)
        for sessions in self._parts(LINES, LINES_AT_ONCE):
            for lines in self._lines(sessions, end):
                yield _text(lines)
                self.done += len(lines)
        self._check_whole()

    def metadata_keys(self, limit: int) -> list[str]:
        """Return the metadata keys of the filtered sessions, most frequent first."""
        asked = self._composed(sql("export_keys"), None, most=limit)
        keys: list[str] = self._opening.ask(*asked)["key"].to_pylist()
        return keys

    def stop(self) -> None:
        """Interrupt what is being read; whoever reads gets ExportStoppedError.

        Between two questions it hits nothing: who waits for the end stops again and again.
        """
        for reader in (self._opening, self._reading, self._beside):
            reader.stop()

    def close(self) -> None:
        """Give back what the export itself has opened."""
        self._beside.close()

    @cached_property
    def _hours(self) -> Hours:
        counted = self._opening.ask(*self._composed(sql("export_hours"), None))
        columns = [counted[name].to_pylist() for name in ("hour", "total")]
        return tuple(zip(*columns, strict=True))

    def _parts(
        self, size: int, at_once: int, *, is_streamed: bool = False
    ) -> Iterator[pa.RecordBatch]:
        """Yield the columns of the sessions, slice by slice and part by part.

        `is_streamed` as they lie, where that is right: for who asks nothing between the parts, for
        what is being read stays in memory.
        """
        left, known = after(self._hours, self.done)  # before `picked` takes the filters' place
        # Clauses on metadata or on other sessions read everything: once, not in each slice.
        if self.filters.is_costly:
            every = Statement("export_picked", "select session_id from filtered")
            self._reading.take(_PICKED, self._opening, *self._composed(every, None))
            self._picked = _PICKED
        for rows in self._read(left, size, at_once, is_streamed=is_streamed):
            if known < rows.num_rows:
                yield rows.slice(known)
            known = max(0, known - rows.num_rows)

    def _read(
        self, left: Hours, size: int, at_once: int, *, is_streamed: bool
    ) -> Iterator[pa.RecordBatch]:
        """Yield the sessions of some hours in the order of exports."""
        for hours in by_month(left):
            if is_streamed and self._is_in_order(whole(hours)):
                asked = self._composed(sql("export_sessions").unordered, whole(hours))
                yield from self._reading.stream(*asked, at_once)
                continue
            for cut in cuts(hours, size):
                asked = self._composed(sql("export_sessions"), cut)
                yield from self._reading.stream(*asked, at_once)

    def _is_in_order(self, cut: Slice) -> bool:
        """Return whether the sessions of a slice are read in the order of exports as they lie.

        As a lake's own files are written. Then they are handed over while they are read, which is
        several times faster than to sort them and holds half as much. A plain folder's rows, and
        those that are picked, come out of joins, which promise no order.
        """
        publication = self.snapshot.publication
        is_joined = publication.live is not None and publication.live.has_overlaid
        if self._picked is not None or is_joined or publication.cold.kind is Kind.PLAIN:
            return False
        asked = self._composed(sql("export_in_order"), cut)
        is_in_order: bool = self._reading.ask(*asked)["is_in_order"][0].as_py()
        return is_in_order

    def _lines(self, sessions: pa.RecordBatch, end: str) -> Iterator[pa.Array]:
        """Yield the JSON of some sessions: of all at once, or of as many as the memory holds."""
        # Turns may be of any length: how much memory some sessions take is known by trying.
        lines, half = None, sessions.num_rows // 2
        try:
            lines = self._told(sessions, end)
        except QuestionMemoryError:
            if half == 0:
                raise
        if lines is not None:
            yield lines
        else:
            yield from self._lines(sessions.slice(0, half), end)
            yield from self._lines(sessions.slice(half), end)

    def _told(self, sessions: pa.RecordBatch, end: str) -> pa.Array:
        """Return the JSON of some sessions, from files that can be trusted."""
        starts, ids = (pc.min_max(sessions[name]).as_py() for name in ("started_at", "session_id"))
        cut = Slice(starts["min"], starts["max"])
        touched = tuple(months(cut.first, cut.last))
        for month, table in product(touched, ("messages", "events")):
            self.snapshot.publication.trust(table, month)
        periods = tuple(name for month in touched for name in periods_of(month))
        given = {"periods": periods, "first_id": ids["min"], "last_id": ids["max"]}
        with self._beside.showing(_HELD, nested.numbered(sessions)):
            known, said, happened = (
                self._beside.ask(*self._composed(statement, cut, **given)) for statement in _LINES
            )
        return nested.joined(known, said, happened, end)

    def _check_whole(self) -> None:
        """Raise DamagedFileError if there were other sessions than have been counted."""
        if self.done != self.total:
            raise DamagedFileError(
                f"The files hold {self.done:,} sessions, not the {self.total:,} counted before."
            )

    def _composed(
        self, statement: Statement, cut: Slice | None, **given: Any  # noqa: ANN401
    ) -> tuple[str, Bound]:  # fmt: skip
        """Return text and parameters of a statement, about a slice of time where it is of one.

        Only slices are asked of the reading, which holds what was picked.
        """
        picked = None if cut is None else self._picked
        if cut is not None and cut.first is None:
            statement = statement.undated
        elif cut is not None:
            given |= {"slice_first": cut.first, "slice_last": cut.last}
        tick, zone = self.snapshot.tick, self.snapshot.zone
        return compose(statement, self.filters, given, tick, zone, picked=picked)


def _text(lines: pa.Array) -> pa.Buffer:
    """Return texts without nulls one behind the other, as they lie in memory."""
    _, offsets, texts = lines.buffers()
    places = memoryview(offsets).cast("i")
    return texts[places[lines.offset] : places[lines.offset + len(lines)]]


@contextmanager
def export(
    filters: Filters, snapshot: Snapshot, settings: Settings, *, after: int = 0
) -> Iterator[Export]:
    """Hold an export of all but the first sessions open while the block runs.

    Raises DamagedFileError.
    """
    reading = Reading(settings, snapshot.publication)
    opening = Reader(snapshot.publication.cursor())
    held = Export(filters, snapshot, reading, opening, after)
    try:
        yield held
    finally:
        for opened in (held, opening, reading):
            opened.close()
        pa.default_memory_pool().release_unused()
