"""The oracle's tables: agents and errors, their lines; every number by filtering anew."""

from bisect import bisect_right
from datetime import timedelta

from tests import oracle_cards
from tests.oracle import SPANS

SLICES = 28
HOUR = timedelta(hours=1)
LONG = 6 * HOUR
RANGE = oracle_cards.RANGE
US = timedelta(microseconds=1)


def agents(oracle, filters):
    """Return rows now and before of each agent of the filtered sessions, and how many are all."""
    everybody = oracle.filtered(filters, "agent")
    shown = {
        agent: [row for row in everybody if row["agent_id"] == agent]
        for agent in {row["agent_id"] for row in everybody}
        if not filters.agent or agent in filters.agent
    }
    earlier = before(oracle, filters, "agent")
    return {
        agent: (rows, None if earlier is None else [r for r in earlier if r["agent_id"] == agent])
        for agent, rows in shown.items()
    }, everybody


def errors(oracle, filters):
    """Return failed rows now and before by their error key, '' where they have none."""
    failed = [row for row in oracle.filtered(filters) if row["status"] == "failed"]
    earlier = before(oracle, filters)
    return {
        key: (
            [row for row in failed if (row["error_key"] or "") == key],
            None
            if earlier is None
            else [
                row
                for row in earlier
                if row["status"] == "failed" and (row["error_key"] or "") == key
            ],
        )
        for key in {row["error_key"] or "" for row in failed}
    }


def before(oracle, filters, *leaving_out):
    """Return the rows of the period before; None where there is none."""
    period = oracle_cards.before(oracle, filters)
    if period is None:
        return None
    rows = oracle.filtered(filters, *RANGE, *leaving_out)
    return [row for row in rows if row["started_at"] and period[0] <= row["started_at"] < period[1]]


def line(oracle, filters, rows, *leaving_out):
    """Return the counts of the slices of the range, of which `leaving_out` are no filters."""
    after, until = span(oracle, filters, *leaving_out)
    return counted(rows, after, until)


def line_before(oracle, filters, rows):
    return counted(rows, *oracle_cards.before(oracle, filters))


def counted(rows, after, until):
    starts = slice_starts(after, until)
    counts = [0] * SLICES
    for row in rows:
        if row["started_at"] is not None:
            counts[bisect_right(starts, row["started_at"]) - 1] += 1
    return counts


def slice_starts(after, until):
    """Return where slices begin: long ones, but the first, with the nearest full hour."""
    width = max((until - after) // SLICES // US * US, US)
    starts = [after + place * width for place in range(SLICES)]
    if width < LONG:
        return starts
    return [after, *(nearest_hour(start) for start in starts[1:])]


def nearest_hour(moment):
    full = moment.replace(minute=0, second=0, microsecond=0)
    return full + HOUR if moment - full > HOUR / 2 else full


def span(oracle, filters, *leaving_out):
    """Return the range as a length of time; from the first session where it has no start."""
    if filters.range in SPANS:
        return oracle.tick - SPANS[filters.range], oracle.tick
    until = filters.started_before or oracle.tick
    if filters.started_after is not None and filters.started_after < until:
        return filters.started_after, until
    starts = [row["started_at"] for row in oracle.filtered(filters, *leaving_out)]
    first = min((start for start in starts if start is not None), default=oracle.tick)
    return first, max(until, first + US)


def range_start(oracle, filters):
    """Return the start of the range, None where it has none."""
    if filters.range in SPANS:
        return oracle.tick - SPANS[filters.range]
    return filters.started_after
