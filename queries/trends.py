"""Trends: metrics over time, stacked by what sessions can be grouped by; weekdays and hours.

For what is counted the number of the card is the sum of the buckets and the undated.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

import polars as pl

from queries import histograms, intervals, metrics, stacks
from queries.catalog import Metric, named
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.histograms import Found, Placed
from queries.intervals import Buckets, Interval
from queries.periods import BEGINNING
from queries.placing import spread, trend
from queries.question import Question
from queries.stacks import Stack
from queries.statement import of_none

# How long a slot is: so short that few hold the bound of a bucket, so long that they are few.
_SLOTS = {
    Interval.HOUR: timedelta(minutes=15),
    Interval.DAY: timedelta(hours=1),
    Interval.WEEK: timedelta(hours=6),
}
_HEAD = ("starts_at", "label", "group")
_MOMENT = pl.Datetime("us", "UTC")


@dataclass(frozen=True)
class Series:
    """Numbers by bucket and group.

    Columns of `frame`, in the order of the buckets and within one of `groups`: `starts_at` (aware
    UTC), `label` (its start by the clocks of `zone`, naive), `group` ('' where there are none),
    then each metric. A metric that is no count comes with `NAME_n`, how many sessions it is about;
    a rate with `NAME_hits`, what it counts of them. Without sessions a count is 0, another metric
    null. `undated` holds the same of sessions without a start: a row a group, without times.
    Percentiles in `near` are of a histogram, within half a bin (lake/bins.py): there they stand of
    all sessions of the series, as NAME and NAME_n.
    """

    interval: Interval
    zone: str
    frame: pl.DataFrame
    undated: pl.DataFrame
    groups: tuple[str, ...]  # those that occur, in the order in which they are stacked
    buckets: Buckets
    near: Mapping[str, Any] = field(default_factory=dict)

    def is_near(self, name: str) -> bool:
        """Return whether a metric is approximate."""
        return name in self.near


def series(
    names: Sequence[str], filters: Filters, snapshot: Snapshot,
    *, interval: Interval, by: str | None = None,
) -> Series:  # fmt: skip
    """Return metrics by bucket, and by the values of a dimension of STACKS.

    A longer interval where the asked one would make more than MOST buckets. Raises FilterError for
    a metric or dimension that there is not.
    """
    made = intervals.buckets(filters, snapshot, interval)
    return placed(named(names), filters, snapshot, made, stacks.stack(by, filters, snapshot))


def placed(
    asked: Sequence[Metric], filters: Filters, snapshot: Snapshot, made: Buckets, stack: Stack,
    *, binned: Found | None = None, rows: pl.DataFrame | None = None,
) -> Series:  # fmt: skip
    """Return metrics of the filtered sessions in buckets that have been made.

    Percentiles from histograms where there are some that can answer, unless they are `binned`
    already; counts and rates are exact, and asked unless their `rows` are there.
    """
    where = in_buckets(filters, made, stack)
    if binned is None:
        binned = histograms.over_time(asked, where, stack, snapshot)
    exact = exact_question(asked, binned, where, stack)
    frames, found = [each.frame for each in binned.values()], pl.Series([""])
    if exact is not None:
        rows = exact.ask(snapshot) if rows is None else rows
        frames, found = [rows, *frames], rows["stack"]
    columns = [
        pl.col(name) if empty is None else pl.col(name).fill_null(empty)
        for name, empty in of_none(asked).items()
    ]
    completed = _completed([frame.lazy() for frame in frames], found, made, stack, columns)
    near = {name: value for each in binned.values() for name, value in each.whole.items()}
    return replace(completed, near=near)


def in_buckets(filters: Filters, made: Buckets, stack: Stack) -> Placed:
    """Return what `placed` places where."""
    return Placed(filters, _given(made, stack))


def exact_question(
    asked: Sequence[Metric], binned: Found, where: Placed, stack: Stack
) -> Question | None:
    """Return what `placed` asks beside what is `binned`; None where that is all there is."""
    exact = [each for each in asked if each.quantile is None or each.quantile[0] not in binned]
    if not exact and stack.dimension is None:
        return None
    groups = named(["sessions"])  # which groups there are is a matter of sessions
    return Question(trend(exact or groups, stack), where.filters, where.given)


def open_during(
    filters: Filters, snapshot: Snapshot, *, interval: Interval, by: str | None = None
) -> Series:
    """Return in the column `open` how many sessions were open at some moment of each bucket.

    A session is open from its start, which is included, to its end, an active one until the tick;
    without a known end only where it starts. Those that started before the range count as well.
    Not additive: a session is open in each bucket that it lasts through.
    """
    made = intervals.buckets(filters, snapshot, interval)
    stack = stacks.stack(by, filters.without("range"), snapshot)
    rows = spread_question(filters, made, stack).ask(snapshot)
    started = trend_question(named(["sessions"]), filters, made, stack).ask(snapshot)
    nowhere = started.filter(pl.col("place").is_null()).rename({"sessions": "open"})
    found = pl.concat([rows["stack"], nowhere["stack"]])
    total = pl.col("total")
    came = rows.lazy().select(place="opened", stack="stack", open=total)
    went = rows.lazy().select(pl.col("closed").alias("place") + 1, "stack", open=-total)
    changes = pl.concat([nowhere.lazy(), came, went]).group_by("place", "stack")
    known = pl.col("open").fill_null(0)
    is_nowhere = pl.col("place").is_null()
    running = pl.when(is_nowhere).then(known).otherwise(known.cum_sum().over("group"))
    summed = changes.agg(pl.col("open").sum())
    return _completed([summed], found, made, stack, [running.alias("open")])


def heatmap(filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return weekday (1 is Monday), hour, sessions and failed of all 168 hours of a week."""
    return whole_week(heatmap_question(filters).ask(snapshot))


def whole_week(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of all 168 hours of a week, in order, of those that have sessions."""
    days = pl.DataFrame({"weekday": list(range(1, 8))})
    week = days.join(pl.DataFrame({"hour": list(range(24))}), how="cross")
    return week.join(rows, ["weekday", "hour"], "left", maintain_order="left").fill_null(0)


def distribution(by: str, filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return a row of all metrics for each value of a dimension, as `queries.metrics.by`."""
    return metrics.by(by, filters, snapshot)


def trend_question(
    asked: Sequence[Metric], filters: Filters, made: Buckets, stack: Stack
) -> Question:
    """Return what `series` asks."""
    return Question(trend(asked, stack), filters, _given(made, stack))


def spread_question(filters: Filters, made: Buckets, stack: Stack) -> Question:
    """Return what `open_during` asks: filters without a range, for the range is its own."""
    period = made.period
    before = period.before if period.after < period.before else BEGINNING  # at no moment
    given = {"open_after": period.after, "open_before": before}
    return Question(spread(stack), filters.without("range"), given | _given(made, stack))


def heatmap_question(filters: Filters) -> Question:
    """Return what `heatmap` asks."""
    return Question(sql("heatmap"), filters)


def _given(made: Buckets, stack: Stack) -> dict[str, object]:
    """Return the parameters of the statements of `placing`."""
    slot_us = _SLOTS[made.interval] // intervals.MICROSECOND
    return {"edges": made.edges, "slot_us": slot_us, "top": stack.values}


def _completed(
    frames: Sequence[pl.LazyFrame], found: pl.Series, made: Buckets, stack: Stack,
    columns: Sequence[pl.Expr],
) -> Series:  # fmt: skip
    """Return a series of rows by place, null for what has none, and stack; `found` are stacks.

    Each bucket and nowhere in one piece, for it is separate steps that are slow in small frames.
    """
    groups = stack.groups(found.unique())
    listed = pl.LazyFrame(
        {"stack": list(groups), "group": list(groups.values())},
        schema={"stack": found.dtype, "group": pl.String},
    )
    grid = _grid(made).lazy().join(listed, how="cross", maintain_order="left_right")
    for rows in frames:
        grid = grid.join(rows, ["place", "stack"], "left", nulls_equal=True, maintain_order="left")
    whole = grid.select(*_HEAD, *columns).collect()
    dated = len(made.starts) * len(groups)
    names = tuple(groups.values())
    return Series(made.interval, made.zone, whole[:dated], whole[dated:], names, made)


@lru_cache(maxsize=32)
def _grid(made: Buckets) -> pl.DataFrame:
    """Return place, starts_at and label of each bucket, at last a row for what has no place."""
    return pl.DataFrame(
        {
            "place": [*range(len(made.starts)), None],
            "starts_at": [*made.starts, None],
            "label": [*made.labels, None],
        },
        schema={"place": pl.Int64, "starts_at": _MOMENT, "label": pl.Datetime("us")},
    )
