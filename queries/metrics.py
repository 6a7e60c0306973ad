"""Questions that are answered by numbers: the four cards, and the metrics of the catalogue."""

from dataclasses import replace
from functools import partial
from typing import Any

import polars as pl

from queries import cards as card
from queries import periods
from queries.cards import Cards, Counts, Row
from queries.catalog import DIMENSIONS, METRICS
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.sparklines import sparklines
from queries.statement import measures
from queries.together import both


def cards(filters: Filters, snapshot: Snapshot) -> Cards:
    """Return the four cards; all of them are about the snapshot's tick."""
    base = filters.without("range", "channel", "status")
    lines, rows = both(
        lambda: sparklines(base, filters, snapshot), lambda: _counted(base, filters, snapshot)
    )
    plain = _numbers(rows, filters, snapshot, lines.open(filters.channel)[0])
    chosen = (filters.channel, filters.status)
    active, top = plain.active, plain.top_channel
    return replace(
        plain,
        total=replace(plain.total, series=lines.in_range(*chosen)),
        active=replace(active, series=lines.open(filters.channel)) if active.link else active,
        recent=replace(plain.recent, series=lines.in_day(*chosen)),
        top_channel=replace(top, series=lines.in_range((top.channel,), filters.status))
        if top.channel
        else top,
    )


def card_numbers(filters: Filters, snapshot: Snapshot) -> Cards:
    """Return the four cards without their lines, which cost more than all of the numbers."""
    base, day_ago = filters.without("range", "status"), snapshot.tick - periods.DAY
    opened, rows = both(
        lambda: fetch(sql("card_open"), base, snapshot, day_ago=day_ago),
        lambda: _counted(base.without("channel"), filters, snapshot),
    )
    return _numbers(rows, filters, snapshot, int(opened.item()))


def _counted(
    base: Filters, filters: Filters, snapshot: Snapshot
) -> tuple[list[Row], list[Row]]:  # fmt: skip
    """Return the rows of card_counts of `base` and of no filters, for the range of `filters`."""
    all_of = Filters(tz=filters.tz, scope=filters.scope)
    if not base.is_set:
        rows = _counts(all_of, filters, snapshot)
        return rows, rows
    return both(*(partial(_counts, each, filters, snapshot) for each in (base, all_of)))


def _numbers(
    rows: tuple[list[Row], list[Row]], filters: Filters, snapshot: Snapshot, open_before: int
) -> Cards:
    """Return the four cards without their lines."""
    counts = Counts(filters, *rows, open_before)
    has_previous = periods.previous(filters, snapshot.tick, _zone(filters, snapshot)) is not None
    return Cards(
        total=card.total(counts, has_previous=has_previous),
        active=card.active(counts),
        recent=card.recent(counts),
        top_channel=card.top_channel(counts, has_previous=has_previous),
        as_of=snapshot.tick,
    )


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
