"""Against the period before: numbers with their intervals, and the series that lies behind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from lake import bins
from queries import edges, histograms, honest, intervals, periods, stacks, trends
from queries.catalog import Metric, Unit, named
from queries.edges import DAY
from queries.engine import Snapshot
from queries.filters import Filters
from queries.intervals import Buckets, Interval
from queries.periods import Period
from queries.question import Question
from queries.statement import measures
from queries.trends import Series

Number = int | float | None
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Compared:
    """A number, and the same of the period before; what does not apply is None.

    `n` is how many sessions a number is about, `low` and `high` are the interval of a rate. What is
    approximate is a percentile of a histogram: within half a bin (lake/bins.py).
    """

    value: Number
    n: int
    low: float | None
    high: float | None
    before: Number
    before_n: int | None
    change: float | None  # of a rate in points, else a part of the number before: 0.12 is 12 % more
    is_uncertain: bool  # about too few sessions: to be shown in grey
    is_noise: bool  # the change may be chance
    is_near: bool = False
    was_near: bool = False  # the number before


def previous(filters: Filters, snapshot: Snapshot) -> Filters | None:
    """Return the filters with the period before as their range; None where there is none."""
    period = periods.previous(filters, snapshot.tick, filters.tz or snapshot.zone)
    return None if period is None else filters.between(period.after, period.before)


def compared(
    names: Sequence[str], filters: Filters, snapshot: Snapshot,
    *, with_previous: bool = True, beside: Sequence[Series | None] = (),
) -> dict[str, Compared]:  # fmt: skip
    """Return metrics by name, compared; raises FilterError for one that there is not.

    Without the period before where that is not wanted: it costs as much again. Where the numbers
    stand `beside` a series and its ghost, what is approximate there is not asked again.
    """
    asked = named(names)
    earlier = previous(filters, snapshot) if with_previous else None
    near, were_near = ({} if each is None else each.near for each in beside or (None, None))
    now = _answered(asked, filters, snapshot, near)
    then = None if earlier is None else _answered(asked, earlier, snapshot, were_near)
    told = {metric.name: _compared(metric, now, then) for metric in asked}
    return {
        name: replace(
            each, is_near=name in near, was_near=name in were_near,
            is_noise=each.is_noise or (name in {*near, *were_near} and _is_within_a_bin(each)),
        )
        for name, each in told.items()
    }  # fmt: skip


def _is_within_a_bin(told: Compared) -> bool:
    """Return whether a change may be nothing but that both numbers are near."""
    if told.value is None or told.before is None:
        return False
    least, most = sorted((told.value, told.before))
    return most <= least * bins.HALF**2 * (1 + _ROUNDING)


def _answered(
    asked: Sequence[Metric], filters: Filters, snapshot: Snapshot, near: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the columns of metrics, those that are known already among them."""
    unknown = [metric for metric in asked if metric.name not in near]
    row = question(unknown, filters).ask(snapshot).row(0, named=True) if unknown else {}
    return row | dict(near)


def question(asked: Sequence[Metric], filters: Filters) -> Question:
    """Return what is asked of one period."""
    return Question(measures(asked, has_n=True), filters)


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
    """Return what `queries.trends.series` and `ghost` do, what is of histograms asked as one."""
    asked, made = named(names), intervals.buckets(filters, snapshot, interval)
    stack, before = stacks.stack(by, filters, snapshot), _before(filters, snapshot, made)
    if before is None:
        return trends.placed(asked, filters, snapshot, made, stack), None
    earlier, moved = before
    both = [trends.in_buckets(*each, stack) for each in ((filters, made), before)]
    found = None
    if made.period.after == moved.period.before:
        edges = (*moved.edges, made.period.after, *made.edges[1:])
        wide = filters.between(moved.period.after, filters.started_before)
        whole = trends.in_buckets(wide, replace(made, edges=edges), stack)
        found = histograms.with_before(asked, (both[0], both[1]), whole, stack, snapshot)
    now, then = found or (None, None)
    return (
        trends.placed(asked, filters, snapshot, made, stack, binned=now),
        trends.placed(asked, earlier, snapshot, moved, stack, binned=then),
    )


def _before(filters: Filters, snapshot: Snapshot, made: Buckets) -> tuple[Filters, Buckets] | None:
    """Return filters of the period before, and the buckets in it; None where there is none."""
    earlier = previous(filters, snapshot)
    if earlier is None or earlier.started_after is None or earlier.started_before is None:
        return None
    before = Period(earlier.started_after, earlier.started_before)
    return earlier, intervals.shifted(made, before, _moved(made, before, snapshot.tick))


def _compared(metric: Metric, now: dict[str, Any], then: dict[str, Any] | None) -> Compared:
    value, before = now[metric.name], None if then is None else then[metric.name]
    n = value if metric.is_count else now[f"{metric.name}_n"]
    before_n = None
    if then is not None:
        before_n = before if metric.is_count else then[f"{metric.name}_n"]
    low = high = None
    if metric.hits and n:
        low, high = honest.wilson(now[f"{metric.name}_hits"], n)
    return Compared(
        value, n, low, high, before, before_n,
        change=_change(metric, value, before),
        is_uncertain=not metric.is_count and honest.is_uncertain(n),
        is_noise=then is not None and _is_noise(metric, now, then),
    )  # fmt: skip


def _change(metric: Metric, value: Number, before: Number) -> float | None:
    if value is None or before is None:
        return None
    if metric.unit is Unit.RATE:
        return value - before
    return (value - before) / before if before else None


def _is_noise(metric: Metric, now: dict[str, Any], then: dict[str, Any]) -> bool:
    """Return whether a change may be chance; of what is no rate and no count, too few tell none."""
    name = metric.name
    if metric.is_count:
        return not honest.counts_differ(now[name], then[name])
    counts = [now[f"{name}_n"], then[f"{name}_n"]]
    if metric.hits:
        hits = [now[f"{name}_hits"], then[f"{name}_hits"]]
        return not honest.rates_differ(hits[0], counts[0], hits[1], counts[1])
    return any(honest.is_uncertain(n) for n in counts)


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
