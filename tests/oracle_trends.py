"""The oracle's trends: buckets, metrics, heatmap, open sessions, in plain Python.

Buckets are found by going back from a moment in small steps until the clock shows another hour, day
or week; no list of them is made. Right where clocks are changed at a full minute.
"""

from collections import defaultdict
from datetime import timedelta
from functools import cache
from zoneinfo import ZoneInfo

from lake import bins
from tests.oracle import SPANS

MINUTE = timedelta(minutes=1)
US = timedelta(microseconds=1)
RANGE = ("range", "started_after", "started_before")
STATUSES = ("active", "completed", "failed", "cancelled")


@cache
def start_of(moment, interval, zone):
    """Return when the bucket of a moment begins, aware UTC."""
    return {"hour": hour_of, "day": day_of, "week": week_of}[interval](moment, ZoneInfo(zone))


def hour_of(moment, zone):
    """An hour begins where the clock shows a full one, or is changed."""
    at = moment.replace(second=0, microsecond=0)
    while at.astimezone(zone).minute and offset(at, zone) == offset(at - MINUTE, zone):
        at -= MINUTE
    return at


def day_of(moment, zone):
    at = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0)
    while (at - 15 * MINUTE).astimezone(zone).date() == moment.astimezone(zone).date():
        at -= 15 * MINUTE
    return at


def week_of(moment, zone):
    at = day_of(moment, zone)
    while at.astimezone(zone).isoweekday() != 1:
        at = day_of(at - US, zone)
    return at


def offset(moment, zone):
    return moment.astimezone(zone).utcoffset()


def place_of(moment, starts, interval, zone):
    """Return the start of a moment's bucket among `starts`; outside of them the nearest."""
    return min(max(start_of(moment, interval, zone), starts[0]), starts[-1])


def grouped(rows, starts, interval, zone, key):
    """Return the rows of each bucket (None: without a start) and group."""
    made = defaultdict(list)
    for row in rows:
        at = row["started_at"]
        made[at and place_of(at, starts, interval, zone), key(row)].append(row)
    return made


def metric(name, rows):
    """Return a metric of the catalogue over rows."""
    if name == "sessions":
        return len(rows)
    if name in STATUSES:
        return hits(name, rows)
    if name == "handoffs":
        return hits("handoff", rows)
    if name == "messages_per_session":
        return share(sum(row["message_count"] for row in rows), len(rows))
    if name.endswith("_rate"):
        return share(hits(RATES[name], rows), len(rows))
    column, part = QUANTILES[name]
    return quantile(lengths(column, rows), part)


RATES = {
    "success_rate": "completed",
    "failure_rate": "failed",
    "cancel_rate": "cancelled",
    "handoff_rate": "handoff",
}
QUANTILES = {
    "duration_median": ("duration_ms", 0.5),
    "duration_p90": ("duration_ms", 0.9),
    "duration_p95": ("duration_ms", 0.95),
    "first_response_median": ("first_response_ms", 0.5),
    "first_response_p95": ("first_response_ms", 0.95),
}


def about(name, rows):
    """Return how many sessions a metric is about."""
    return len(lengths(QUANTILES[name][0], rows)) if name in QUANTILES else len(rows)


def hits(what, rows):
    if what == "handoff":
        return sum("handoff" in row["event_kinds"] for row in rows)
    return sum(row["status"] == what for row in rows)


def lengths(column, rows):
    if column == "duration_ms":
        rows = [row for row in rows if row["status"] != "active"]
    return sorted(row[column] for row in rows if row[column] is not None)


def share(part, whole):
    return part / whole if whole else None


def quantile(values, part):
    """Return the value at a part of the way, between two neighbours in a straight line."""
    if not values:
        return None
    place = part * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def heatmap(oracle, filters):
    """Return sessions and failed ones by weekday and hour."""
    made = {(weekday, hour): [0, 0] for weekday in range(1, 8) for hour in range(24)}
    for row in oracle.filtered(filters):
        if row["started_at"] is not None:
            shown = oracle.local(row, filters)
            cell = made[shown.isoweekday(), shown.hour]
            cell[0] += 1
            cell[1] += row["status"] == "failed"
    return made


def open_rows(oracle, filters):
    """Return the first and last moment at which sessions are open, of those the range touches."""
    after, before = bounds(oracle, filters)
    if after is not None and before is not None and before <= after:
        return []
    made = []
    for row in oracle.filtered(filters, *RANGE):
        first = last = row["started_at"]
        if first is None:
            continue
        if row["status"] == "active":
            last = max(first, oracle.tick)
        elif row["ended_at"] is not None and row["ended_at"] > first:
            last = row["ended_at"] - US
        if (before is None or first < before) and (after is None or last >= after):
            made.append((first, last, row))
    return made


def bounds(oracle, filters):
    """Return from when to when the range goes; None: no bound."""
    if filters.range in SPANS:
        return oracle.tick - SPANS[filters.range], None
    return filters.started_after, filters.started_before


def is_within_half_a_bin(exact, told):
    """Return whether a percentile of a histogram is what is promised of it."""
    if exact is None or told is None:
        return exact is told
    most = bins.HALF * (1 + 1e-9)
    return exact / most <= told <= exact * most
