"""How the sessions of an export are cut: into slices of time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

# Nearly an hour rather than one: the last hour of the calendar has no next.
HOUR = timedelta(hours=1) - timedelta(microseconds=1)
FIRST = 500  # sessions of the first slice, which is waited for

Hours = tuple[tuple[datetime | None, int], ...]  # start (naive UTC) and sessions, newest first


@dataclass(frozen=True)
class Slice:
    """Starts from `first` to `last`, both included, naive UTC; None is "without a start"."""

    first: datetime | None
    last: datetime | None


def cuts(hours: Hours, size: int) -> Iterator[Slice]:
    """Yield slices of at least `size` sessions, cut at full hours, in the order of `hours`.

    Those without a start come last, in a slice of their own.
    """
    newest: datetime | None = None
    wanted, total = FIRST, 0
    for place, (hour, count) in enumerate(hours):
        newest = newest if total else hour
        total += count
        is_last = place + 1 == len(hours) or hours[place + 1][0] is None
        if is_last or total >= wanted:
            yield Slice(hour, None if newest is None else newest + HOUR)
            wanted, total = size, 0


def by_month(hours: Hours) -> Iterator[Hours]:
    """Yield the hours of each month, those without a start at last: what a lake keeps in a file."""
    for _, of in groupby(hours, lambda hour: hour[0] and (hour[0].year, hour[0].month)):
        yield tuple(of)


def whole(hours: Hours) -> Slice:
    """Return the slice of all these hours, of which there are some."""
    newest, oldest = hours[0][0], hours[-1][0]
    return Slice(oldest, None if newest is None else newest + HOUR)


def months(first: datetime | None, last: datetime | None) -> Iterator[datetime | None]:
    """Yield a moment of each month between two starts, None where there is no start."""
    if first is None or last is None:
        yield None
        return
    for month in range(12 * first.year + first.month - 1, 12 * last.year + last.month):
        yield datetime(month // 12, month % 12 + 1, 1)  # noqa: DTZ001  naive UTC as in the tables
