"""Questions that are answered by numbers: the four cards, and the metrics of the catalogue."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl

from queries import cards as card
from queries import periods, sparklines
from queries.cards import Cards, Counts, Row
from queries.catalog import DIMENSIONS, METRICS
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.sparklines import Sparklines
from queries.statement import measures
from queries.together import both

_PLACES = ("first", "second", "third", "fourth", "fifth")  # moments in card_counts


def cards(filters: Filters, snapshot: Snapshot) -> Cards:
    """Return the four cards; all of them are about the snapshot's tick."""
    base = filters.without("range", "channel", "status")
    slices, slice_us = sparklines.cut(filters, snapshot.tick)
    day, counted = both(
        lambda: sparklines.of_day(base, snapshot),
        lambda: _counted(base, filters, snapshot, slices, slice_us),
    )
    lines = Sparklines([*sparklines.of_range(counted.answer), *day], slices)
    plain = _numbers(counted, filters, snapshot, lines.open(filters.channel)[0])
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
    opened, counted = both(
        lambda: fetch(sql("card_open"), base, snapshot, day_ago=day_ago),
        lambda: _counted(base.without("channel"), filters, snapshot),
    )
    return _numbers(counted, filters, snapshot, int(opened.item()))


@dataclass(frozen=True)
class _Counted:
    """The answer of card_counts, its rows, and those of no filters."""

    answer: pl.DataFrame
    rows: list[Row]
    every: list[Row]


def _counted(
    base: Filters, filters: Filters, snapshot: Snapshot, slices: int = 0, slice_us: int = 1
) -> _Counted:
    """Return what is counted under `base`, for the range of `filters`."""

    def counts() -> tuple[pl.DataFrame, list[Row]]:
        answer = _counts(base, filters, snapshot, slices, slice_us)
        return answer, card.rows(answer, _moments(filters, snapshot))

    if not base.is_set:
        answer, rows = counts()
        return _Counted(answer, rows, rows)
    every = Filters(tz=filters.tz, scope=filters.scope)
    day_ago = snapshot.tick - periods.DAY
    (answer, rows), totals = both(
        counts, lambda: fetch(sql("card_totals").unordered, every, snapshot, day_ago=day_ago)
    )
    return _Counted(answer, rows, totals.to_dicts())


def _numbers(
    counted: _Counted, filters: Filters, snapshot: Snapshot, open_before: int
) -> Cards:  # fmt: skip
    """Return the four cards without their lines."""
    counts = Counts(filters, counted.rows, counted.every, open_before)
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


def _counts(
    base: Filters, filters: Filters, snapshot: Snapshot, slices: int = 0, slice_us: int = 1
) -> pl.DataFrame:  # fmt: skip
    """Return the rows of card_counts of `base`, for the range of `filters`."""
    now = periods.current(filters, snapshot.tick)
    moments = sorted(_moments(filters, snapshot).values())
    return fetch(
        sql("card_counts").unordered, base, snapshot, **dict(zip(_PLACES, moments, strict=True)),
        after=now.after, before=now.before, slices=slices, slice_us=slice_us,
    )  # fmt: skip


def _moments(filters: Filters, snapshot: Snapshot) -> dict[str, datetime]:
    """Return the moments from which on the cards count."""
    tick, day = snapshot.tick, periods.DAY
    now = periods.current(filters, tick)
    earlier = periods.previous(filters, tick, _zone(filters, snapshot)) or now
    return {
        "after": now.after, "before": now.before, "previous": earlier.after,
        "day_ago": tick - day, "two_days_ago": tick - 2 * day,
    }  # fmt: skip


def _zone(filters: Filters, snapshot: Snapshot) -> str:
    return filters.tz or snapshot.zone
