"""Rules: when the number of a window raises an alert, and when it is good again.

One pure function, `following`, judges what is watched and what a back-test replays.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from queries.catalog import Metric
from queries.edges import DAY, HOUR
from queries.filters import Filters

MINUTE = timedelta(minutes=1)


class Window(StrEnum):
    """Over how long a number is taken; it ends now and counts what has started in it."""

    MINUTES_5 = "5m"
    MINUTES_15 = "15m"
    MINUTES_30 = "30m"
    HOUR = "1h"
    HOURS_3 = "3h"
    HOURS_6 = "6h"
    HOURS_12 = "12h"
    DAY = "24h"
    WEEK = "7d"


LENGTHS = {
    Window.MINUTES_5: 5 * MINUTE, Window.MINUTES_15: 15 * MINUTE, Window.MINUTES_30: 30 * MINUTE,
    Window.HOUR: HOUR, Window.HOURS_3: 3 * HOUR, Window.HOURS_6: 6 * HOUR,
    Window.HOURS_12: 12 * HOUR, Window.DAY: DAY, Window.WEEK: 7 * DAY,
}  # fmt: skip
# How far apart the windows of a back-test end: none is longer than its window, so that nothing lies
# between two of them, and a window is a whole number of them.
STEPS = {
    Window.MINUTES_5: 5 * MINUTE, Window.MINUTES_15: 5 * MINUTE, Window.MINUTES_30: 10 * MINUTE,
    Window.HOUR: 15 * MINUTE, Window.HOURS_3: 30 * MINUTE, Window.HOURS_6: HOUR,
    Window.HOURS_12: HOUR, Window.DAY: HOUR, Window.WEEK: 6 * HOUR,
}  # fmt: skip


class Condition(StrEnum):
    """What a number is held against: a threshold, or itself in the window before."""

    ABOVE = "above"
    BELOW = "below"
    UP = "up"
    DOWN = "down"

    @property
    def is_change(self) -> bool:
        """Whether the window is compared with the one before it."""
        return self in (Condition.UP, Condition.DOWN)


@dataclass(frozen=True)
class Rule:
    """When an alert fires; of a change `threshold` and `resolve` are parts: 0.5 is 50 %.

    It fires beyond `threshold` and is resolved where the number is not beyond `resolve` any more.
    `filters` have no range and the scope of who has made the rule.
    """

    metric: Metric
    filters: Filters
    window: Window
    condition: Condition
    threshold: float
    resolve: float
    least: int = 0  # about fewer sessions than this a rate or a change says nothing

    @property
    def length(self) -> timedelta:
        """How long the window is."""
        return LENGTHS[self.window]


@dataclass(frozen=True)
class Reading:
    """A number over one window and about how many sessions it is; `was`: the window before."""

    value: float | None
    n: int
    was: float | None = None
    was_n: int = 0

    @property
    def change(self) -> float | None:
        """The change as a part of what it was; None where one is not known, or it was nothing."""
        if self.value is None or self.was is None:
            return None
        if self.value == self.was:
            return 0.0
        return (self.value - self.was) / self.was if self.was else None


@dataclass(frozen=True)
class Firing:
    """From which reading to which an alert fires; `last` None: it has not been resolved."""

    first: int
    last: int | None  # the reading that resolves it


def compared(rule: Rule, reading: Reading) -> float | None:
    """Return what is held against the threshold; None where too few sessions speak.

    A count speaks for itself, also where it is 0. Of `down` it is by how much it has fallen.
    """
    if not rule.condition.is_change:
        is_enough = rule.metric.is_count or reading.n >= rule.least
        return reading.value if is_enough else None
    among = max if rule.metric.is_count else min
    change = reading.change
    if change is None or among(reading.n, reading.was_n) < rule.least:
        return None
    return change if rule.condition is Condition.UP else 0.0 - change


def following(rule: Rule, reading: Reading, *, is_firing: bool) -> bool:
    """Return whether the alert fires after a reading; one that says nothing changes nothing."""
    found = compared(rule, reading)
    if found is None:
        return is_firing
    edge = rule.resolve if is_firing else rule.threshold
    return found < edge if rule.condition is Condition.BELOW else found > edge


def replayed(rule: Rule, readings: Sequence[Reading]) -> tuple[Firing, ...]:
    """Return when the alert would have fired over readings, first to last."""
    found: list[Firing] = []
    first: int | None = None
    for place, reading in enumerate(readings):
        is_now = following(rule, reading, is_firing=first is not None)
        if is_now and first is None:
            first = place
        elif first is not None and not is_now:
            found.append(Firing(first, place))
            first = None
    return (*found, Firing(first, None)) if first is not None else tuple(found)
