"""Concurrency: how many of the filtered sessions were open at once.

A session is open from its start to its end, the end not included; an active one until the tick. The
range is read as *open during*: what was open in it counts, whenever it started. Exact: every start
and every end is a step of one sum in the order of time. A session that lasted no time is never
open. One that has no end and is not active cannot be placed: it is left out, and counted.
"""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import polars as pl

from models import Status
from queries import links, opens, periods, sessions, stacks, sweep
from queries.choices import Has
from queries.engine import Snapshot, shaped, sql
from queries.filters import Filters
from queries.first import first_start
from queries.grid import MICROSECOND, MOST, SECOND, Grid
from queries.grid import grid as cut
from queries.periods import BEGINNING, Period
from queries.question import Question
from queries.stacks import OTHER, Stack
from queries.sweep import Sweep
from queries.where import bindable

USUALLY = 95  # per cent of the time
ROWS = 1_000_000  # sessions that are swept at once: some 100 MB
ALL = ""  # the group of all sessions
_ENDED = tuple(status for status in Status if status is not Status.ACTIVE)
_MOMENT = pl.Datetime("us", "UTC")
_SLICES: dict[str, Any] = {
    "group": pl.String, "starts_at": _MOMENT, "open": pl.Int64, "peak": pl.Int64,
}  # fmt: skip
_SUMMARY: dict[str, Any] = {
    "group": pl.String, "peak": pl.Int64, "peak_at": _MOMENT, "p95": pl.Int64, "mean": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Concurrency:
    """How many were open at once over a period, in slices and as a whole.

    `slices` has for each group and slice `group`, `starts_at` (aware UTC), `open` (at its start)
    and `peak` (the most within it). `summary` has a row a group: `peak`, `peak_at` (when it was
    first reached), `p95` (for 95 % of the time no more were open) and `mean` (over time). The group
    of all is ALL, first in both; then the `groups` that occur, in their order, of agents perhaps
    `queries.stacks.OTHER`. Without a period, for nothing has started in it, both are empty.
    """

    period: Period | None  # aware UTC, no later than the tick
    step: timedelta  # the length of a slice; the first and the last may be shorter
    groups: tuple[str, ...]
    slices: pl.DataFrame
    summary: pl.DataFrame
    left_out: int  # started in the range, not active, without an end
    left_out_link: Filters | None
    above: float | None  # the share of the time with more open than the capacity; None without

    @property
    def grid(self) -> Grid | None:
        """The slices of the period."""
        return None if self.period is None else Grid(self.period, self.step)


def concurrency(
    filters: Filters, snapshot: Snapshot, *, by: str | None = "channel",
    capacity: int | None = None, most: int = MOST,
) -> Concurrency:  # fmt: skip
    """Return how many were open at once, of all and by a dimension of `queries.stacks.STACKS`.

    In `most` slices at most. Raises FilterError for a dimension that it cannot be.
    """
    without_end = links.narrowed(filters, has=(Has.NO_END,), status=_ENDED)
    left_out = _count(without_end, snapshot)
    period = _period(filters, snapshot)
    if period is None:
        slices, summary = (pl.DataFrame(schema=shape) for shape in (_SLICES, _SUMMARY))
        return Concurrency(None, SECOND, (), slices, summary, left_out, without_end, None)
    stack = stacks.stack(by, filters.without("range"), snapshot)
    grid = cut(period, most)
    swept = _swept(filters, snapshot, grid, stack)
    occurring = set(swept["group"])
    return Concurrency(
        period=period,
        step=grid.step,
        groups=tuple(name for name in _names(stack).values() if name in occurring - {ALL}),
        slices=_slices(swept, grid),
        summary=_summary(swept, period),
        left_out=left_out,
        left_out_link=without_end,
        above=None if capacity is None else _above(swept, period, capacity),
    )


def questions(
    filters: Filters, snapshot: Snapshot, grid: Grid, by: str | None = "channel"
) -> tuple[str, tuple[Question, ...]]:
    """Return what answers, and all that is asked of it: of the sessions perhaps in parts."""
    stack = stacks.stack(by, filters.without("range"), snapshot)
    kept = opens.plan(filters, grid, stack, snapshot.publication.cubes)
    if kept.numbers is None:
        return kept.reason, (_question(filters, grid.period, stack),)
    return kept.reason, opens.questions(kept, filters, grid, stack)


def _question(filters: Filters, period: Period, stack: Stack) -> Question:
    """Return what is asked of sessions: when they open and close within a period, by stack."""
    dimension = "''" if stack.dimension is None else stack.dimension.sql
    statement = sql("concurrency").placed("channel", dimension).unordered
    given = {"after": period.after, "before": period.before, "stacks": _values(stack)}
    return Question(statement, filters.without("range"), given)


def _count(without_end: Filters | None, snapshot: Snapshot) -> int:
    """Return how many sessions are left out."""
    if without_end is None or opens.have_end(snapshot.publication.cubes):
        return 0
    return sessions.count(without_end, snapshot)


def _period(filters: Filters, snapshot: Snapshot) -> Period | None:
    """Return the range up to the tick, without a start from the first session on."""
    period = periods.current(filters, snapshot.tick)
    after, before = period.after, min(period.before, snapshot.tick)
    if after == BEGINNING:
        first = first_start(filters, snapshot)
        if first is None:
            return None
        after = first
    return Period(after, before) if after < before else None


def _swept(filters: Filters, snapshot: Snapshot, grid: Grid, stack: Stack) -> pl.DataFrame:
    """Return the sweep of the groups that occur, in their order, each with its name."""
    kept = opens.plan(filters, grid, stack, snapshot.publication.cubes)
    asked = _of_rows if kept.numbers is None else partial(opens.swept, kept)
    swept = asked(filters, snapshot, grid, stack)
    found = swept.with_columns(pl.col("open").max().over("stack").alias("most"))
    occurring = found.filter((pl.col("most") > 0) | (pl.col("stack") == sweep.ALL))
    names = [(place, *named) for place, named in enumerate(_names(stack).items())]
    listed = pl.DataFrame(names, ["place", "stack", "group"], orient="row")
    return listed.join(occurring, "stack").sort("place", "slice", "open")


def _of_rows(filters: Filters, snapshot: Snapshot, grid: Grid, stack: Stack) -> pl.DataFrame:
    """Return the sweep of the sessions one by one.

    It is asked in parts of whole slices, so that no more than some ROWS are held at once.
    """
    each = -(-grid.count // _parts(filters, snapshot))
    found = []
    for first in range(0, grid.count, each):
        part = grid.part(first, first + each)
        since = pl.col("since_us") + (part.period.after - grid.period.after) // MICROSECOND
        swept = _part(filters, snapshot, part, stack)
        found.append(swept.with_columns(pl.col("slice") + first, since))
    return pl.concat(found)


def _parts(filters: Filters, snapshot: Snapshot) -> int:
    """Return in how many parts is asked; they are counted only where they may be several."""
    cubes, period = snapshot.publication.cubes, periods.current(filters, snapshot.tick)
    if cubes is not None and cubes.sessions(bindable(period.after), bindable(period.before)) < ROWS:
        return 1
    return sessions.count(filters, snapshot) // ROWS + 1


def _part(filters: Filters, snapshot: Snapshot, part: Grid, stack: Stack) -> pl.DataFrame:
    """Return the sweep of a part of a period."""
    asked = _question(filters, part.period, stack)
    shape = Sweep(*part.lengths_us, stacks=len(_values(stack)) + 1)
    return shaped(shape, asked.statement, asked.filters, snapshot, **asked.given)


def _values(stack: Stack) -> tuple[str, ...]:
    return () if stack.dimension is None else stack.values


def _names(stack: Stack) -> dict[int, str]:
    """Return the groups by the numbers of their stacks, in order."""
    own = {place: str(value) for place, value in enumerate(_values(stack), 1)}
    return {sweep.ALL: ALL, **own, 0: OTHER}


def _slices(swept: pl.DataFrame, grid: Grid) -> pl.DataFrame:
    """Return group, starts_at, open and peak."""
    after = pl.lit(grid.period.after).cast(_MOMENT)
    starts_at = pl.max_horizontal(after, after - grid.begun + pl.col("slice") * grid.step)
    found = swept.drop_nulls("slice").with_columns(starts_at=starts_at)
    return found.select(*_SLICES)


def _summary(swept: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return group, peak, peak_at, p95 and mean."""
    length = (period.before - period.after) // MICROSECOND
    lasts, opened = pl.col("lasts_us").sum(), pl.col("open")
    levels = (
        swept.filter(pl.col("slice").is_null())
        .group_by("place", "group", "open")
        .agg(lasts, pl.col("since_us").min())
        .sort("place", "open")
    )
    is_enough = pl.col("lasts_us").cum_sum() >= -(-length * USUALLY // 100)
    found = levels.group_by("group", maintain_order=True).agg(
        opened.last().alias("peak"),
        pl.duration(microseconds=pl.col("since_us").last()).alias("peak_at"),
        opened.filter(is_enough).first().alias("p95"),
        (opened * (pl.col("lasts_us") / length)).sum().alias("mean"),
    )
    since = pl.lit(period.after).cast(_MOMENT)
    return found.with_columns(peak_at=since + pl.col("peak_at")).select(*_SUMMARY)


def _above(swept: pl.DataFrame, period: Period, capacity: int) -> float:
    """Return the share of the time in which more than the capacity were open."""
    is_level = (pl.col("group") == ALL) & pl.col("slice").is_null()
    lasts = swept.filter(is_level & (pl.col("open") > capacity))["lasts_us"].sum()
    return float(lasts) / ((period.before - period.after) // MICROSECOND)
