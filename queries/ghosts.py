"""Ghosts: the series of the period before, which lies behind the present one in its places.

Both are asked as one question, for most of what one costs is to ask it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

import polars as pl

from queries import changes, edges, histograms, intervals, periods, stacks, trends
from queries.catalog import METRICS, Metric, named
from queries.comparison import previous
from queries.edges import DAY
from queries.engine import Snapshot
from queries.filters import Filters
from queries.histograms import Found, Placed
from queries.intervals import Buckets, Interval
from queries.periods import Period
from queries.stacks import Stack
from queries.trends import Series


def ghost(
    names: Sequence[str], filters: Filters, snapshot: Snapshot,
    *, interval: Interval, by: str | None = None,
) -> Series | None:  # fmt: skip
    """Return the series of the period before, its buckets at the places of the present ones.

    `starts_at` and `label` are the present ones', so that both can be drawn over each other.
    `buckets.bounds` tells where they lie. None where there is no period before.
    """
    made = intervals.buckets(filters, snapshot, interval)
    before = _before(filters, snapshot, made)
    stack = stacks.stack(by, filters, snapshot)
    return before and trends.placed(named(names), before[0], snapshot, before[1], stack)


def with_ghost(
    names: Sequence[str], filters: Filters, snapshot: Snapshot,
    *, interval: Interval, by: str | None = None,
) -> tuple[Series, Series | None]:  # fmt: skip
    """Return what `queries.trends.series` and `ghost` do, asked as one."""
    asked, made = named(names), intervals.buckets(filters, snapshot, interval)
    stack, before = stacks.stack(by, filters, snapshot), _before(filters, snapshot, made)
    if before is None:
        return trends.placed(asked, filters, snapshot, made, stack), None
    earlier, moved = before
    both = [trends.in_buckets(*each, stack) for each in ((filters, made), before)]
    edges = (*moved.edges, made.period.after, *made.edges[1:])
    wide = filters.between(moved.period.after, filters.started_before)
    whole = trends.in_buckets(wide, replace(made, edges=edges), stack)
    found = histograms.with_before(asked, (both[0], both[1]), whole, stack, snapshot)
    now, then = found or (None, None)
    rows = _both(asked, now, whole, stack, snapshot, place=len(moved.edges))
    return (
        trends.placed(asked, filters, snapshot, made, stack, binned=now, rows=rows[0]),
        trends.placed(asked, earlier, snapshot, moved, stack, binned=then, rows=rows[1]),
    )


def _both(
    asked: Sequence[Metric], binned: Found | None, whole: Placed, stack: Stack,
    snapshot: Snapshot, *, place: int,
) -> tuple[pl.DataFrame | None, pl.DataFrame | None]:  # fmt: skip
    """Return the exact rows of a series and of its ghost, whose buckets are those before a place.

    None where histograms answer one by one: which are exact may differ then.
    """
    question = None if binned is None else trends.exact_question(asked, binned, whole, stack)
    if question is None:
        return None, None
    rows, at = question.ask(snapshot), pl.col("place")
    return rows.filter(at >= place).with_columns(at - place), rows.filter(at < place)


def weeks(filters: Filters, snapshot: Snapshot) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Return `queries.trends.heatmap` and the one of the period before, asked as one."""
    if previous(filters, snapshot) is None:
        return trends.heatmap(filters, snapshot), None
    rows = changes.hours(METRICS["failure_rate"], filters, snapshot)
    total = pl.col("total")
    counts = {"sessions": total.sum(), "failed": total.filter(pl.col("is_counted")).sum()}
    found = rows.group_by("weekday", "hour", "is_now").agg(**counts)
    now, then = (
        trends.whole_week(found.filter(is_now=is_now).drop("is_now")) for is_now in (True, False)
    )
    return now, then


def _before(filters: Filters, snapshot: Snapshot, made: Buckets) -> tuple[Filters, Buckets] | None:
    """Return filters of the period before, and the buckets in it; None where there is none."""
    earlier = previous(filters, snapshot)
    if earlier is None or earlier.started_after is None or earlier.started_before is None:
        return None
    before = Period(earlier.started_after, earlier.started_before)
    return earlier, intervals.shifted(made, before, _moved(made, before, snapshot.tick))


def _moved(made: Buckets, before: Period, tick: datetime) -> list[datetime]:
    """Return where the buckets would begin in the period before.

    Days are compared with days and hours of the clock with such; where no clock was changed, and
    for what is cut out of days, the same length of time earlier.
    """
    until = tick if made.period.before == periods.END else made.period.before
    length = until - made.period.after
    days = periods.whole_days(Period(made.period.after, until), made.zone)
    if days is None and length % DAY == timedelta(0):
        days = length // DAY
    is_plain = made.interval is Interval.HOUR and length == before.before - before.after
    if days is None or is_plain:
        return [max(start, made.period.after) - length for start in made.starts]
    shifted = [_days_before(start, days, made, before) for start in made.starts]
    return list(accumulate(shifted, max))


def _days_before(start: datetime, days: int, made: Buckets, before: Period) -> datetime:
    """Return the moment at which the clock showed the same, some days earlier."""
    try:
        if made.interval is not Interval.HOUR:
            return edges.midnight(edges.local_day(start, made.zone) - days * DAY, made.zone)
        shown = start.astimezone(ZoneInfo(made.zone))
        return (shown - days * DAY).astimezone(start.tzinfo)
    except OverflowError:
        return before.after
