"""Back-tests: what a rule would have done in the last 30 days, as they are known today.

A session counts as what it is now, also in windows in which it was still going on. Windows end at
whole minutes or hours (`STEPS`), none lies in part before the first session of all.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from queries import comparison, links
from queries.catalog import Metric
from queries.edges import DAY
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.first import first_start
from queries.periods import BEGINNING, Period
from queries.question import Question
from queries.rules import STEPS, Condition, Firing, Reading, Rule, compared, replayed

BACK = 30 * DAY
MOST = 720  # points of a chart
MICROSECOND = timedelta(microseconds=1)

Numbers = list[tuple[float | None, int]]  # value and n of each window


@dataclass(frozen=True)
class Point:
    """A step of a chart: the reading that comes nearest to firing among those it stands for."""

    place: int
    at: datetime
    compared: float | None  # what is held against the threshold


@dataclass(frozen=True)
class Backtest:
    """The readings of windows, when each ends (aware UTC), and what the rule would have done."""

    rule: Rule
    ends: tuple[datetime, ...]
    readings: tuple[Reading, ...]
    firings: tuple[Firing, ...]
    until: datetime  # where the last window would end

    @property
    def days(self) -> float:
        """Over how long it looks."""
        return (self.ends[-1] - self.ends[0]) / DAY if self.ends else 0.0

    def points(self, most: int = MOST) -> list[Point]:
        """Return at most so many points, none of which hides a reading that fires."""
        each = max(1, -(-len(self.ends) // most))
        return [self._point(first, each) for first in range(0, len(self.ends), each)]

    def period(self, place: int) -> Period:
        """Return the window of a reading."""
        return Period(self.ends[place] - self.rule.length, self.ends[place])

    def _point(self, first: int, each: int) -> Point:
        found = {
            place: compared(self.rule, self.readings[place])
            for place in range(first, min(first + each, len(self.ends)))
        }
        known = {place: value for place, value in found.items() if value is not None}
        among = min if self.rule.condition is Condition.BELOW else max
        place = among(known, key=known.__getitem__) if known else first
        return Point(place, self.ends[place], found[place])


def window(rule: Rule, until: datetime) -> Period:
    """Return the window that ends at a moment."""
    return Period(until - rule.length, until)


def behind(rule: Rule, period: Period) -> Filters:
    """Return the sessions of a window that the number is about; of a rate those that it counts."""
    inside = rule.filters.between(period.after, period.before)
    found = links.behind(rule.metric, inside) or inside
    agents = rule.filters.scope.agents
    if agents is None:
        return found
    return links.narrowed(found, agent=tuple(sorted(agents))) or found  # for who sees more


def read(rule: Rule, snapshot: Snapshot, until: datetime | None = None) -> Reading:
    """Return the number of the window that ends at a moment, at the tick by default.

    Raises what `queries.engine.fetch` raises.
    """
    now = window(rule, until or snapshot.tick)
    value, n = _number(rule, now, snapshot)
    if not rule.condition.is_change:
        return Reading(value, n)
    return Reading(value, n, *_number(rule, window(rule, now.after), snapshot))


def backtest(rule: Rule, snapshot: Snapshot) -> Backtest:
    """Return what a rule would have done; raises what `queries.engine.fetch` raises."""
    step = STEPS[rule.window]
    until = _floored(snapshot.tick, step)
    many = rule.length // step
    before = many if rule.condition.is_change else 0
    count = _count(rule, snapshot, until, before)
    ends = tuple(until - place * step for place in reversed(range(count)))
    if not ends:
        return Backtest(rule, (), (), (), until)
    period = Period(window(rule, ends[0]).after - before * step, until)
    is_summed = rule.metric.is_count or bool(rule.metric.hits)
    asking = _summed if is_summed else _spread
    numbers = asking(rule, period, count + before, snapshot)
    readings = tuple(_readings(numbers, before))
    return Backtest(rule, ends, readings, replayed(rule, readings), until)


def _floored(tick: datetime, step: timedelta) -> datetime:
    """Return the last whole step, so that one minute tells nothing else than the one before."""
    return tick - (tick - BEGINNING) % step


def _count(rule: Rule, snapshot: Snapshot, until: datetime, before: int) -> int:
    """Return how many windows there are, with all that they are compared with in known time."""
    step = STEPS[rule.window]
    everything = Filters(scope=rule.filters.scope)
    first = first_start(everything, snapshot)
    if first is None:
        return 0
    known = until - first - rule.length - before * step
    return max(0, min(BACK // step, known // step + 1))


def _number(rule: Rule, period: Period, snapshot: Snapshot) -> tuple[float | None, int]:
    """Return a number as every page asks for it, and its n."""
    metric = rule.metric
    inside = rule.filters.between(period.after, period.before)
    row = comparison.question((metric,), inside).ask(snapshot).row(0, named=True)
    return row[metric.name], row[metric.name if metric.is_count else f"{metric.name}_n"]


def _summed(rule: Rule, period: Period, count: int, snapshot: Snapshot) -> Numbers:
    """Return the numbers of windows from sums of their steps: of a count or a rate."""
    metric, many = rule.metric, rule.length // STEPS[rule.window]
    hits, total = [0] * (count + many - 1), [0] * (count + many - 1)
    for row in _question("alert_buckets", rule, period).ask(snapshot).iter_rows(named=True):
        hits[row["place"]], total[row["place"]] = row["hits"], row["total"]
    told = []
    for hit, all_ in zip(_rolled(hits, many), _rolled(total, many), strict=True):
        told.append((hit, hit) if metric.is_count else (hit / all_ if all_ else None, all_))
    return told


def _spread(rule: Rule, period: Period, count: int, snapshot: Snapshot) -> Numbers:
    """Return the numbers of windows that cannot be put together from steps."""
    told: Numbers = [(None, 0)] * count
    for row in _question("alert_windows", rule, period).ask(snapshot).iter_rows(named=True):
        if row["place"] < count:
            told[row["place"]] = (row["value"], row["total"])
    return told


def _question(name: str, rule: Rule, period: Period) -> Question:
    metric, step = rule.metric, STEPS[rule.window]
    counted = {"hits": _hits(metric), "value": metric.sql, "total": metric.over}
    statement = sql("alert_buckets") if name == "alert_buckets" else sql("alert_windows")
    for column, text in counted.items():
        statement = statement.placed(f"count(*) as {column}", f"{text} as {column}")
    given = {
        "first_after": period.after,
        "step_us": step // MICROSECOND,
        "many": rule.length // step,
    }
    inside = rule.filters.between(period.after, period.before)
    return Question(statement, inside, given)


def _hits(metric: Metric) -> str:
    return metric.hits or metric.sql


def _rolled(numbers: Sequence[int], many: int) -> list[int]:
    """Return the sum of each so many neighbours."""
    sums = [0, *accumulate(numbers)]
    return [later - earlier for earlier, later in zip(sums, sums[many:], strict=False)]


def _readings(numbers: Numbers, before: int) -> list[Reading]:
    """Return a reading a window; each with the window that ended where it begins."""
    if not before:
        return [Reading(*each) for each in numbers]
    return [
        Reading(*now, *then) for now, then in zip(numbers[before:], numbers[:-before], strict=True)
    ]
