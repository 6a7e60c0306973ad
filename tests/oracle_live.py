"""What goes on now, in plain Python over plain rows; written from docs/live.md."""

from collections import defaultdict
from datetime import datetime, time, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

UTC = ZoneInfo("UTC")
SILENT = timedelta(minutes=2)
ANYTIME = ("range", "started_after", "started_before", "status", "silent_min")
FEW = 30  # sessions that tell what is usual
DAY, WEEK, HOUR = timedelta(days=1), timedelta(weeks=1), timedelta(hours=1)


def going(oracle, filters):
    """Return the rows that go on: whatever the range; none where other statuses are wanted."""
    if filters.status and "active" not in filters.status:
        return []
    rows = oracle.filtered(filters, "range", "started_after", "started_before", "status")
    return [row for row in rows if row["status"] == "active"]


def quiet_since(row):
    return row["last_message_at"] or row["started_at"]


def is_silent(oracle, row):
    return quiet_since(row) is not None and oracle.tick - quiet_since(row) >= SILENT


def limits(oracle, filters):
    """Return the 99th percentile in ms of each agent and channel with thirty sessions or more."""
    today = datetime.combine(oracle.tick.date(), time(), UTC)
    lasted = defaultdict(list)
    for row in oracle.scoped(filters):
        is_recent = row["started_at"] and today - 31 * DAY <= row["started_at"] < today - DAY
        if is_recent and row["status"] != "active" and row["duration_ms"] is not None:
            lasted[row["agent_id"], row["channel"]].append(row["duration_ms"])
    return {pair: percentile(found) for pair, found in lasted.items() if len(found) >= FEW}


def percentile(values):
    """Return the 99th percentile, between two values as far along as it lies."""
    values = sorted(values)
    place = Fraction(99, 100) * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def is_stuck(oracle, row, known):
    limit = known.get((row["agent_id"], row["channel"]))
    if limit is None or row["started_at"] is None:
        return False
    return (oracle.tick - row["started_at"]) / timedelta(microseconds=1) > limit * 1000


def usual(oracle, filters, moment=None):
    """Return lowest and highest mean of the known hours, and how many these are; or None.

    Of the hour of a moment, by default of the tick.
    """
    rows = [row for row in oracle.filtered(filters, *ANYTIME) if row["started_at"] is not None]
    zone = ZoneInfo(filters.tz or oracle.zone)
    local = (moment or oracle.tick).astimezone(zone).replace(minute=0, second=0, microsecond=0)
    known = []
    for week in range(1, 9):
        begin = (local - week * WEEK).astimezone(UTC)
        if any(row["started_at"] <= begin for row in rows):
            known.append(mean(rows, begin, begin + HOUR))
    return (min(known), max(known), len(known)) if len(known) >= 4 else None


def mean(rows, begin, end):
    total = timedelta(0)
    for row in rows:
        closed = end if row["status"] == "active" else row["ended_at"]
        if closed is not None and closed > row["started_at"]:
            total += max(min(closed, end) - max(row["started_at"], begin), timedelta(0))
    return total / HOUR
