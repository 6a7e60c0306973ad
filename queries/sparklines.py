"""The lines of the cards: sessions by slices of time, and how many were open at points of it.

One statement answers for the last day; the range is counted with what the cards show. Both under
all filters but range, channel and status; each line takes its own rows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

import polars as pl

from models import Channel, Status
from queries import periods
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters

MICROSECOND = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
HOURS = periods.DAY // HOUR

Series = tuple[int, ...]
Row = tuple[str, str, str, int, int, int]  # line, channel, status, place, closed, total


@dataclass(frozen=True)
class Sparklines:
    """The rows of all lines.

    `place` is the slice of the start, the last slice has no end; of `open` it is the first hour at
    or after the start, and `closed` the first at or after the end.
    """

    rows: list[Row]
    slices: int  # of the range, 0 where it has no start

    def in_range(self, channels: tuple[Channel, ...], statuses: tuple[Status, ...]) -> Series:
        """Return how many sessions start in each slice of the range, oldest first."""
        return self._started("range", self.slices, channels, statuses)

    def in_day(self, channels: tuple[Channel, ...], statuses: tuple[Status, ...]) -> Series:
        """Return how many sessions start in each of the last 24 hours, oldest first."""
        return self._started("day", HOURS, channels, statuses)

    def open(self, channels: tuple[Channel, ...]) -> Series:
        """Return how many sessions were open at each full hour back from the tick, oldest first.

        25 points, the last one is the tick. What was open at a point was active then.
        """
        changes = [0] * (HOURS + 2)
        for line, channel, _, opened, closed, total in self.rows:
            if line == "open" and (not channels or channel in channels):
                changes[opened] += total
                changes[min(closed, HOURS + 1)] -= total
        return tuple(accumulate(changes[: HOURS + 1]))

    def _started(
        self, wanted: str, slices: int,
        channels: tuple[Channel, ...], statuses: tuple[Status, ...],
    ) -> Series:  # fmt: skip
        totals = [0] * slices
        for line, channel, status, place, _, total in self.rows:
            is_chosen = (not channels or channel in channels) and (
                not statuses or status in statuses
            )
            if line == wanted and is_chosen:
                totals[place] += total
        return tuple(totals)


def of_day(base: Filters, snapshot: Snapshot) -> list[Row]:
    """Return the rows of the last day and of what was open in it, under `base`."""
    return fetch(
        sql("sparkline_day").unordered, base, snapshot,
        day_after=snapshot.tick - periods.DAY, hour_us=HOUR // MICROSECOND, hours=HOURS,
    ).rows()  # fmt: skip


def cut(filters: Filters, tick: datetime) -> tuple[int, int]:
    """Return into how many slices of how many microseconds the range is cut; none is 0."""
    found = periods.slices(filters, tick)
    if found is None:
        return 0, 1
    period, slices = found
    return slices, max((period.before - period.after) // slices, MICROSECOND) // MICROSECOND


def of_range(counted: pl.DataFrame) -> list[Row]:
    """Return the rows of the range, out of those of card_counts."""
    return [
        ("range", channel, status, place, 0, total)
        for channel, status, place, _, total in counted.iter_rows()
        if place is not None
    ]
