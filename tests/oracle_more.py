"""The oracle of what changed, of concurrency and of repeat contact, in plain Python.

Fractions in place of floats, every number by going through the rows anew. `oracle` is the one of
tests/oracle.py.
"""

from collections import Counter, defaultdict
from datetime import timedelta
from fractions import Fraction

from tests.oracle_cards import RANGE, before

COUNTED = {
    "sessions": lambda _: True,
    "active": lambda row: row["status"] == "active",
    "completed": lambda row: row["status"] == "completed",
    "failed": lambda row: row["status"] == "failed",
    "cancelled": lambda row: row["status"] == "cancelled",
    "handoffs": lambda row: "handoff" in row["event_kinds"],
    "success_rate": lambda row: row["status"] == "completed",
    "failure_rate": lambda row: row["status"] == "failed",
    "cancel_rate": lambda row: row["status"] == "cancelled",
    "handoff_rate": lambda row: "handoff" in row["event_kinds"],
}
ABOUT_STATUS = ("active", "completed", "failed", "cancelled", "success_rate", "failure_rate",
                "cancel_rate")  # fmt: skip
US = timedelta(microseconds=1)


def counts(oracle, filters, metric, share=10_000):
    """Return (n, hits) now and before of everything, and of each part; None without a before.

    A value that fewer than five have, or fewer than one in `share`, is no part.
    """
    period = before(oracle, filters)
    if period is None:
        return None
    now = oracle.filtered(filters)
    earlier = [
        row
        for row in oracle.filtered(filters, *RANGE)
        if row["started_at"] and period[0] <= row["started_at"] < period[1]
    ]
    parts = defaultdict(lambda: [0, 0, 0, 0])
    whole = [0, 0, 0, 0]
    for place, rows in enumerate((now, earlier)):
        for row in rows:
            for counted in (whole, *(parts[name] for name in _names(oracle, filters, row))):
                counted[place] += 1
                counted[place + 2] += COUNTED[metric](row)
    _add_lacking(whole, parts, max(5, Fraction(whole[0] + whole[1], share)))
    if metric in ABOUT_STATUS:
        parts = {name: found for name, found in parts.items() if name[0] != "status"}
    return whole, dict(parts)


def _names(oracle, filters, row):
    """Yield the parts that a session belongs to."""
    local = oracle.local(row, filters)
    yield "channel", "", row["channel"]
    yield "agent", "", row["agent_id"]
    yield "type", "", row["type"]
    yield "status", "", row["status"]
    yield "hour", "", str(local.hour)
    yield "weekday", "", str(local.isoweekday())
    for key, values in row["metadata"].items():
        for value in set(values):
            yield "metadata", key, value
        if values:
            yield "having", key, ""


def _add_lacking(whole, parts, often):
    """Put the sessions without a key in the place of those that have it; leave out what is rare."""
    for name in list(parts):
        kind, key, _ = name
        n, earlier, *_ = found = parts[name]
        if kind == "having":
            lacking = [all_of - own for all_of, own in zip(whole, found, strict=True)]
            if lacking[0] + lacking[1]:
                parts["metadata", key, None] = lacking
            del parts[name]
        elif kind == "metadata" and n + earlier < often:
            del parts[name]


def effects(whole, part, *, is_rate):
    """Return contribution, rate effect and mix effect of a part as fractions, or None."""
    big_n, big_n0, big_h, big_h0 = whole
    n, n0, h, h0 = part
    if not is_rate:
        return h - h0, None, None
    if not (big_n and big_n0):
        return None, None, None
    rate = Fraction(h, n) if n else Fraction(h0, n0)
    rate0 = Fraction(h0, n0) if n0 else rate
    share, share0 = Fraction(n, big_n), Fraction(n0, big_n0)
    middle = (Fraction(big_h, big_n) + Fraction(big_h0, big_n0)) / 2
    better = (share + share0) / 2 * (rate - rate0)
    mixed = (share - share0) * ((rate + rate0) / 2 - middle)
    return better + mixed, better, mixed


def rate_change(whole):
    """Return the change of a rate, or None where a period has no sessions."""
    n, n0, h, h0 = whole
    return Fraction(h, n) - Fraction(h0, n0) if n and n0 else None


def open_spans(oracle, filters, period):
    """Return the sessions that are open within a period, as row, start and end cut to it."""
    after, until = period
    found = []
    for row in oracle.filtered(filters, *RANGE):
        start, end = row["started_at"], row["ended_at"]
        if row["status"] == "active":
            end = oracle.tick
        if start is None or end is None or end <= start:
            continue
        start, end = max(start, after), min(end, until)
        if start < end:
            found.append((row, start, end))
    return found


def open_period(oracle, filters):
    """Return from when to when the range of the filters is looked at, or None."""
    starts = [row["started_at"] for row in oracle.filtered(filters) if row["started_at"]]
    spans = {"24h": 24, "7d": 7 * 24, "30d": 30 * 24}
    after = filters.started_after
    if filters.range in spans:
        after = oracle.tick - timedelta(hours=spans[filters.range])
    elif after is None:
        after = min(starts, default=None)
    until = min(filters.started_before or oracle.tick, oracle.tick)
    return (after, until) if after is not None and after < until else None


def levels(spans, period):
    """Return how many are open from when on: moments and numbers, in order."""
    after, until = period
    steps = Counter()
    steps[after] += 0
    for _, start, end in spans:
        steps[start] += 1
        steps[end] -= 1
    many, found = 0, []
    for moment in sorted(steps):
        many += steps[moment]
        if moment < until:
            found.append((moment, many))
    return found


def summary(found, until):
    """Return peak, when it is first reached, p95 and mean of levels."""
    ends = [moment for moment, _ in found[1:]] + [until]
    lasting = Counter()
    for (moment, many), end in zip(found, ends, strict=True):
        lasting[many] += (end - moment) // US
    length = lasting.total()
    peak = max(lasting)
    passed = 0
    for usual in sorted(lasting):
        passed += lasting[usual]
        if passed * 100 >= length * 95:
            break
    mean = Fraction(sum(many * lasts for many, lasts in lasting.items()), length)
    return peak, next(moment for moment, many in found if many == peak), usual, mean


def above(found, until, capacity):
    """Return the share of the time with more open than the capacity."""
    ends = [moment for moment, _ in found[1:]] + [until]
    over = sum(
        (end - moment) // US
        for (moment, many), end in zip(found, ends, strict=True)
        if many > capacity
    )
    return Fraction(over, (until - found[0][0]) // US)


def returned(oracle, filters):
    """Return ended, back within 24 h and within 7 d by agent."""
    scoped = oracle.scoped(filters)
    found = defaultdict(lambda: [0, 0, 0])
    for row in oracle.filtered(filters):
        is_over = row["status"] in ("completed", "failed")
        if is_over and row["user_id"] is not None and row["ended_at"] is not None:
            of = found[row["agent_id"]]
            of[0] += 1
            of[1] += oracle.is_in_returned(row, "24h", filters, scoped)
            of[2] += oracle.is_in_returned(row, "7d", filters, scoped)
    return dict(found)
