"""The oracle's cards: SEMANTICS, "Cards", in plain Python; every number by filtering anew."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.oracle import CHANNELS, DAY, SPANS

RANGE = ("range", "started_after", "started_before")


def total(oracle, filters):
    """Return value, number without filters, and the number of the period before."""
    value = len(oracle.filtered(filters))
    period = before(oracle, filters)
    earlier = None
    if period is not None:
        earlier = started_in(oracle.filtered(filters, *RANGE), *period)
    return value, len(oracle.scoped(filters)), earlier


def active(oracle, filters):
    """Return value, number without filters, and how many were open a day before."""
    everything = oracle.scoped(filters)
    unfiltered = sum(row["status"] == "active" for row in everything)
    moment = oracle.tick - DAY
    has_history = any(row["started_at"] and row["started_at"] < moment for row in everything)
    rows = [row for row in oracle.filtered(filters, *RANGE) if row["status"] == "active"]
    others = oracle.filtered(filters, *RANGE, "status")
    if filters.status and "active" not in filters.status:
        others = []
    open_then = sum(was_open(row, moment) for row in others)
    return len(rows), unfiltered, open_then if has_history else None


def open_series(oracle, filters):
    """Return how many were open at each hour of the last day, the tick the last."""
    rows = oracle.filtered(filters, *RANGE, "status")
    moments = [oracle.tick - timedelta(hours=hours) for hours in range(24, -1, -1)]
    return tuple(sum(was_open(row, moment) for row in rows) for moment in moments)


def recent(oracle, filters):
    """Return value, number without filters, and the 24 hours before."""
    rows, everything = oracle.filtered(filters, *RANGE), oracle.scoped(filters)
    since = oracle.tick - DAY
    never = datetime.max.replace(tzinfo=UTC)
    return (
        started_in(rows, since, never),
        started_in(everything, since, never),
        started_in(rows, since - DAY, since),
    )


def top_channel(oracle, filters):
    """Return channel, count, number without filters, share and share before."""
    now = Counter(row["channel"] for row in oracle.filtered(filters, "channel"))
    if not now:
        return None, 0, 0, None, None
    top = max(CHANNELS, key=lambda channel: (now[channel], -CHANNELS.index(channel)))
    unfiltered = sum(row["channel"] == top for row in oracle.scoped(filters))
    period = before(oracle, filters)
    earlier = Counter()
    if period is not None:
        rows = oracle.filtered(filters, *RANGE, "channel")
        earlier = Counter(
            row["channel"]
            for row in rows
            if row["started_at"] and period[0] <= row["started_at"] < period[1]
        )
    share_before = earlier[top] / earlier.total() if earlier else None
    return top, now[top], unfiltered, now[top] / now.total(), share_before


def before(oracle, filters):
    """Return the period before the range, or None."""
    if filters.range in SPANS:
        after = oracle.tick - SPANS[filters.range]
        return after - SPANS[filters.range], after
    after = filters.started_after
    until = filters.started_before or oracle.tick
    if after is None or after >= until:
        return None
    zone = ZoneInfo(filters.tz or oracle.zone)
    first, last = after.astimezone(zone), until.astimezone(zone)
    if is_midnight(first) and is_midnight(last):
        days = (last.date() - first.date()).days
        day = first.date() - timedelta(days=days)
        return datetime.combine(day, time(), zone).astimezone(UTC), after
    return after - (until - after), after


def is_midnight(moment):
    return moment.time() == time() and not moment.fold


def started_in(rows, after, until):
    return sum(row["started_at"] is not None and after <= row["started_at"] < until for row in rows)


def was_open(row, moment):
    if row["started_at"] is None or row["started_at"] > moment:
        return False
    return row["status"] == "active" or (row["ended_at"] is not None and row["ended_at"] > moment)
