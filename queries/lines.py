"""Lines: the sessions of each row of a table by slices of the range, and of the period before.

Every row has the same slices, so that rows can be compared: equal parts of the range, the last one
without an end where the range has none. Without a start of the range they begin with the first of
the filtered sessions.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from queries import comparison, honest, periods
from queries.engine import Snapshot, fetch
from queries.filters import Filters
from queries.first import first_start
from queries.periods import END, Period
from queries.statement import Statement

SLICES = 28
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Cut:
    """The period that is cut into slices, and the one before it, where there is one."""

    now: Period
    before: Period | None

    def given(self) -> dict[str, Any]:
        """Return the parameters of a statement of lines."""
        before = self.before or self.now
        return {
            "slices": SLICES,
            "line_after": self.now.after,
            "line_us": _width(self.now),
            "before_after": before.after,
            "before_us": _width(before),
        }


def cut(filters: Filters, snapshot: Snapshot) -> Cut:
    """Return what the slices of the filters' range cut."""
    earlier = comparison.previous(filters, snapshot)
    before = None
    if earlier is not None and earlier.started_after and earlier.started_before:
        before = Period(earlier.started_after, earlier.started_before)
    now = periods.until_tick(filters, snapshot.tick)
    return Cut(now or _whole(filters, snapshot), before)


def slices(filters: Filters, snapshot: Snapshot) -> list[Filters]:
    """Return the filtered sessions of each slice of the range, oldest first."""
    now = cut(filters, snapshot).now
    width = timedelta(microseconds=_width(now))
    edges = [now.after + place * width for place in range(SLICES)]
    end = periods.current(filters, snapshot.tick).before
    ends = [*edges[1:], None if end == END else end]
    return [filters.between(*bounds) for bounds in zip(edges, ends, strict=True)]


def lines(
    statement: Statement, by: str, filters: Filters, snapshot: Snapshot, **given: Any  # noqa: ANN401
) -> pl.DataFrame:  # fmt: skip
    """Return the lines of a statement by a column: that column, `line`, `line_before`, `before`.

    A line is a list of SLICES counts, oldest first; `before` is the sum of `line_before`. Both are
    null where there is no period before. What has no session with a start in either has no row.
    """
    made = cut(filters, snapshot)
    widened = filters
    if made.before is not None:
        widened = filters.between(made.before.after, filters.started_before)
    rows = fetch(statement, widened, snapshot, **made.given(), **given)
    keys, counts = _dense(rows, by)
    columns = {by: keys, "line": _listed(counts[:, 0]), "line_before": _listed(counts[:, 1])}
    both = pl.DataFrame({**columns, "before": counts[:, 1].sum(1)})
    if made.before is None:
        nulls = [pl.lit(None, both.schema[name]).alias(name) for name in ("line_before", "before")]
        both = both.with_columns(nulls)
    return both


def with_changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return rows that have `sessions` and `before` with `change` and `is_noise`.

    A change is a part of `before`, null where that is 0 or null; noise where it may be chance
    (`honest.counts_differ`), null without a period before.
    """
    now, before = pl.col("sessions"), pl.col("before")
    counts = rows.select("sessions", "before").iter_rows()
    is_noise = [
        None if earlier is None else not honest.counts_differ(sessions, earlier)
        for sessions, earlier in counts
    ]
    return rows.with_columns(
        pl.when(before > 0).then((now - before) / before).alias("change"),
        pl.Series("is_noise", is_noise, pl.Boolean),
    )


def _dense(rows: pl.DataFrame, by: str) -> tuple[pl.Series, npt.NDArray[np.int64]]:
    """Return the values of a column, and counts by value, now and before, and place.

    Of rows in the order of the column, so that each value is a run of them.
    """
    run = rows[by].rle_id()
    keys = rows[by].filter(run.is_first_distinct())
    counts = np.zeros((len(keys), 2, SLICES), np.int64)
    counts[run, rows["is_before"].cast(pl.Int8), rows["place"]] = rows["total"]
    return keys, counts


def _listed(counts: npt.NDArray[np.int64]) -> pl.Series:
    return pl.Series(counts.ravel()).reshape(counts.shape).arr.to_list()


def _whole(filters: Filters, snapshot: Snapshot) -> Period:
    """Return the period from the first session on, of a range that has no start of its own."""
    after = first_start(filters, snapshot) or snapshot.tick
    until = periods.current(filters, snapshot.tick).before
    return Period(after, max(snapshot.tick if until == END else until, after + MICROSECOND))


def _width(period: Period) -> int:
    """Return the length of a slice in microseconds."""
    return max((period.before - period.after) // SLICES, MICROSECOND) // MICROSECOND
