"""The stretch of time in which a page of the list lies, by the counts of cubes.

In the order of their starts a page is a few of the sessions of some hours or days in a row; how
many lie before these is a sum of cells. So the page farthest back is found as fast as the first.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from lake.cubes import Cubes
from queries import periods
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.periods import END
from queries.question import Question

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  naive UTC as in the tables
_MICROSECOND = timedelta(microseconds=1)
_HOUR_US = timedelta(hours=1) // _MICROSECOND

Moments = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Stretch:
    """Filters that leave the sessions of a stretch, of which so many come before the page."""

    filters: Filters
    offset: int


def stretch(
    filters: Filters, snapshot: Snapshot, first: int, last: int, *, is_newest_first: bool
) -> Stretch | None:  # fmt: skip
    """Return where rows `first` to `last` (from 0) lie; None where no cube tells.

    Nor does one tell of a page with sessions without a start, which come last both ways.
    """
    question, cubes = Question(sql("session_minutes"), filters), snapshot.publication.cubes
    cube = question.plan(snapshot).cube
    if cubes is None or cube is None or any(each.second for each in cubes.days):
        return None  # days that begin within a minute are of the nineteenth century
    opens, counts = _cells(question.ask(snapshot), cubes if cube.endswith("days") else None)
    reached = np.cumsum(counts[::-1] if is_newest_first else counts)
    begin, end = (int(np.searchsorted(reached, row, side="right")) for row in (first, last))
    if end >= len(opens):
        return None
    offset = first - (int(reached[begin - 1]) if begin else 0)
    if is_newest_first:
        begin, end = len(opens) - 1 - end, len(opens) - 1 - begin
    period = periods.current(filters, snapshot.tick)
    after = max(_moment(opens[begin]), period.after)
    before = min(_moment(opens[end + 1]), period.before) if end + 1 < len(opens) else period.before
    return Stretch(filters.between(after, None if before == END else before), offset)


def _cells(rows: pl.DataFrame, cubes: Cubes | None) -> tuple[Moments, Moments]:
    """Return where hours, or the days of cubes, begin, and how many start in each."""
    starts = rows["starts_at"].dt.epoch("us").to_numpy()
    if cubes is None:
        opens = np.unique(starts // _HOUR_US * _HOUR_US)
    else:
        opens = np.array([(each - _EPOCH) // _MICROSECOND for each in cubes.days], np.int64)
    counts = np.zeros(len(opens), np.int64)
    np.add.at(counts, np.searchsorted(opens, starts, side="right") - 1, rows["total"].to_numpy())
    return opens, counts


def _moment(since_us: np.int64) -> datetime:
    return (_EPOCH + int(since_us) * _MICROSECOND).replace(tzinfo=UTC)
