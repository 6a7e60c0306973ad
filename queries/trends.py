"""Trends: metrics over time, stacked by what sessions can be grouped by; weekdays and hours.

Every sum is the number of the card: card = sum of the buckets + undated, for what is counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from queries import intervals, metrics, stacks
from queries.catalog import Metric, named
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.intervals import Buckets, Interval
from queries.placing import spread, trend
from queries.question import Question
from queries.stacks import Stack
from queries.statement import measured

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
    """

    interval: Interval
    zone: str
    frame: pl.DataFrame
    undated: pl.DataFrame
    groups: tuple[str, ...]  # in the order in which they are stacked
    buckets: Buckets


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
    asked: Sequence[Metric], filters: Filters, snapshot: Snapshot, made: Buckets, stack: Stack
) -> Series:
    """Return metrics of the filtered sessions in buckets that have been made."""
    rows = trend_question(asked, filters, made, stack).ask(snapshot)
    groups = stack.order(rows["stack"])
    columns = [*measured(asked)]
    frame = _grid(made, groups).join(rows, ["place", "stack"], "left", maintain_order="left")
    nowhere = rows.filter(pl.col("place").is_null())
    undated = _undated(groups).join(nowhere, "stack", "left", maintain_order="left")
    # What has no sessions has no rate and no duration, but a count: none.
    empty = {metric.name for metric in asked if not metric.is_count}
    zeros = [pl.col(name).fill_null(0) for name in columns if name not in empty]
    shape = [*_HEAD, *columns]
    return Series(
        made.interval, made.zone, frame.with_columns(zeros).select(shape),
        undated.with_columns(zeros).select(shape), groups, made,
    )  # fmt: skip


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
    nowhere = placed(named(["sessions"]), filters, snapshot, made, stack).undated
    groups = stack.order({*rows["stack"], *nowhere["group"]})
    frame = _grid(made, groups).join(
        _changes(rows), ["place", "stack"], "left", maintain_order="left"
    )
    total = pl.col("open").fill_null(0)
    undated = _undated(groups).join(
        nowhere.select(stack="group", open="sessions"), "stack", "left", maintain_order="left"
    )
    shape = [*_HEAD, "open"]
    return Series(
        made.interval, made.zone,
        frame.with_columns(total.cum_sum().over("stack")).select(shape),
        undated.with_columns(total).select(shape), groups, made,
    )  # fmt: skip


def heatmap(filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return weekday (1 is Monday), hour, sessions and failed of all 168 hours of a week."""
    rows = heatmap_question(filters).ask(snapshot)
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
    given = {"open_after": made.period.after, "open_before": made.period.before}
    return Question(spread(stack), filters.without("range"), given | _given(made, stack))


def heatmap_question(filters: Filters) -> Question:
    """Return what `heatmap` asks."""
    return Question(sql("heatmap"), filters)


def _given(made: Buckets, stack: Stack) -> dict[str, object]:
    """Return the parameters of the statements of `placing`."""
    return {
        "edges": made.edges,
        "slot_us": _SLOTS[made.interval] // intervals.MICROSECOND,
        **stack.given,
    }


def _grid(made: Buckets, groups: Sequence[str]) -> pl.DataFrame:
    """Return a row for each bucket and group: place, starts_at, label, group, stack."""
    buckets = pl.DataFrame(
        {"place": range(len(made.starts)), "starts_at": made.starts, "label": made.labels},
        schema={"place": pl.Int64, "starts_at": _MOMENT, "label": pl.Datetime("us")},
    )
    return buckets.join(_named(groups), how="cross", maintain_order="left_right")


def _undated(groups: Sequence[str]) -> pl.DataFrame:
    """Return a row for each group, without times."""
    nowhere = pl.lit(None)
    return _named(groups).with_columns(
        nowhere.cast(_MOMENT).alias("starts_at"), nowhere.cast(pl.Datetime("us")).alias("label")
    )


def _named(groups: Sequence[str]) -> pl.DataFrame:
    listed = pl.Series("group", groups, pl.String)
    return pl.DataFrame([listed, listed.alias("stack")])


def _changes(rows: pl.DataFrame) -> pl.DataFrame:
    """Return place, stack and by how many `open` changes there."""
    total = pl.col("total")
    came = rows.select("stack", place="opened", open=total)
    went = rows.select("stack", place=pl.col("closed") + 1, open=-total)
    return pl.concat([came, went]).group_by("place", "stack").agg(pl.col("open").sum())
