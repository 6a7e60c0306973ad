"""What somebody wants to be alerted of, read from texts: as a script, a form or a command gives it.

Kept are texts too, so that a rule that a later version cannot read any more is shown with the
reason, beside those that it can.
"""

import math
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode

from lake.alert_refusals import AlertRefusedError
from lake.alert_rows import StoredRule
from queries.catalog import Metric, Unit, named
from queries.filters import Filters, Scope
from queries.honest import FEW
from queries.rules import Condition, Rule, Window

LONGEST = 80  # characters of a name
MOST_FILTER = 4000  # of a filter in a URL
MOST = 1e12  # a threshold
BESIDE = 0.1  # resolved so much of the threshold away from it, where nothing else is asked for
DATED = ("range", "started_after", "started_before")


@dataclass(frozen=True)
class Wish:
    """A rule as it is asked for; None is the usual value."""

    name: str
    metric: str
    window: str
    condition: str
    threshold: float
    filter: str = ""
    resolve: float | None = None
    least: int | None = None


def stored(wish: Wish) -> StoredRule:
    """Return a wish as it is kept, checked; raises AlertRefusedError, FilterError."""
    name = wish.name.strip()
    if not 0 < len(name) <= LONGEST or not name.isprintable():
        raise AlertRefusedError(f"A name has 1 to {LONGEST} characters, all visible.")
    (metric,) = named([wish.metric])
    window, condition = _window(wish.window), _condition(wish.condition)
    threshold = _threshold(wish.threshold, metric, condition)
    resolve = usual_resolve(metric, condition, threshold) if wish.resolve is None else wish.resolve
    _check_resolve(resolve, threshold, metric, condition)
    least = usual_least(metric, condition) if wish.least is None else wish.least
    if not 0 <= least <= MOST:
        raise AlertRefusedError("least_n: a number of sessions, 0 or more.")
    text = urlencode(filters(wish.filter).to_query())
    if len(text) > MOST_FILTER:
        raise AlertRefusedError(f"filter: at most {MOST_FILTER:,} characters.")
    return StoredRule(name, metric.name, text, window, condition, threshold, resolve, int(least))


def rule(kept: StoredRule, agents: frozenset[str] | None) -> Rule:
    """Return what a kept rule means to who may see these agents; raises as `stored`."""
    (metric,) = named([kept.metric])
    return Rule(
        metric, filters(kept.filter).within(Scope(agents)), _window(kept.window),
        _condition(kept.condition), kept.threshold, kept.resolve, kept.least,
    )  # fmt: skip


def filters(text: str) -> Filters:
    """Return the filters of a URL's query, which have no range; raises FilterError."""
    given = parse_qs(text.removeprefix("?"), keep_blank_values=True)
    found, _ = Filters.from_query(given, strict=True)
    for name in DATED:
        if given.get(name):
            raise AlertRefusedError(f"filter: {name} is no part of it, the window is the range.")
    return found


def usual_resolve(metric: Metric, condition: Condition, threshold: float) -> float:
    """Return where an alert is resolved unless something else is wished: a tenth on the good side.

    Of a count that is a whole number; of a rate that must rise, a tenth of what it can rise.
    """
    is_below = condition is Condition.BELOW
    room = min(threshold, 1 - threshold) if metric.unit is Unit.RATE else threshold
    beside = threshold + BESIDE * room if is_below else threshold * (1 - BESIDE)
    is_whole = metric.is_count and not condition.is_change
    rounded = float(round(beside)) if is_whole else round(beside, 9)
    return max(rounded, threshold) if is_below else min(rounded, threshold)


def usual_least(metric: Metric, condition: Condition) -> int:
    """Return about how few sessions a number says nothing: a count that stands for itself none."""
    return 0 if metric.is_count and not condition.is_change else FEW


def _window(text: str) -> Window:
    if text not in list(Window):
        raise AlertRefusedError(f"window: one of {', '.join(Window)}, not {text[:80]!r}.")
    return Window(text)


def _condition(text: str) -> Condition:
    if text not in list(Condition):
        raise AlertRefusedError(f"condition: one of {', '.join(Condition)}, not {text[:80]!r}.")
    return Condition(text)


def _threshold(value: float, metric: Metric, condition: Condition) -> float:
    """Return a threshold that something can be beyond; raises AlertRefusedError."""
    if not math.isfinite(value) or not 0 <= value <= MOST:
        raise AlertRefusedError("threshold: a number, 0 or more.")
    is_share = metric.unit is Unit.RATE and not condition.is_change
    if (is_share or condition is Condition.DOWN) and value > 1:
        raise AlertRefusedError("threshold: a part of one here, 0.05 is 5 %.")
    if condition is Condition.BELOW and value == 0:
        raise AlertRefusedError("threshold: nothing is below 0.")
    return float(value)


def _check_resolve(resolve: float, threshold: float, metric: Metric, condition: Condition) -> None:
    """Raise AlertRefusedError where an alert would be resolved while it fires, or never."""
    if not math.isfinite(resolve) or not 0 <= resolve <= MOST:
        raise AlertRefusedError("resolve: a number, 0 or more.")
    is_below = condition is Condition.BELOW
    if (resolve < threshold) if is_below else (resolve > threshold):
        side = "at or above" if is_below else "at or below"
        raise AlertRefusedError(f"resolve: {side} the threshold, else it fires and is resolved.")
    if is_below and metric.unit is Unit.RATE and resolve > 1:
        raise AlertRefusedError("resolve: a part of one here, 0.95 is 95 %.")
