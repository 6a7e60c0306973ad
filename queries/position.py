"""How far a search has come back in time: slices, the position after each, and days of days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

import polars as pl

from errors import FilterError
from queries.chunks import HOUR, Hours, Slice, cuts

SPAN = timedelta(days=7)  # of a slice at most: few sessions may lie among very many others
UNDATED = "none"  # the start of what has none, in a position's text
NOT_BEGUN = datetime.max  # noqa: DTZ901  naive UTC, as starts are
_STEP = timedelta(microseconds=1)
_TEXT = re.compile(
    r"(?P<start>none|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z)(~(?P<seq>-?\d{1,9})~(?P<id>[^\0]{1,512}))?",
    re.ASCII | re.DOTALL,
)


@dataclass(frozen=True)
class Position:
    """Up to where a search has looked; starts are naive UTC.

    Without a message: at everything that starts at or after `started_at`; everything at all where
    that is None. With one: at all that comes before it in the order of hits, and at it.
    """

    started_at: datetime | None = None
    session_id: str | None = None
    seq: int | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read the text form; raises FilterError."""
        found = _TEXT.fullmatch(text)
        if found is None or (found["start"] == UNDATED and found["id"] is None):
            raise FilterError("after: this is no position of a search.")
        try:
            start = None if found["start"] == UNDATED else datetime.fromisoformat(found["start"])
        except ValueError as error:
            raise FilterError("after: this is no position of a search.") from error
        naive = None if start is None else start.replace(tzinfo=None)
        return cls(naive, found["id"], None if found["seq"] is None else int(found["seq"]))

    @classmethod
    def before_all(cls) -> Self:
        """Return where every search begins."""
        return cls(NOT_BEGUN)

    def __str__(self) -> str:
        """Return the text form that `parse` reads back; empty where nothing is left."""
        if self.started_at is None and self.session_id is None:
            return ""
        start = UNDATED
        if self.started_at is not None:
            start = f"{self.started_at.isoformat(timespec='microseconds')}Z"
        return start if self.session_id is None else f"{start}~{self.seq}~{self.session_id}"

    @property
    def bound(self) -> datetime | None:
        """What is left starts before this moment, or has no start."""
        if self.started_at is None or self.session_id is None or self.started_at == NOT_BEGUN:
            return self.started_at
        return self.started_at + _STEP

    def left(self, hours: Hours) -> Hours:
        """Return the hours of which something is left."""
        bound = self.bound
        return tuple(
            (hour, weight) for hour, weight in hours
            if hour is None or (bound is not None and hour < bound)
        )  # fmt: skip


@dataclass(frozen=True)
class Days:
    """The days of a zone between the first start and the last one; none without a start."""

    oldest: datetime | None  # naive UTC
    newest: datetime | None
    zone: str

    @classmethod
    def of(cls, hours: pl.DataFrame, zone: str) -> Self:
        """Return the days of an answer to `search_hours`."""
        dated = hours.drop_nulls("hour")
        if dated.is_empty():
            return cls(None, None, zone)
        return cls(dated["oldest"][-1], dated["newest"][0], zone)

    @property
    def total(self) -> int:
        """How many days there are."""
        if self.newest is None or self.oldest is None:
            return 0
        return (self._day(self.newest) - self._day(self.oldest)).days + 1

    def done(self, position: Position) -> int:
        """Return how many days have been looked at as a whole."""
        start = position.started_at
        if start is None or self.newest is None or self.oldest is None:
            return self.total
        if start <= self.oldest and position.session_id is None:
            return self.total
        if start > self.newest:
            return 0
        local = self._local(start)
        is_whole = position.session_id is None and local.time() == datetime.min.time()
        done = (self._day(self.newest) - local.date()).days + is_whole
        return max(0, min(done, self.total))

    def _day(self, moment: datetime) -> date:
        return self._local(moment).date()

    def _local(self, moment: datetime) -> datetime:
        return moment.replace(tzinfo=UTC).astimezone(ZoneInfo(self.zone))


def slices(hours: Hours, weight: int) -> Iterator[Slice]:
    """Yield slices of about a weight, newest first, what has no start last and by itself.

    None reaches over the end of a month, so that a damaged file costs no more than what it holds.
    """
    for cut in cuts(hours, weight):
        taken: list[tuple[datetime | None, int]] = []
        for hour, own in cut.hours:
            if taken and _is_apart(hour, taken[0][0]):
                yield _slice(taken)
                taken = []
            taken.append((hour, own))
        yield _slice(taken)


def _is_apart(hour: datetime | None, newest: datetime | None) -> bool:
    """Return whether an hour is too far from the newest of a slice, or in another month."""
    if hour is None or newest is None:
        return False
    return newest - hour >= SPAN or (hour.year, hour.month) != (newest.year, newest.month)


def _slice(taken: list[tuple[datetime | None, int]]) -> Slice:
    newest, oldest = taken[0][0], taken[-1][0]
    return Slice(oldest, None if newest is None else newest + HOUR, tuple(taken))
