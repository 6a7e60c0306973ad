"""What changed: the change of a metric against the period before, split into parts.

By what sessions can be grouped by, and by their metadata. How contributions are computed, is told
in queries/contributions.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from errors import FilterError
from queries import periods
from queries.catalog import EVERY, METRICS, Metric, Unit, named
from queries.clauses import MAX_TEXT
from queries.contributions import COUNTS, EFFECTS, Whole
from queries.engine import Shape, Snapshot, shaped, sql
from queries.filters import FIELDS, Filters
from queries.names import agent_names
from queries.periods import Period
from queries.question import Question
from queries.statement import Statement

METADATA = "metadata"
BY_VALUE, BY_HOUR = ("channel", "agent", "type", "status"), ("hour", "weekday")
SPLITS = (*BY_VALUE, *BY_HOUR, METADATA)

KEYS = 20  # of metadata, those that most of the sessions have
# A value that fewer have, in both periods together, is no part: what it contributes is nothing.
OFTEN = 5  # sessions
SHARE = 10_000  # or one of so many
VALUES_EACH = 20  # parts of a key, those that contribute most
_WHOLE = "whole"
NONE = "(none)"  # the label of the sessions without a key

_PLACES = {"dimension": pl.String, "key": pl.String, "value": pl.String, "label": pl.String}
SHAPE: dict[str, Any] = {
    **_PLACES,
    "now": pl.Float64,
    "before": pl.Float64,
    "n_now": pl.Int64,
    "n_before": pl.Int64,
    "hits_now": pl.Int64,
    "hits_before": pl.Int64,
    "contribution": pl.Float64,
    "rate_effect": pl.Float64,
    "mix_effect": pl.Float64,
    "is_noise": pl.Boolean,
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Changes:
    """The change of a metric, and its parts.

    `parts` has the columns of SHAPE, those first that contribute most, whichever way: so in all of
    them, and in those of one `dimension`. `key` is a key of metadata, or ''; `value` is that of the
    filter as text, null for the sessions without the key. `now` and `before` are the metric of the
    part, `n_*` its sessions, `hits_*` those of them that count.

    The parts of a dimension add up to `change`; those of metadata do where each session has one
    value of the key and each value is listed. Without a period before there are no parts.
    """

    metric: Metric
    whole: Whole | None  # None without a period before
    period: Period | None  # aware UTC, to the tick
    previous: Period | None
    parts: pl.DataFrame


def changes(
    metric: str, filters: Filters, snapshot: Snapshot, *, dimensions: Sequence[str] = SPLITS
) -> Changes:
    """Return how a count or a rate changed against the period before, by dimensions of SPLITS.

    Not by status where the metric is about a status. Raises FilterError for a metric or a dimension
    that it cannot be.
    """
    (asked,) = named([metric])
    wanted = _checked(asked, dimensions)
    period, previous = _periods(filters, snapshot)
    if previous is None:
        return Changes(asked, None, period, None, pl.DataFrame(schema=SHAPE))
    split = _Split(asked, filters, snapshot)
    found = split.ask(_Parts(BY_VALUE), sql("changes_by_value"))
    is_whole = pl.col("dimension") == _WHOLE
    counts = found.filter(is_whole).select(COUNTS).row(0, named=True)
    whole = Whole(**counts, is_rate=asked.unit is Unit.RATE)
    if not wanted.isdisjoint(BY_HOUR):
        found = pl.concat(
            [found, _Parts(BY_HOUR, asked.where == EVERY)(hours(asked, filters, snapshot))]
        )
    parts = whole.contributions(found.filter(pl.col("dimension").is_in(wanted)))
    if METADATA in wanted:
        often = max(OFTEN, math.ceil((whole.n_now + whole.n_before) / SHARE))
        given = {"keys": KEYS, "often": often, "longest": MAX_TEXT}
        pairs = split.ask(_Pairs(whole, VALUES_EACH), sql("changes_by_pair"), **given)
        parts = pl.concat([parts, pairs])
    names = agent_names(snapshot, filters.scope) if "agent" in wanted else {}
    return Changes(asked, whole, period, previous, _told(_ordered(parts), whole, names))


@dataclass(frozen=True)
class _Split:
    """The questions of one metric's change."""

    metric: Metric
    filters: Filters
    snapshot: Snapshot

    def ask(self, shape: Shape, statement: Statement, **given: int) -> pl.DataFrame:
        """Return what a shape makes of a statement of the two periods."""
        asked = question(statement, self.metric, self.filters, self.snapshot, **given)
        return shaped(shape, asked.statement, asked.filters, self.snapshot, **asked.given)


@dataclass(frozen=True)
class _Parts:
    """The parts of dimensions that are columns of an answer, and the whole."""

    dimensions: tuple[str, ...]
    is_every: bool = False  # all sessions count, whatever `is_counted` is

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return dimension, key, value and COUNTS."""
        if self.is_every:
            rows = rows.with_columns(is_counted=pl.lit(True))
        every = [_named(_counted(rows, name), name) for name in self.dimensions]
        return pl.concat([*every, _named(_counted(rows), _WHOLE)])


@dataclass(frozen=True)
class _Pairs:
    """The parts of the usual keys of metadata, with one of the sessions without each."""

    whole: Whole
    values_each: int

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the parts that contribute most of each key, with what they contribute."""
        by_pair = _counted(rows, "key", "value")
        having = by_pair.filter(pl.col("value").is_null())
        lacking = having.with_columns(
            (pl.lit(getattr(self.whole, name)) - pl.col(name)).alias(name) for name in COUNTS
        ).filter(pl.col("n_now") + pl.col("n_before") > 0)
        every = pl.concat([by_pair.drop_nulls("value"), lacking])
        pairs = every.select(pl.lit(METADATA).alias("dimension"), "key", "value", *COUNTS)
        ordered = _ordered(self.whole.contributions(pairs))
        place = pl.int_range(pl.len()).over("key", pl.col("value").is_null())
        return ordered.filter(place < self.values_each)


def question(
    statement: Statement, metric: Metric, filters: Filters, snapshot: Snapshot, **given: int
) -> Question:
    """Return a question of the two periods; the statement's example gives way to the metric."""
    now = periods.current(filters, snapshot.tick)
    earlier = _periods(filters, snapshot)[1] or now
    counted = statement.placed("status = 'failed' as", f"{metric.where} as")
    bounds = {"previous_after": earlier.after, "after": now.after, "before": now.before}
    return Question(counted, filters.without("range"), {**bounds, **given})


def hours(metric: Metric, filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return the columns of changes_by_hour: the hours of the week in the two periods.

    Where all sessions of a metric count, `is_counted` tells the failed: so one answer is that of
    `queries.ghosts.weeks` too.
    """
    told = METRICS["failure_rate"] if metric.where == EVERY else metric
    return question(sql("changes_by_hour"), told, filters, snapshot).ask(snapshot)


def _checked(metric: Metric, dimensions: Sequence[str]) -> set[str]:
    """Return the dimensions that a metric can be split by."""
    if not (metric.is_count or metric.unit is Unit.RATE):
        advice = f"Use one of {', '.join(name for name, each in METRICS.items() if each.hits)}."
        raise FilterError(f"The change of {metric.name!r} cannot be shared out.", advice=advice)
    for name in dimensions:
        if name not in SPLITS:
            raise FilterError(
                f"A change cannot be split by {name!r}.", advice=f"Use one of {', '.join(SPLITS)}."
            )
    return {*dimensions} - {*metric.behind}


def _periods(filters: Filters, snapshot: Snapshot) -> tuple[Period | None, Period | None]:
    """Return the range and the period before, None where there is none."""
    tick = snapshot.tick
    previous = periods.previous(filters, tick, filters.tz or snapshot.zone)
    return periods.until_tick(filters, tick), previous


def _counted(rows: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Return COUNTS of rows with is_now, is_counted and total, together or by columns."""
    total, is_now, is_hit = pl.col("total"), pl.col("is_now"), pl.col("is_counted")
    sums = {
        "n_now": is_now,
        "n_before": ~is_now,
        "hits_now": is_now & is_hit,
        "hits_before": ~is_now & is_hit,
    }
    wanted = [total.filter(test).sum().cast(pl.Int64).alias(name) for name, test in sums.items()]
    return rows.group_by(by).agg(wanted) if by else rows.select(wanted)


def _named(counts: pl.DataFrame, dimension: str) -> pl.DataFrame:
    """Return counts by a column of this name, or of the whole, as parts."""
    value = pl.lit(None, pl.String) if dimension == _WHOLE else pl.col(dimension).cast(pl.String)
    return counts.select(
        pl.lit(dimension).alias("dimension"), pl.lit("").alias("key"), value.alias("value"), *COUNTS
    )


def _ordered(parts: pl.DataFrame) -> pl.DataFrame:
    """Return the parts in order, those first that contribute most."""
    order = [pl.col("contribution").abs(), pl.col("n_now") + pl.col("n_before")]
    return parts.sort(
        *order, "dimension", "key", "value",
        descending=[True, True, False, False, False], nulls_last=True,
    )  # fmt: skip


def _told(parts: pl.DataFrame, whole: Whole, names: dict[str, str]) -> pl.DataFrame:
    """Return the parts in their shape, with words and whether each may be chance."""
    rows = parts.select("dimension", "value", *COUNTS, *EFFECTS).to_dicts()
    labels = [_label(row["dimension"], row["value"], names) for row in rows]
    noise = [whole.is_noise(row) for row in rows]
    told = parts.with_columns(
        pl.Series("label", labels, pl.String), pl.Series("is_noise", noise, pl.Boolean)
    )
    return told.select(pl.col(name).cast(kind) for name, kind in SHAPE.items())


def _label(dimension: str, value: str | None, names: dict[str, str]) -> str:
    """Return the value of a part in words."""
    if value is None:
        return NONE
    if dimension == METADATA:
        return value
    if dimension == "agent":
        return names.get(value, value)
    return FIELDS[dimension].text(int(value) if dimension in BY_HOUR else value)
