"""Intervals: the buckets of a range, hours, days or weeks of the report zone.

Buckets cover the range from its start, or the first session, to its end, or the tick. What starts
after the tick belongs to the last bucket of a range without an end, as it belongs to the range.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from queries import edges, periods
from queries.edges import DAY, HOUR, Moments
from queries.engine import Snapshot
from queries.filters import Filters
from queries.first import first_start
from queries.periods import BEGINNING, END, Period

MOST = 2000  # buckets
MICROSECOND = timedelta(microseconds=1)

# Where buckets are made: so far from the ends of what Python can hold that none lies beyond.
_EARLIEST, _LATEST = BEGINNING + 7 * (MOST + 2) * DAY, END - 14 * DAY


class Interval(StrEnum):
    """How long a bucket is; a week begins on Monday."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"


LENGTHS = {Interval.HOUR: HOUR, Interval.DAY: DAY, Interval.WEEK: 7 * DAY}
# The longest range that has this interval unless another is asked for.
USUAL = {Interval.HOUR: 3 * DAY, Interval.DAY: 120 * DAY}


@dataclass(frozen=True)
class Buckets:
    """The buckets of a period, aware UTC.

    `starts` are where they begin by the clock; the first may begin before the period. `edges` are
    where they begin in the data: another place for a period that is compared with this one.
    """

    interval: Interval
    zone: str
    period: Period  # a side that has no bound is BEGINNING or END
    starts: Moments
    edges: Moments
    is_cut: bool = False  # the first holds what starts before it

    def bounds(self, place: int) -> tuple[datetime | None, datetime | None]:
        """Return from when to when the sessions of a bucket start; None: no bound."""
        has_start = self.period.after > BEGINNING
        after = None if self.is_cut else self.edges[0]
        before = None if self.period.before == END else self.period.before
        if place > 0:
            after = self.edges[place]
        elif has_start:
            after = self.period.after
        if place + 1 < len(self.edges):
            before = self.edges[place + 1]
        return after, before

    @property
    def labels(self) -> tuple[datetime, ...]:
        """The starts by the clock of the zone, naive; of days and weeks midnight."""
        shown = [start.astimezone(ZoneInfo(self.zone)) for start in self.starts]
        if self.interval is not Interval.HOUR:
            shown = [moment.replace(hour=0, minute=0, second=0) for moment in shown]
        return tuple(moment.replace(tzinfo=None) for moment in shown)


def chosen(filters: Filters, snapshot: Snapshot, asked: Interval | None = None) -> Interval:
    """Return the asked interval, or the usual one for the length of the range.

    A longer one than the asked where that would make more than MOST buckets; `note` says so.
    """
    return buckets(filters, snapshot, asked).interval


def note(asked: Interval | None, interval: Interval) -> str | None:
    """Return what to say where another interval than the asked one is shown."""
    if asked is None or asked is interval:
        return None
    return f"By {interval}: by {asked} there would be more than {MOST:,} points."


def buckets(filters: Filters, snapshot: Snapshot, asked: Interval | None = None) -> Buckets:
    """Return the buckets of the filters' range, at most MOST."""
    period = periods.current(filters, snapshot.tick)
    first, last = _span(period, filters, snapshot)
    interval = asked or _usual(last - first)
    zone = filters.tz or snapshot.zone
    while True:
        is_too_fine = (last - first) // LENGTHS[interval] >= MOST
        if not is_too_fine or interval is Interval.WEEK:
            starts = _starts(interval, zone, first, last)
            if len(starts) <= MOST or interval is Interval.WEEK:
                break
        interval = Interval.DAY if interval is Interval.HOUR else Interval.WEEK
    kept = starts[-MOST:]
    return Buckets(interval, zone, period, kept, kept, is_cut=kept[0] > first)


def shifted(made: Buckets, period: Period, moments: Sequence[datetime]) -> Buckets:
    """Return the buckets with their edges in another period."""
    inside = [min(max(moment, period.after), period.before) for moment in moments]
    return replace(made, period=period, edges=tuple(inside), is_cut=False)


def _usual(length: timedelta) -> Interval:
    for interval, longest in USUAL.items():
        if length <= longest:
            return interval
    return Interval.WEEK


def _span(period: Period, filters: Filters, snapshot: Snapshot) -> tuple[datetime, datetime]:
    """Return a moment of the first bucket and one of the last."""
    before = max(period.before, _EARLIEST)
    last = snapshot.tick if before == END else before - MICROSECOND
    if period.after > BEGINNING:
        first = period.after
        last = max(first, last)
    else:
        first = min(first_start(filters, snapshot) or snapshot.tick, last)
    if (last - first) // LENGTHS[Interval.WEEK] >= MOST:  # an end far ahead is no use
        last = max(first, min(last, snapshot.tick))
    first, last = max(first, _EARLIEST), max(min(last, _LATEST), _EARLIEST)
    return min(first, last), last


def _starts(interval: Interval, zone: str, first: datetime, last: datetime) -> Moments:
    """Return where the buckets from that of `first` to that of `last` begin, the newest MOST."""
    if interval is Interval.HOUR:
        return edges.held(edges.hours(zone, first - DAY, last), first, last)
    if interval is Interval.WEEK:
        first = max(first, last - MOST * LENGTHS[interval])
    # A day more on both sides: clocks that are put back over midnight show a day twice.
    first_day, last_day = edges.local_day(first, zone) - DAY, edges.local_day(last, zone) + DAY
    made = edges.days if interval is Interval.DAY else edges.weeks
    return edges.held(made(zone, first_day, last_day), first, last)
