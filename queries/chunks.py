"""How the sessions of a search are cut: into stretches of time of which the hours are known."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)

Hours = tuple[tuple[datetime | None, int], ...]  # start (naive UTC) and sessions, newest first


@dataclass(frozen=True)
class Slice:
    """From `after` (included) to `before` (not included), naive UTC; None is "without a start"."""

    after: datetime | None
    before: datetime | None
    hours: Hours


def cuts(hours: Hours, size: int) -> Iterator[Slice]:
    """Yield slices of at least `size` sessions, cut at full hours, in the order of `hours`.

    Those without a start come last, in a slice of their own.
    """
    taken: list[tuple[datetime | None, int]] = []
    for place, (hour, total) in enumerate(hours):
        taken.append((hour, total))
        is_last = place + 1 == len(hours) or hours[place + 1][0] is None
        if is_last or sum(count for _, count in taken) >= size:
            newest = taken[0][0]
            yield Slice(hour, None if newest is None else newest + HOUR, tuple(taken))
            taken = []


def months(cut: Slice) -> Iterator[datetime | None]:
    """Yield a moment of each month that a slice touches, None where it has no start."""
    if cut.after is None or cut.before is None:
        yield None
        return
    month = cut.after.replace(day=1, hour=0)
    while month < cut.before:
        yield month
        month = (month + timedelta(days=31)).replace(day=1)
