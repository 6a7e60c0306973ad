"""Periods: what a range means at a tick, the period before it, and its slices for a sparkline."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from queries.choices import SPANS, Range
from queries.filters import Filters

DAY = timedelta(hours=24)
SLICES = {Range.DAY: 24, Range.WEEK: 28, Range.MONTH: 30, Range.CUSTOM: 30}

# Bounds that are none, as wide as every engine's timestamps.
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
END = datetime(9999, 12, 31, tzinfo=UTC)


@dataclass(frozen=True)
class Period:
    """From `after` (included) to `before` (not included), aware UTC."""

    after: datetime
    before: datetime


def current(filters: Filters, tick: datetime) -> Period:
    """Return the range of the filters; presets have no end, for some start after the tick."""
    span = SPANS.get(filters.range)
    if span is not None:
        return Period(tick - span, END)
    after = filters.started_after or BEGINNING
    return Period(after, max(after, filters.started_before or END))


def until_tick(filters: Filters, tick: datetime) -> Period | None:
    """Return the range as a length of time: an open end is the tick. None without a start."""
    period = current(filters, tick)
    before = tick if period.before == END else period.before
    has_start = period.after > BEGINNING and period.after < before
    return Period(period.after, before) if has_start else None


def previous(filters: Filters, tick: datetime, zone: str) -> Period | None:
    """Return the period of equal length before the range; as many days before whole days.

    None where the range has no start, lies ahead, or reaches back before all time.
    """
    period = until_tick(filters, tick)
    if period is None:
        return None
    days = whole_days(period, zone) if filters.range is Range.CUSTOM else None
    try:
        if days is None:
            return Period(period.after - (period.before - period.after), period.after)
        first = period.after.astimezone(ZoneInfo(zone)).date() - timedelta(days=days)
        return Period(_midnight(first, zone), period.after)
    except OverflowError:
        return None


def whole_days(period: Period, zone: str) -> int | None:
    """Return how many days of the zone a period is made of; None when it cuts one."""
    try:
        first, last = (moment.astimezone(ZoneInfo(zone)).date()
                       for moment in (period.after, period.before))  # fmt: skip
        is_whole = (_midnight(first, zone), _midnight(last, zone)) == (period.after, period.before)
    except OverflowError:
        return None
    return (last - first).days if is_whole else None


def slices(filters: Filters, tick: datetime) -> tuple[Period, int] | None:
    """Return the period that a sparkline covers and into how many equal slices it is cut."""
    period = until_tick(filters, tick)
    return None if period is None else (period, SLICES[filters.range])


def _midnight(day: date, zone: str) -> datetime:
    """Return when a day begins in a zone; where clocks jump over midnight, the first moment."""
    return datetime.combine(day, time.min, ZoneInfo(zone)).astimezone(UTC)
