"""Charts: an answer with all that stands around it: the period before, numbers, the explanation.

A page and the API ask a chart by one call, so that its parts cannot be about different things. The
explanation is a question of its own, asked only where somebody wants it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from threading import Lock

import polars as pl
from cachetools import LRUCache

from queries import (
    changes,
    comparison,
    concurrency,
    explain,
    ghosts,
    intervals,
    live,
    returning,
    trends,
)
from queries.changes import Changes
from queries.comparison import Compared
from queries.concurrency import Concurrency
from queries.engine import Snapshot
from queries.explain import Explanation
from queries.filters import Filters
from queries.intervals import Interval
from queries.live import Usual
from queries.trends import Series

Explain = Callable[[], Explanation]
SESSIONS = ("sessions",)
SLICES = 100  # of a day and a quarter of an hour, at most


@dataclass(frozen=True)
class OverTime:
    """Metrics over time; `ghost` is the period before, None where there is none."""

    series: Series
    ghost: Series | None
    compared: Mapping[str, Compared]  # by metric, over the whole range
    explain: Callable[[str], Explanation]  # a metric of it; where the sessions are, the chart


@dataclass(frozen=True)
class Week:
    """The answer of `queries.trends.heatmap`, and the one of the period before."""

    now: pl.DataFrame
    before: pl.DataFrame | None
    explain: Explain


def volume(
    filters: Filters, snapshot: Snapshot, *, interval: Interval | None, by: str
) -> OverTime:  # fmt: skip
    """Return how many sessions start in each bucket, by a dimension of STACKS; so the ghost."""
    each = intervals.chosen(filters, snapshot, interval)
    series, ghost = ghosts.with_ghost(SESSIONS, filters, snapshot, interval=each, by=by)
    return OverTime(
        series,
        ghost,
        comparison.compared(SESSIONS, filters, snapshot, beside=(series, ghost)),
        lambda name: explain.explain_series([name], filters, snapshot, interval=each, by=by),
    )


def open_during(
    filters: Filters, snapshot: Snapshot, *, interval: Interval | None, by: str
) -> OverTime:  # fmt: skip
    """Return how many sessions are open during each bucket, by a dimension; there is no ghost."""
    each = intervals.chosen(filters, snapshot, interval)
    return OverTime(
        trends.open_during(filters, snapshot, interval=each, by=by),
        None, {}, lambda _: explain.explain_open(filters, snapshot, interval=each, by=by),
    )  # fmt: skip


def lines(
    names: Sequence[str], filters: Filters, snapshot: Snapshot, *, interval: Interval | None
) -> OverTime:  # fmt: skip
    """Return metrics over time; each is explained as a number of the whole range.

    Percentiles are of histograms, and say so, where there are such (queries/histograms.py).
    """
    each = intervals.chosen(filters, snapshot, interval)
    series, ghost = ghosts.with_ghost(names, filters, snapshot, interval=each)
    return OverTime(
        series, ghost, comparison.compared(names, filters, snapshot, beside=(series, ghost)),
        lambda name: explain.explain_metric(
            name, filters, snapshot, in_bins=series.is_near(name)
        ),
    )  # fmt: skip


def week(filters: Filters, snapshot: Snapshot) -> Week:
    """Return when sessions start."""
    now, before = ghosts.weeks(filters, snapshot)
    return Week(now, before, partial(explain.explain_heatmap, filters, snapshot))


@dataclass(frozen=True)
class Changed:
    """What changed, the metric of the whole beside the one before, None where there is none."""

    changes: Changes
    compared: Compared | None
    explain: Explain


@dataclass(frozen=True)
class AtOnce:
    """How many were open at once."""

    concurrency: Concurrency
    explain: Explain


@dataclass(frozen=True)
class Lately:
    """How many were open at once over the last day in slices of a quarter of an hour.

    With the filters and the snapshot of that, and what is usual in the hour of each slice.
    """

    at_once: AtOnce
    filters: Filters
    snapshot: Snapshot
    usual: Sequence[Usual | None]


@dataclass(frozen=True)
class Repeat:
    """How often users come back, by agent: the answer of `queries.returning.repeat_contact`."""

    rows: pl.DataFrame
    explain: Explain


def changed(metric: str, filters: Filters, snapshot: Snapshot) -> Changed:
    """Return what changed of a metric; raises FilterError for one whose change has no parts."""
    found = changes.changes(metric, filters, snapshot)
    compared = None
    if found.whole is not None:
        compared = comparison.compared([metric], filters, snapshot)[metric]
    return Changed(found, compared, partial(explain.explain_changes, metric, filters, snapshot))


def at_once(filters: Filters, snapshot: Snapshot, *, capacity: int | None = None) -> AtOnce:
    """Return how many were open at once, by channel."""
    found = concurrency.concurrency(filters, snapshot, capacity=capacity)
    return AtOnce(found, partial(explain.explain_at_once, found.grid, filters, snapshot))


def lately(filters: Filters, snapshot: Snapshot) -> Lately:
    """Return how many were open at once over the last day, whenever they started: see `Lately`.

    As of the beginning of the minute, so that it is asked once in that. Of the filters counts
    neither the range nor the status, as in `queries.live.usual`.
    """
    now = snapshot.minute
    quarter = now.tick - timedelta(minutes=now.tick.minute % 15)
    day = live.anytime(filters).between(quarter - timedelta(days=1), None)
    key = (day, now.name, now.zone)
    with _KEEPING:
        known = _DAYS.get(key)
    found, usual = known or _day(day, now)
    with _KEEPING:
        _DAYS[key] = found, usual
    told = partial(explain.explain_at_once, found.grid, day, now)
    return Lately(AtOnce(found, told), day, now, usual)


Day = tuple[Concurrency, Sequence[Usual | None]]

_KEEPING = Lock()
_DAYS: LRUCache[tuple[Filters, str, str], Day] = LRUCache(32)  # as they are shown, all of a minute


def _day(day: Filters, now: Snapshot) -> Day:
    """Return how many were open at once in a day, and what is usual in the hour of each slice."""
    found = concurrency.concurrency(day, now, most=SLICES)
    starts = found.slices.filter(group=concurrency.ALL)["starts_at"].to_list()
    hours = sorted({start.replace(minute=0) for start in starts})
    usual = dict(zip(hours, live.usual_at(hours, day, now), strict=True)) if hours else {}
    return found, [usual[at.replace(minute=0)] for at in starts]


def repeat(filters: Filters, snapshot: Snapshot) -> Repeat:
    """Return how often users come back, by agent."""
    rows = returning.repeat_contact(filters, snapshot)
    return Repeat(rows, partial(explain.explain_repeat, filters, snapshot))
