"""When sessions start: the day and the week, slow growth, one quiet holiday, one incident.

Everything is counted in the report zone and back from the end, so that another end gives the same
story at times that are true for its calendar.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from ingest.demo.dice import Flags, Floats, Ints, throw

_QUARTER = 900  # seconds; the zones of the world are whole quarters apart
_DAY = 86_400
_EPOCH_WEEKDAY = 3  # 1970-01-01 was a Thursday; Monday is 0
_SATURDAY = 5
_NEVER = -1
# Starts in each hour of a working day, and of a weekend day, relative to one another.
_WORKDAY = np.array(
    [9, 6, 4, 3, 4, 8, 18, 38, 68, 92, 100, 96, 78, 84, 97, 95, 88, 76, 64, 56, 48, 38, 26, 15]
)
_WEEKEND = np.array(
    [10, 8, 5, 4, 3, 4, 7, 12, 22, 33, 41, 44, 42, 40, 41, 42, 41, 40, 40, 39, 36, 29, 21, 14]
)
_WEEKDAY = np.array([1.10, 1.04, 1.00, 0.99, 0.92, 0.95, 0.85])
_GROWTH = 0.35  # from the first day to the last
_WOBBLE = 0.05  # one day against the next
_HOLIDAY_BACK, _HOLIDAY_NEEDS, _HOLIDAY_SHARE = 24, 28, 0.15
_INCIDENT_BACK, _INCIDENT_FROM, _INCIDENT_UNTIL, _INCIDENT_RUSH = 9, 10.25, 15.5, 1.3


@dataclass(frozen=True)
class Rhythm:
    """The starts of a period; times are microseconds since 1970, UTC."""

    edges: Floats
    filled: Floats  # the share of all sessions started up to each edge
    incident: tuple[int, int] | None
    holiday: tuple[int, int] | None

    def starts(self, shares: Floats) -> Ints:
        """Return when the session starts that has `shares` (0 to 1) of all before it, in whole ms.

        Never before the period's start nor after its end.
        """
        times = np.interp(shares, self.filled, self.edges)
        return (times // 1000).astype(np.int64) * 1000

    def has_incident(self, times: Ints) -> Flags:
        """Tell which times lie in the incident."""
        begin, end = self.incident or (0, 0)
        return (times >= begin) & (times < end)


def rhythm(end: datetime, days: int, zone: str, seed: int) -> Rhythm:
    """Return the rhythm of the `days` times 24 hours before `end`, told in `zone`."""
    last = end.timestamp()
    first = last - days * _DAY
    quarters = np.arange(first // _QUARTER, last / _QUARTER) * _QUARTER
    edges = np.clip(np.append(quarters, quarters[-1] + _QUARTER), first, last)
    local = quarters + _offsets(quarters, ZoneInfo(zone))
    day = (local // _DAY).astype(np.int64)
    hour = (local % _DAY) / 3600
    quiet = _working_day(day, _HOLIDAY_BACK) if days >= _HOLIDAY_NEEDS else _NEVER
    broken = _working_day(day, min(_INCIDENT_BACK, days // 2))
    is_quiet = day == quiet
    is_broken = (day == broken) & (hour >= _INCIDENT_FROM) & (hour < _INCIDENT_UNTIL)
    weights = _volume(day, hour, seed) * np.diff(edges)
    weights *= np.where(is_quiet, _HOLIDAY_SHARE, 1) * np.where(is_broken, _INCIDENT_RUSH, 1)
    filled = np.append(0, np.cumsum(weights))
    return Rhythm(edges * 1e6, filled / filled[-1], _span(edges, is_broken), _span(edges, is_quiet))


def _offsets(times: Floats, zone: ZoneInfo) -> Floats:
    """Return how far the clocks of `zone` are ahead of UTC at `times`, in seconds."""
    ahead = [datetime.fromtimestamp(time, zone).utcoffset() for time in times.tolist()]
    return np.array([(offset or timedelta()).total_seconds() for offset in ahead])


def _working_day(day: Ints, back: int) -> int:
    """Return the working day `back` days before the last of `day`, or the one before it."""
    found = int(day[-1]) - back
    while (found + _EPOCH_WEEKDAY) % 7 >= _SATURDAY:
        found -= 1
    return found if found > day[0] else _NEVER


def _volume(day: Ints, hour: Floats, seed: int) -> Floats:
    """Return the starts to expect a second, relative to one another."""
    weekday = (day + _EPOCH_WEEKDAY) % 7
    hours = np.arange(25) + 0.0
    workday = np.interp(hour, hours, np.append(_WORKDAY, _WORKDAY[0]))
    weekend = np.interp(hour, hours, np.append(_WEEKEND, _WEEKEND[0]))
    growth = 1 + _GROWTH * np.linspace(0, 1, len(day))
    wobble = np.exp(_WOBBLE * throw(seed, day[-1] - day).normal("day"))
    shape = np.where(weekday >= _SATURDAY, weekend, workday)
    volume: Floats = shape * _WEEKDAY[weekday] * growth * wobble
    return volume


def _span(edges: Floats, inside: Flags) -> tuple[int, int] | None:
    """Return when the quarters that are `inside` begin and end, in microseconds."""
    found = np.flatnonzero(inside)
    if not len(found):
        return None
    return int(edges[found[0]] * 1e6), int(edges[found[-1] + 1] * 1e6)
