"""Lines: the sessions of each row of a table by slices of the range, and of the period before.

Every row has the same slices, so that rows can be compared: equal parts of the range, the last one
without an end where the range has none. Long ones begin with the full hour of UTC that is nearest,
so that hours counted beforehand answer. Without a start of the range they begin with the first of
the filtered sessions.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from queries import comparison, honest, periods
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.first import first_start
from queries.periods import END, Period
from queries.statement import Statement

SLICES = 28
LONG = timedelta(hours=6)  # slices of so long begin with full hours, and differ by less than one
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Slices:
    """How a period is cut: in equal parts, of which each but the first begins at a full `step`.

    Of two the nearest, of two as near the earlier.
    """

    period: Period
    step: timedelta

    @property
    def width(self) -> timedelta:
        """The length of a part, before its ends are moved."""
        return _width(self.period)

    @property
    def base(self) -> datetime:
        """The full step at or before the start of the period, from which steps are counted."""
        return self.period.after - (self.period.after - _EPOCH) % self.step

    @property
    def shift(self) -> timedelta:
        """What is added to full steps since the base, so that whole widths are full slices."""
        return self.base + self.step // 2 - self.period.after

    @property
    def starts(self) -> tuple[datetime, ...]:
        """Where each of them begins, aware UTC."""
        steps = (
            -((self.shift - place * self.width) // self.step) for place in range(1, SLICES)
        )  # the negative of a floor: rounded up
        return (self.period.after, *(self.base + number * self.step for number in steps))

    def given(self, name: str) -> dict[str, Any]:
        """Return the parameters of a statement of lines, which begin with a name."""
        return {
            f"{name}_starts": self.starts,
            f"{name}_base": self.base,
            f"{name}_shift": self.shift // MICROSECOND,
            f"{name}_us": self.width // MICROSECOND,
        }


@dataclass(frozen=True)
class Cut:
    """The slices of a period, and of the one before it, where there is one."""

    now: Slices
    before: Slices | None

    def given(self) -> dict[str, Any]:
        """Return the parameters of a statement of lines."""
        before = self.before or self.now
        return {
            "slices": SLICES,
            "step_us": self.now.step // MICROSECOND,
            "line_after": self.now.period.after,
            "before_after": before.period.after,
            **self.now.given("line"),
            **before.given("before"),
        }


def cut(filters: Filters, snapshot: Snapshot) -> Cut:
    """Return what the slices of the filters' range cut."""
    earlier = comparison.previous(filters, snapshot)
    before = None
    if earlier is not None and earlier.started_after and earlier.started_before:
        before = Period(earlier.started_after, earlier.started_before)
    now = periods.until_tick(filters, snapshot.tick) or _whole(filters, snapshot)
    step = HOUR if _width(now) >= LONG else MICROSECOND
    return Cut(Slices(now, step), None if before is None else Slices(before, step))


def slices(filters: Filters, snapshot: Snapshot) -> list[Filters]:
    """Return the filtered sessions of each slice of the range, oldest first."""
    starts = cut(filters, snapshot).now.starts
    end = periods.current(filters, snapshot.tick).before
    ends = [*starts[1:], None if end == END else end]
    return [filters.between(*bounds) for bounds in zip(starts, ends, strict=True)]


AGENTS = sql("lines")
ERRORS = AGENTS.placed("agent_id", "coalesce(error_key, '')").placed(
    "where", "where status = 'failed'\n    and coalesce(error_key, '') in $keys\n    and"
)


def lines(
    statement: Statement, by: str, filters: Filters, snapshot: Snapshot, **given: Any  # noqa: ANN401
) -> pl.DataFrame:  # fmt: skip
    """Return the lines of AGENTS or of ERRORS (by `keys`): `by`, `line`, `line_before`, `before`.

    A line is a list of SLICES counts, oldest first; `before` is the sum of `line_before`. Both are
    null where there is no period before. What has no session with a start in either has no row.
    """
    made = cut(filters, snapshot)
    widened = filters
    if made.before is not None:
        widened = filters.between(made.before.period.after, filters.started_before)
    rows = fetch(statement, widened, snapshot, **made.given(), **given)
    keys, counts = _dense(rows, "part")
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


def _width(period: Period) -> timedelta:
    return max((period.before - period.after) // SLICES, MICROSECOND)
