"""Against the period before: numbers with their intervals, and whether a change is noise."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lake import bins
from queries import histograms, honest, periods, summed
from queries.catalog import Metric, Unit, named
from queries.engine import Snapshot
from queries.filters import Filters
from queries.question import Question
from queries.statement import measures, measures_of_both, of_none
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
    *, with_previous: bool = True, beside: Sequence[Series | None] = (), may_be_near: bool = False,
) -> dict[str, Compared]:  # fmt: skip
    """Return metrics by name, compared; raises FilterError for one that there is not.

    Without the period before where that is not wanted: it costs as much again. Where the numbers
    stand `beside` a series and its ghost, what these tell is not asked again. Percentiles are of
    histograms where that `may_be_near` and these answer.
    """
    asked = named(names)
    earlier = previous(filters, snapshot) if with_previous else None
    now_and_then = (filters, earlier) if may_be_near else (None, None)
    near, were_near = (
        _near(asked, *each, snapshot)
        for each in zip(now_and_then, beside or (None, None), strict=True)
    )
    told, were_told = (_told(asked, each) for each in beside or (None, None))
    told, were_told = told | near, were_told | were_near
    known = told.keys() if earlier is None else told.keys() & were_told.keys()
    unknown = [metric for metric in asked if metric.name not in known]
    found = _answered(unknown, filters, earlier, snapshot)
    now, then = found[0] | told, None if earlier is None else found[1] | were_told
    return {
        name: replace(
            each, is_near=name in near, was_near=name in were_near,
            is_noise=each.is_noise or (name in {*near, *were_near} and _is_within_a_bin(each)),
        )
        for name, each in ((metric.name, _compared(metric, now, then)) for metric in asked)
    }  # fmt: skip


def _near(
    asked: Sequence[Metric], filters: Filters | None, series: Series | None, snapshot: Snapshot
) -> dict[str, Any]:
    """Return the columns of percentiles that a series has of a histogram, or are to be asked so."""
    near = {} if filters is None else histograms.wholes(asked, filters, snapshot)
    return near if series is None else {**near, **series.near}


def _told(asked: Sequence[Metric], series: Series | None) -> dict[str, Any]:
    """Return the columns of those metrics that a series tells of its whole range."""
    if series is None:
        return {}
    told: dict[str, Any] = {}
    for metric in asked:
        told |= {} if metric.name in series.near else summed.of(metric, series) or {}
    return told


def _is_within_a_bin(told: Compared) -> bool:
    """Return whether a change may be nothing but that both numbers are near."""
    if told.value is None or told.before is None:
        return False
    least, most = sorted((told.value, told.before))
    return most <= least * bins.HALF**2 * (1 + _ROUNDING)


def _answered(
    asked: Sequence[Metric], filters: Filters, earlier: Filters | None, snapshot: Snapshot
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the columns of metrics, and those of the period before; both are asked as one."""
    if not asked:
        return {}, {}
    if earlier is None:
        return question(asked, filters).ask(snapshot).row(0, named=True), {}
    wide = filters.between(earlier.started_after, filters.started_before)
    given = {"split": earlier.started_before}
    found = Question(measures_of_both(asked), wide, given).ask(snapshot)
    rows, none = found.rows_by_key("is_now", named=True), of_none(asked)
    now, then = (none | dict(*rows.get(is_now, [])) for is_now in (True, False))
    return now, then


def question(asked: Sequence[Metric], filters: Filters) -> Question:
    """Return what is asked of one period."""
    return Question(measures(asked, has_n=True), filters)


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
