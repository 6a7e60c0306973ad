"""The slices that a period is cut into: at most so many, of a length that people count in.

Slices of an hour and more begin at whole hours, days or weeks of UTC, so that counted hours make
them (queries/opens.py); the first one is then shorter where the period begins within it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from queries.periods import BEGINNING, Period

MOST = 300  # slices
MICROSECOND = timedelta(microseconds=1)
SECOND, MINUTE, HOUR, DAY = (
    timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
)  # fmt: skip
# How long a slice may be: the shortest with which MOST of them cover the range. Whole weeks beyond.
STEPS = (
    MICROSECOND, timedelta(milliseconds=1), SECOND, 5 * SECOND, 15 * SECOND, 30 * SECOND,
    MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE,
    HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY,
)  # fmt: skip


@dataclass(frozen=True)
class Grid:
    """A period, aware UTC, and how long its slices are; the first and the last may be shorter."""

    period: Period
    step: timedelta

    @property
    def is_hourly(self) -> bool:
        """Whether slices begin at whole hours of UTC."""
        return self.step >= HOUR

    @property
    def begun(self) -> timedelta:
        """How much of the first slice lies before the period; BEGINNING is a Monday."""
        return (self.period.after - BEGINNING) % self.step if self.is_hourly else timedelta(0)

    @property
    def length(self) -> timedelta:
        """How long the period is."""
        return self.period.before - self.period.after

    @property
    def count(self) -> int:
        """How many slices there are."""
        return -(-(self.length + self.begun) // self.step)

    @property
    def lengths_us(self) -> tuple[int, int, int]:
        """The lengths of the period, of a slice, and of what lies before it, in microseconds."""
        lengths = (self.length, self.step, self.begun)
        return lengths[0] // MICROSECOND, lengths[1] // MICROSECOND, lengths[2] // MICROSECOND

    def starts_at(self, place: int) -> datetime:
        """Return when a slice begins, within the period or at its end."""
        start = self.period.after - self.begun + place * self.step
        return min(max(start, self.period.after), self.period.before)

    def part(self, first: int, end: int) -> "Grid":
        """Return the slices from one to before another as a grid of their own."""
        return Grid(Period(self.starts_at(first), self.starts_at(end)), self.step)


def grid(period: Period, most: int = MOST) -> Grid:
    """Return a period, cut into so many slices at most."""
    for step in STEPS:
        found = Grid(period, step)
        if found.count <= most:
            return found
    weeks = found.length // (found.step * most)
    while found.count > most:
        weeks += 1
        found = Grid(period, weeks * STEPS[-1])
    return found
