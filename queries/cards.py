"""The four cards: what each counts, what it is compared with, and the sessions behind it.

The counts come by channel and status under all other filters, so that one scan answers for every
card: each leaves out another field.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import polars as pl

from models import Channel, Status
from queries.choices import Range
from queries.filters import Filters

Row = dict[str, Any]


class ChangeKind(StrEnum):
    """What a change is: a part of the number before, or a difference of shares."""

    RELATIVE = "relative"
    POINTS = "points"


@dataclass(frozen=True)
class Card:
    """One number of sessions; what does not apply is None or empty."""

    value: int
    unfiltered: int  # the same without filters, within the viewer's scope
    before: float | None = None  # what `change` compares with: sessions, or a share of one
    change: float | None = None  # 0.12 is 12 % more, or 12 points; None also where before is 0
    change_kind: ChangeKind = ChangeKind.RELATIVE
    # Equal slices, oldest first; their sum is `value`. Of the active ones: open at each hour.
    series: tuple[int, ...] = ()
    channel: Channel | None = None  # of the top channel
    share: float | None = None  # of the top channel, among all channels
    link: Filters | None = None  # the sessions behind the number


@dataclass(frozen=True)
class Cards:
    """The cards of one snapshot; `as_of` is the tick."""

    total: Card
    active: Card
    recent: Card
    top_channel: Card
    as_of: datetime


# What a card counts, as numbers of `rows` to add and to take away: how many there are, how many of
# them have a start, and how many start at or after a moment.
EVER = ("ever",)
IN_RANGE = ("from_after", "from_before")
IN_PREVIOUS = ("from_previous", "from_after")
RECENT = ("from_day_ago",)
RECENT_BEFORE = ("from_two_days_ago", "from_day_ago")
OLDER_THAN_A_DAY = ("dated", "from_day_ago")


def rows(counted: pl.DataFrame, moments: Mapping[str, datetime]) -> list[Row]:
    """Return the numbers of each channel and status, out of the rows of card_counts.

    `from_NAME` of each moment that they were asked with.
    """
    ordered = sorted(moments.values())
    found: dict[tuple[Channel, Status], list[int]] = {}
    for channel, status, _, since, total in counted.iter_rows():
        # Without a start, before all moments, from the first one on and so forth.
        row = found.setdefault((channel, status), [0] * (len(ordered) + 2))
        row[0 if since is None else since + 1] += total
    listed = []
    for (channel, status), row in found.items():
        starts = {f"from_{name}": sum(row[bisect_right(ordered, moment) + 1:])
                  for name, moment in moments.items()}  # fmt: skip
        of_pair = {"channel": channel, "status": status, "ever": sum(row), "dated": sum(row[1:])}
        listed.append({**of_pair, **starts})
    return listed


@dataclass(frozen=True)
class Counts:
    """What `rows` tells under the filters but range, channel and status; and under none.

    Of none it may be the rows of card_totals, in which no other moment counts.
    `open_before` is how many were open a day before, in the channels of the filters.
    """

    filters: Filters
    rows: list[Row]
    unfiltered: list[Row]
    open_before: int

    @property
    def chosen(self) -> list[Row]:
        """The rows of the filters' channels and statuses."""
        return _rows(self.rows, self.filters.channel, self.filters.status)

    @property
    def in_range(self) -> tuple[str, ...]:
        """The columns that count the range of the filters."""
        return EVER if self.filters.range is Range.ALL else IN_RANGE


def total(counts: Counts, *, has_previous: bool) -> Card:
    """Return all sessions of the filters; compared where a range is set."""
    before = _sum(counts.chosen, IN_PREVIOUS) if has_previous else None
    value = _sum(counts.chosen, counts.in_range)
    return _card(value, _sum(counts.unfiltered, EVER), before)


def active(counts: Counts) -> Card:
    """Return the active sessions, whatever the range; compared with those open a day before.

    What was open then was active then: a status filter is read as of that moment.
    """
    filters = counts.filters
    unfiltered = _sum(_rows(counts.unfiltered, (), (Status.ACTIVE,)), EVER)
    has_history = _sum(counts.unfiltered, OLDER_THAN_A_DAY) > 0
    if filters.status and Status.ACTIVE not in filters.status:
        return _card(0, unfiltered, 0 if has_history else None)
    now = _rows(counts.rows, filters.channel, (Status.ACTIVE,))
    before = counts.open_before if has_history else None
    link = filters.without("range").model_copy(update={"status": (Status.ACTIVE,)})
    return _card(_sum(now, EVER), unfiltered, before, link=link)


def recent(counts: Counts) -> Card:
    """Return the sessions started in the last 24 hours, compared with the 24 before."""
    value, before = _sum(counts.chosen, RECENT), _sum(counts.chosen, RECENT_BEFORE)
    link = last_day(counts.filters)
    return _card(value, _sum(counts.unfiltered, RECENT), before, link=link)


def top_channel(counts: Counts, *, has_previous: bool) -> Card:
    """Return the channel with most sessions, its share, and the change of that share."""
    now = _by_channel(counts, counts.in_range)
    top = max(now, key=now.__getitem__)  # the first of equals
    if not now[top]:
        return Card(0, 0, change_kind=ChangeKind.POINTS)
    earlier = _by_channel(counts, IN_PREVIOUS)
    share = now[top] / sum(now.values())
    has_before = has_previous and any(earlier.values())
    before = earlier[top] / sum(earlier.values()) if has_before else None
    return Card(
        value=now[top],
        unfiltered=_sum(_rows(counts.unfiltered, (top,), ()), EVER),
        before=before,
        change=None if before is None else share - before,
        change_kind=ChangeKind.POINTS,
        channel=top,
        share=share,
        link=counts.filters.model_copy(update={"channel": (top,)}),
    )


def last_day(filters: Filters) -> Filters:
    """Return the filters with the last 24 hours as their range."""
    return filters.without("range").model_copy(update={"range": Range.DAY})


def _card(
    value: int, unfiltered: int, before: int | None, *, link: Filters | None = None
) -> Card:  # fmt: skip
    change = (value - before) / before if before else None
    return Card(value, unfiltered, before, change, link=link)


def _rows(
    rows: list[Row], channels: tuple[Channel, ...], statuses: tuple[Status, ...]
) -> list[Row]:
    """Return the rows of some channels and statuses; an empty choice is all of them."""
    return [
        row
        for row in rows
        if (not channels or row["channel"] in channels)
        and (not statuses or row["status"] in statuses)
    ]


def _sum(rows: list[Row], columns: tuple[str, ...]) -> int:
    """Return the first column's sum without the sums of the others."""
    first, *others = (sum(row[column] for row in rows) for column in columns)
    return int(first - sum(others))


def _by_channel(counts: Counts, columns: tuple[str, ...]) -> dict[Channel, int]:
    """Return a count of each channel, in the order of ties."""
    statuses = counts.filters.status
    return {channel: _sum(_rows(counts.rows, (channel,), statuses), columns) for channel in Channel}
