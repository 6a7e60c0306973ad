"""Explain the number: what it counts in words, the SQL that is run for it, and over what.

The SQL is what the engine is given; nothing here writes a text of its own. Where the index has
found the text of `q`, its clause stands for what is found, so that the SQL can be run as it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from queries import (
    changes,
    comparison,
    concurrency,
    finding,
    histograms,
    honest,
    intervals,
    links,
    periods,
    returning,
    sessions,
    stacks,
    trends,
)
from queries.catalog import DIMENSIONS, METRICS, named
from queries.choices import Range
from queries.engine import Snapshot, found, sql
from queries.filters import Filters
from queries.grid import Grid
from queries.grid import grid as cut
from queries.intervals import Interval
from queries.periods import END, Period
from queries.question import Question
from queries.statement import measures

BETWEEN = ";\n\n"  # several questions
SHOWN = 12  # values of a list; what lies between the first and the last is left out

HEATMAP = "Sessions, and the failed ones, by the weekday and the hour of the day of their start."
OPEN = (
    "Sessions that were open at some moment of each {interval}: from their start to their end, an "
    "active one until now. One that lasts through several counts in each, so they do not add up."
)

CHANGES = (
    "A part adds to the change by its own rate and by its share of the sessions; the parts of one "
    "kind add up to the change. A value of metadata is a part once at least "
    f"{changes.OFTEN} of the sessions have it, and one in {changes.SHARE:,}."
)
AT_ONCE = (
    "How many sessions were open at the same moment, whenever they started: from their start to "
    "their end, an active one until now."
)
REPEAT = (
    "Of sessions that completed or failed, those whose user was back within the time, with any "
    "agent. A time that is not over yet counts as not back."
)


@dataclass(frozen=True)
class Explanation:
    """What stands behind a number or a chart."""

    name: str  # of the metric or chart, as in the API
    label: str
    definition: str
    sql: str  # as it is run; the values are bound
    parameters: tuple[tuple[str, str], ...]  # their names and values as text, times in UTC
    period: Period | None  # aware UTC, no start is BEGINNING, no end the tick; None: all time
    zone: str  # in which days and hours are counted
    as_of: datetime
    n: int  # how many sessions it is about
    link: Filters | None  # these sessions
    reason: str = ""  # what answered, and why
    value: float | None = None  # of a metric
    low: float | None = None  # the interval of a rate
    high: float | None = None
    is_near: bool = False  # within half a bin


def explain_metric(
    name: str, filters: Filters, snapshot: Snapshot, *, in_bins: bool = False
) -> Explanation:
    """Explain a metric of the catalogue; raises FilterError for one that there is not.

    A percentile `in_bins` as it stands beside a chart over time.
    """
    (metric,) = asked = named([name])
    binned = histograms.whole_question(metric, filters, snapshot) if in_bins else None
    question = binned or comparison.question(asked, filters)
    if binned is None:
        row = question.ask(snapshot).row(0, named=True)
    else:
        row = histograms.whole(metric, binned, snapshot)
    n = row[name] if metric.is_count else row[f"{name}_n"]
    low, high = honest.wilson(row[f"{name}_hits"], n) if metric.hits and n else (None, None)
    chart = _chart(question, filters, snapshot, Words(name, metric.label, metric.definition))
    link = links.behind(metric, filters)
    return replace(
        chart,
        n=n,
        link=link,
        value=row[name],
        low=low,
        high=high,
        is_near=binned is not None,
    )


def explain_series(
    names: Sequence[str], filters: Filters, snapshot: Snapshot,
    *, interval: Interval, by: str | None = None,
) -> Explanation:  # fmt: skip
    """Explain the chart of `queries.trends.series`."""
    asked = named(names)
    made = intervals.buckets(filters, snapshot, interval)
    question = trends.trend_question(asked, filters, made, stacks.stack(by, filters, snapshot))
    definition = " ".join(f"{metric.label}: {metric.definition}" for metric in asked)
    label = _over_time(", ".join(metric.label for metric in asked), made.interval, by)
    return _chart(question, filters, snapshot, Words("series", label, definition))


def explain_open(
    filters: Filters, snapshot: Snapshot, *, interval: Interval, by: str | None = None
) -> Explanation:
    """Explain the chart of `queries.trends.open_during`."""
    made = intervals.buckets(filters, snapshot, interval)
    stack = stacks.stack(by, filters.without("range"), snapshot)
    question = trends.spread_question(filters, made, stack)
    label = _over_time("Open sessions", made.interval, by)
    words = Words("open", label, OPEN.format(interval=made.interval))
    return _chart(question, filters, snapshot, words)


def explain_heatmap(filters: Filters, snapshot: Snapshot) -> Explanation:
    """Explain the chart of `queries.trends.heatmap`."""
    words = Words("heatmap", "Hour of day by weekday", HEATMAP)
    return _chart(trends.heatmap_question(filters), filters, snapshot, words)


def explain_distribution(by: str, filters: Filters, snapshot: Snapshot) -> Explanation:
    """Explain the chart of `queries.trends.distribution`."""
    dimension = DIMENSIONS[by]
    question = Question(measures(tuple(METRICS.values()), dimension), filters)
    definition = f"All sessions by {dimension.label.lower()}."
    words = Words("distribution", dimension.label, definition)
    return _chart(question, filters, snapshot, words)


def explain_changes(name: str, filters: Filters, snapshot: Snapshot) -> Explanation:
    """Explain what changed of a metric, by the parts that are asked for first."""
    (metric,) = named([name])
    question = changes.question(sql("changes_by_value"), metric, filters, snapshot)
    definition = f"{metric.label}: {metric.definition} {CHANGES}"
    words = Words("changes", f"What changed: {metric.label}", definition)
    return _chart(question, filters, snapshot, words)


def explain_at_once(grid: Grid | None, filters: Filters, snapshot: Snapshot) -> Explanation:
    """Explain the chart of `queries.concurrency`; filters cannot name the sessions behind it."""
    over = grid or cut(Period(snapshot.tick, snapshot.tick))
    reason, asked = concurrency.questions(filters, snapshot, over)
    words = Words("at_once", "Open at once", AT_ONCE)
    chart = _chart(asked[0], filters, snapshot, words, *asked[1:])
    return replace(chart, link=None, reason=reason)


def explain_repeat(filters: Filters, snapshot: Snapshot) -> Explanation:
    """Explain the table of `queries.returning`."""
    words = Words("repeat_contact", "Repeat contact", REPEAT)
    return _chart(returning.question(filters), filters, snapshot, words)


@dataclass(frozen=True)
class Words:
    """What an explanation says before it shows anything."""

    name: str
    label: str
    definition: str


def _over_time(what: str, interval: Interval, by: str | None) -> str:
    return f"{what} by {interval}" + (f" and {DIMENSIONS[by].label.lower()}" if by else "")


def _chart(
    question: Question, filters: Filters, snapshot: Snapshot, words: Words, *more: Question
) -> Explanation:
    """Return the explanation of a chart: it is about all filtered sessions."""
    texts, parameters = zip(*(each.composed(snapshot) for each in (question, *more)), strict=True)
    bound = {key: value for each in parameters for key, value in each.items()}
    return Explanation(
        name=words.name,
        label=words.label,
        definition=words.definition,
        sql=BETWEEN.join(texts),
        parameters=tuple((key, _shown(value)) for key, value in bound.items()),
        period=_period(filters, snapshot.tick),
        zone=filters.tz or snapshot.zone,
        as_of=snapshot.tick,
        n=sessions.count(filters, snapshot),
        link=filters,
        reason=_reason(question, filters, snapshot),
    )


def _reason(question: Question, filters: Filters, snapshot: Snapshot) -> str:
    """Return what answered: the cells of a cube or the sessions, and how these were found."""
    told = question.plan(snapshot).reason
    return told if found(filters, snapshot) is None else f"{told} {finding.REASON}"


def _period(filters: Filters, tick: datetime) -> Period | None:
    if filters.range is Range.ALL:
        return None
    period = periods.current(filters, tick)
    return replace(period, before=max(tick, period.after)) if period.before == END else period


def _shown(value: object) -> str:
    """Return a bound value as text: times in RFC 3339, a long list by its ends and its length."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, tuple):
        texts = [_shown(item) for item in value]
        if len(texts) > SHOWN:
            return f"{texts[0]}, {texts[1]}, …, {texts[-1]} ({len(texts):,} values)"
        return ", ".join(texts)
    return str(value).replace("\0", "")
