"""Charts: an answer with all that stands around it: the period before, numbers, the explanation.

A page and the API ask a chart by one call, so that its parts cannot be about different things. The
explanation is a question of its own, asked only where somebody wants it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import polars as pl

from queries import comparison, explain, intervals, trends
from queries.comparison import Compared
from queries.engine import Snapshot
from queries.explain import Explanation
from queries.filters import Filters
from queries.intervals import Interval
from queries.trends import Series

Explain = Callable[[], Explanation]
SESSIONS = ("sessions",)


@dataclass(frozen=True)
class OverTime:
    """Metrics over time; `ghost` is the period before, None where there is none."""

    series: Series
    ghost: Series | None
    compared: Mapping[str, Compared]  # by metric, over the whole range
    explain: Explain


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
    return OverTime(
        trends.series(SESSIONS, filters, snapshot, interval=each, by=by),
        comparison.ghost(SESSIONS, filters, snapshot, interval=each, by=by),
        comparison.compared(SESSIONS, filters, snapshot),
        partial(explain.explain_series, SESSIONS, filters, snapshot, interval=each, by=by),
    )


def open_during(
    filters: Filters, snapshot: Snapshot, *, interval: Interval | None, by: str
) -> OverTime:  # fmt: skip
    """Return how many sessions are open during each bucket, by a dimension; there is no ghost."""
    each = intervals.chosen(filters, snapshot, interval)
    return OverTime(
        trends.open_during(filters, snapshot, interval=each, by=by),
        None, {}, partial(explain.explain_open, filters, snapshot, interval=each, by=by),
    )  # fmt: skip


def lines(
    names: Sequence[str], filters: Filters, snapshot: Snapshot,
    *, interval: Interval | None, explained: str,
) -> OverTime:  # fmt: skip
    """Return metrics over time; the one that is `explained` is so as a number of the range."""
    each = intervals.chosen(filters, snapshot, interval)
    return OverTime(
        trends.series(names, filters, snapshot, interval=each),
        comparison.ghost(names, filters, snapshot, interval=each),
        comparison.compared(names, filters, snapshot),
        partial(explain.explain_metric, explained, filters, snapshot),
    )


def week(filters: Filters, snapshot: Snapshot) -> Week:
    """Return when sessions start."""
    earlier = comparison.previous(filters, snapshot)
    return Week(
        trends.heatmap(filters, snapshot),
        None if earlier is None else trends.heatmap(earlier, snapshot),
        partial(explain.explain_heatmap, filters, snapshot),
    )
