"""Where hours, days and weeks begin in a time zone, as moments in UTC.

A day begins at its first midnight, or at its first moment where clocks jump over midnight; a week
with its Monday. An hour begins at each full hour that clocks show, and wherever they are changed:
the hour that is shown twice is two, and where they change by half an hour there is a short one.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)

Moments = tuple[datetime, ...]


def hours(zone: str, first: datetime, last: datetime) -> Moments:
    """Return the starts of the hours from the day of `first` to the day of `last`, both in UTC."""
    whole = (last.date() - first.date()).days + 1
    return tuple(
        start for number in range(whole) for start in _hours_of(zone, first.date() + number * DAY)
    )


@lru_cache(maxsize=256)
def days(zone: str, first: date, last: date) -> Moments:
    """Return the starts of the days from `first` to `last`; a day that was left out has none."""
    return _starts(zone, first, last, DAY)


@lru_cache(maxsize=256)
def weeks(zone: str, first: date, last: date) -> Moments:
    """Return the starts of the weeks from the one of `first` to the one of `last`."""
    return _starts(zone, first - first.weekday() * DAY, last, 7 * DAY)


def held(starts: Moments, first: datetime, last: datetime) -> Moments:
    """Return the starts from the last one that is not after `first` to that of `last`."""
    return starts[max(bisect_right(starts, first) - 1, 0) : bisect_right(starts, last)]


def local_day(moment: datetime, zone: str) -> date:
    """Return the day that the clocks of a zone show."""
    return moment.astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """Return when a day begins; where clocks jump over midnight, the first moment."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)


def _starts(zone: str, first: date, last: date, step: timedelta) -> Moments:
    count = (last - first) // step + 1
    # Once each, in order: the day that Samoa left out in 2011 begins with the one after it.
    return tuple(sorted({midnight(first + number * step, zone) for number in range(count)}))


@lru_cache(maxsize=8192)
def _hours_of(zone: str, day: date) -> Moments:
    """Return the starts of hours within a day of UTC."""
    known = ZoneInfo(zone)
    begin = datetime.combine(day, time.min, UTC)
    start, starts = _full_hour(known, begin), []
    while start < begin + DAY:
        starts.append(start)
        start = _change(known, start, start - _into_hour(known, start) + HOUR)
    return tuple(start for start in starts if start >= begin)


def _full_hour(zone: ZoneInfo, moment: datetime) -> datetime:
    """Return the start of the hour that a moment is in."""
    start = moment - _into_hour(zone, moment)
    if _offset(zone, start) == _offset(zone, moment):
        return start
    return _change(zone, start, moment)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """Return when the clocks are changed between two moments, or the later where they are not."""
    old = _offset(zone, before)
    if _offset(zone, after) == old:
        return after
    low, high = before.replace(microsecond=0), after.replace(microsecond=0)
    while high - low > SECOND:
        middle = low + (high - low) // SECOND // 2 * SECOND
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high


def _into_hour(zone: ZoneInfo, moment: datetime) -> timedelta:
    shown = moment.astimezone(zone)
    return timedelta(
        minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond
    )  # fmt: skip


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta | None:
    return moment.astimezone(zone).utcoffset()
