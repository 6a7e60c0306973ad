"""Badges: each set value of the filters in words, so that it can be seen and taken away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from queries.choices import RANGE_WORDS, Range
from queries.where import plain

if TYPE_CHECKING:  # filters imports this module
    from datetime import datetime

    from queries.filters import Filters


@dataclass(frozen=True)
class Badge:
    """One set value: the field, the value as in the URL, the kind and the value in words."""

    field: str
    value: str
    label: str
    text: str


def badges_of(filters: Filters, zone: str) -> list[Badge]:
    """Return the badges of the filters; the bounds of a custom range share one."""
    made = []
    for name, value, where in filters.set_fields():
        if name == "range":
            made.append(Badge(name, plain(value), where.label, _range_words(filters, zone)))
        elif name not in ("started_after", "started_before"):
            values = value if isinstance(value, tuple) else (value,)
            made += [Badge(name, plain(item), where.label, where.text(item)) for item in values]
    return made


def _range_words(filters: Filters, zone: str) -> str:
    if filters.range is not Range.CUSTOM:
        return f"Last {RANGE_WORDS[filters.range]}"
    after, before = filters.started_after, filters.started_before
    if after is None and before is not None:
        return f"Before {_moment(before, zone)}"
    if after is None or before is None:
        return f"Since {_moment(after, zone)}" if after is not None else ""
    return _days(after, before, zone) or f"{_moment(after, zone)} to {_moment(before, zone)}"


def _days(after: datetime, before: datetime, zone: str) -> str:
    """Return whole days with the last one named: `15 to 22 Nov 2026`; '' where a day is cut."""
    first, end = after.astimezone(ZoneInfo(zone)), before.astimezone(ZoneInfo(zone))
    if (first.time(), end.time()) != (time.min, time.min) or end <= first:
        return ""
    last = end - timedelta(days=1)  # wall time: a day back, whatever its length
    till = f"{last.day} {last:%b} {last.year}"
    if first.date() == last.date():
        return till
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {till}"
    start = f"{first.day} {first:%b}"
    return f"{start} to {till}" if first.year == last.year else f"{start} {first.year} to {till}"


def _moment(moment: datetime, zone: str) -> str:
    """Return a moment in the zone: `22 Nov 2026`, with the time unless it is midnight."""
    local = moment.astimezone(ZoneInfo(zone))
    day = f"{local.day} {local:%b} {local.year}"
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return day
    return f"{day} {local:%H:%M}" if local.second == 0 else f"{day} {local:%H:%M:%S}"
