"""Questions that are answered by numbers: the four cards, and the metrics of the catalogue."""

from datetime import timedelta
from typing import Any

import polars as pl

from queries import cards as card
from queries import periods
from queries.cards import Cards, Counts, Row
from queries.catalog import DIMENSIONS, METRICS
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.statement import measures

MICROSECOND = timedelta(microseconds=1)


def cards(filters: Filters, snapshot: Snapshot) -> Cards:
    """Return the four cards; all of them are about the snapshot's tick."""
    base = filters.without("range", "channel", "status")
    rows = _counts(base, filters, snapshot)
    everything = Filters(tz=filters.tz, scope=filters.scope)
    counts = Counts(filters, rows, _counts(everything, filters, snapshot) if base.is_set else rows)
    has_previous = periods.previous(filters, snapshot.tick, _zone(filters, snapshot)) is not None
    return Cards(
        total=card.total(counts, series(filters, snapshot), has_previous=has_previous),
        active=card.active(counts),
        recent=card.recent(counts, series(card.last_day(filters), snapshot)),
        top_channel=card.top_channel(counts, has_previous=has_previous),
        as_of=snapshot.tick,
    )


def series(filters: Filters, snapshot: Snapshot) -> tuple[int, ...]:
    """Return how many filtered sessions start in equal slices of their range, oldest first.

    Empty without a range that has a start; else the sum is the number of filtered sessions.
    """
    cut = periods.slices(filters, snapshot.tick)
    if cut is None:
        return ()
    period, number = cut
    width = max((period.before - period.after) // number, MICROSECOND)
    rows = fetch(
        sql("slices"), filters, snapshot,
        slices_after=period.after, slice_us=width // MICROSECOND, slices=number,
    )  # fmt: skip
    totals = dict(rows.iter_rows())
    return tuple(totals.get(place, 0) for place in range(number))


def summary(filters: Filters, snapshot: Snapshot) -> dict[str, Any]:
    """Return every metric of the catalogue over the filtered sessions, by name."""
    return fetch(measures(tuple(METRICS.values())), filters, snapshot).row(0, named=True)


def by(dimension: str, filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return a row of all metrics for each value of a dimension, most sessions first.

    Columns: the dimension's name (null: the session has no such value), then each metric's.
    """
    statement = measures(tuple(METRICS.values()), DIMENSIONS[dimension])
    return fetch(statement, filters, snapshot)


def _counts(base: Filters, filters: Filters, snapshot: Snapshot) -> list[Row]:
    """Return the rows of card_counts of `base`, for the range of `filters`."""
    tick, day = snapshot.tick, periods.DAY
    now = periods.current(filters, tick)
    earlier = periods.previous(filters, tick, _zone(filters, snapshot)) or now
    rows = fetch(
        sql("card_counts"), base, snapshot,
        after=now.after, before=now.before, previous_after=earlier.after,
        day_ago=tick - day, two_days_ago=tick - 2 * day,
    )  # fmt: skip
    return rows.to_dicts()


def _zone(filters: Filters, snapshot: Snapshot) -> str:
    return filters.tz or snapshot.zone
