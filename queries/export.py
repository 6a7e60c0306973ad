"""Exports: all sessions of the filters from one snapshot, newest first, in slices of time.

A slice is asked, handed over and forgotten, so that memory does not grow with the number of
sessions. The number of rows is known beforehand, for the slices are cut by counting.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from lake.reading import Reading
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.statement import Statement, compose
from queries.where import Bound
from settings import Settings

HOUR = timedelta(hours=1)
ROWS = 20_000  # sessions of a slice as rows: 10 MB or so
NESTED = 5_000
_PICKED, _HELD = "picked", "held"  # tables of the reading: ids of the filters, rows of a slice


Hours = tuple[tuple[datetime | None, int], ...]  # start (naive UTC) and sessions, newest first


@dataclass(frozen=True)
class Slice:
    """From `after` (included) to `before` (not included), naive UTC; None is "without a start"."""

    after: datetime | None
    before: datetime | None
    hours: Hours


class Export:
    """The filtered sessions of one snapshot; read by one thread, stopped from any."""

    def __init__(self, filters: Filters, snapshot: Snapshot, reading: Reading) -> None:
        """Count the sessions; raises what the reading raises."""
        self._filters = filters
        self._snapshot = snapshot
        self._reading = reading
        self.done = 0  # sessions handed over
        # Clauses on metadata or on other sessions read everything: once, not in each slice.
        self._picked: str | None = None
        if filters.is_costly:
            self._keep(_PICKED, Statement("picked", "select session_id from filtered"))
            self._picked = _PICKED
        hours = self._ask(sql("export_hours"))
        columns = [hours[name].to_pylist() for name in ("hour", "total")]
        self._hours: Hours = tuple(zip(*columns, strict=True))
        self.total = sum(total for _, total in self._hours)

    @property
    def snapshot(self) -> Snapshot:
        """What is exported from."""
        return self._snapshot

    def sessions(self) -> Iterator[pa.Table]:
        """Yield the columns of the contract, naive UTC times, in slices."""
        for cut in cuts(self._hours, ROWS):
            rows = self._reading.ask(*self._composed(sql("export_sessions"), cut))
            yield rows
            self.done += rows.num_rows

    def lines(self) -> Iterator[pa.Table]:
        """Yield one column `line` of JSON texts, a session with its messages and events each.

        Raises DamagedFileError before it would leave out what lies in a damaged file.
        """
        for rows in cuts(self._hours, ROWS):
            self._keep(_HELD, sql("export_sessions"), rows)
            for cut in cuts(rows.hours, NESTED):
                for table in ("messages", "events"):
                    for month in months(cut):
                        self._snapshot.publication.trust(table, month)
                lines = self._reading.ask(*self._composed(sql("export_lines"), cut))
                yield lines
                self.done += lines.num_rows

    def metadata_keys(self, limit: int) -> list[str]:
        """Return the metadata keys of the filtered sessions, most frequent first."""
        keys: list[str] = self._ask(sql("export_keys"), most=limit)["key"].to_pylist()
        return keys

    def stop(self) -> None:
        """Interrupt what is being read; whoever reads gets ExportStoppedError."""
        self._reading.stop()

    def _ask(self, statement: Statement, **given: Any) -> pa.Table:  # noqa: ANN401
        return self._reading.ask(*self._composed(statement, None, **given))

    def _keep(self, name: str, statement: Statement, cut: Slice | None = None) -> None:
        self._reading.keep(name, *self._composed(statement, cut))

    def _composed(
        self, statement: Statement, cut: Slice | None, **given: Any  # noqa: ANN401
    ) -> tuple[str, Bound]:  # fmt: skip
        """Return text and parameters of a statement, about a slice of time where it is of one."""
        if cut is not None and cut.after is None:
            statement = statement.undated
        elif cut is not None:
            given |= {"slice_after": cut.after, "slice_before": cut.before}
        tick, zone = self._snapshot.tick, self._snapshot.zone
        return compose(statement, self._filters, given, tick, zone, picked=self._picked)


def cuts(hours: Hours, size: int) -> Iterator[Slice]:
    """Yield slices of at least `size` sessions, cut at full hours, in the order of `hours`.

    Those without a start come last, in a slice of their own.
    """
    taken: list[tuple[datetime | None, int]] = []
    for place, (hour, total) in enumerate(hours):
        taken.append((hour, total))
        is_last = place + 1 == len(hours) or hours[place + 1][0] is None
        if is_last or sum(count for _, count in taken) >= size:
            newest = taken[0][0]
            yield Slice(hour, None if newest is None else newest + HOUR, tuple(taken))
            taken = []


def months(cut: Slice) -> Iterator[datetime | None]:
    """Yield a moment of each month that a slice touches, None where it has no start."""
    if cut.after is None or cut.before is None:
        yield None
        return
    month = cut.after.replace(day=1, hour=0)
    while month < cut.before:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


@contextmanager
def export(filters: Filters, snapshot: Snapshot, settings: Settings) -> Iterator[Export]:
    """Hold an export open while the block runs; raises LakeError, QuestionMemoryError."""
    reading = Reading(settings, snapshot.publication.cold)
    try:
        yield Export(filters, snapshot, reading)
    finally:
        reading.close()
