"""The activity log: the events of the filtered sessions, newest first.

The order is by the time of the event, newest first; at one time by session id, and within a session
the last first. Events without a time come after all others. Where the filters name kinds of events,
they narrow the sessions to those that have one, as everywhere, and the list to these kinds.

Events lie sorted by the start of their session, and most happen soon after it. So the newest
sessions are asked first, and the last event that a page of theirs would hold says how far back
events of all other sessions can matter. Those are then looked for by their own time, of which the
files know the bounds of each small part. Nothing is assumed about how long a session lasts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl

from errors import FilterError
from lake.publication import periods_of
from models import EventKind
from queries import links, marks
from queries.address import instant
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.marks import Mark, Row
from queries.periods import BEGINNING, END
from queries.where import Bound, plain

PAGE_SIZE = 50
_NO_TIME = "none"
_AT_FIRST, _THEN = 2, 16  # how many sessions are asked for each event that is wanted


@dataclass(frozen=True)
class Cursor:
    """A place of the list: the event after which older ones follow; `at` is aware UTC."""

    at: datetime | None
    session_id: str
    seq: int

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """Return the cursor of its text form `time~session~seq`; raises FilterError."""
        time, _, rest = text.partition("~")
        session_id, _, seq = rest.rpartition("~")
        try:
            at = None if time == _NO_TIME else instant(time)
        except ValueError:
            at = ""
        is_number = seq.isascii() and seq.isdigit() and len(seq) <= 9  # noqa: PLR2004  32 bits
        if not session_id or not is_number or not (at is None or isinstance(at, datetime)):
            raise FilterError(f"{text[:60]!r} is no place in the list of events.")
        return cls(at, session_id, int(seq))

    def __str__(self) -> str:
        """Return the text form that `read` reads back."""
        time = _NO_TIME if self.at is None else plain(self.at)
        return f"{time}~{self.session_id}~{self.seq}"


@dataclass(frozen=True)
class Activity:
    """A page of the list.

    Columns of `rows`: session_id, seq, at (naive UTC or null), kind, name, detail, and of the
    session external_id, agent_id, agent_name, channel, started_at. `older` is the place where the
    next page begins; None at the end.
    """

    rows: pl.DataFrame
    older: Cursor | None


def page(
    filters: Filters, snapshot: Snapshot, *, before: Cursor | None = None, size: int = PAGE_SIZE
) -> Activity:
    """Return the newest events, or those that come after a place of the list."""
    asked = _Asked(filters, snapshot, before, size + 1)
    found = pl.DataFrame() if before is not None and before.at is None else _timed(asked)
    if found.height <= size and fetch(sql("activity_has_untimed"), Filters(), snapshot).item():
        found = pl.concat([found, _untimed(asked, size + 1 - found.height)])
    rows = found.head(size)
    older = None
    if found.height > size:
        last = rows.row(-1, named=True)
        at = last["at"] and last["at"].replace(tzinfo=UTC)
        older = Cursor(at, last["session_id"], last["seq"])
    told = rows.drop("session_started_at").join(_sessions(rows, asked), "session_id", "left")
    return Activity(told, older)


def kinds(filters: Filters, snapshot: Snapshot) -> dict[str, int]:
    """Return the sessions that have an event of each kind, whatever kinds the filters choose."""
    rows = fetch(sql("activity_kinds"), filters.without("event"), snapshot)
    return dict(rows.iter_rows())


def kind_link(kind: str, filters: Filters) -> Filters | None:
    """Return the sessions of a kind under the other filters; None for a kind of another's."""
    return links.narrowed(filters.without("event"), event=(kind,))


@dataclass(frozen=True)
class _Asked:
    """What a page asks for."""

    filters: Filters
    snapshot: Snapshot
    before: Cursor | None
    wanted: int

    @property
    def until(self) -> datetime:
        """The time of the cursor, or no bound."""
        return END if self.before is None or self.before.at is None else self.before.at

    def given(self) -> Bound:
        """Return the parameters of the place and the kinds."""
        return {
            "is_any": not self.filters.event,
            "kinds": self.filters.event or tuple(EventKind),
            "older_than": self.until,
            "after_id": self.before.session_id if self.before else "",
            "below_seq": self.before.seq if self.before else 0,
        }


def _timed(asked: _Asked) -> pl.DataFrame:
    """Return the next events that have a time."""
    for most in (_AT_FIRST * asked.wanted, _THEN * asked.wanted):
        newest = fetch(
            sql("activity_newest"), asked.filters, asked.snapshot, until=asked.until, most=most
        )
        is_all = newest.height < most
        kept, oldest = (newest, None) if is_all else _whole_starts(newest)
        near = _near(kept, asked)
        if is_all and asked.before is None:
            return near  # of all sessions there are
        if is_all or near.height >= asked.wanted:
            from_at = near["at"][-1] if near.height >= asked.wanted else BEGINNING
            both = pl.concat([near, _far(kept, from_at, oldest or BEGINNING, asked)])
            order = ("at", "session_id", "seq")
            return both.sort(order, descending=[True, False, True]).head(asked.wanted)
    return fetch(
        sql("activity_all"), asked.filters, asked.snapshot, most=asked.wanted, **asked.given()
    )


def _whole_starts(newest: pl.DataFrame) -> tuple[pl.DataFrame, datetime | None]:
    """Return the sessions of those starts of which none is missing, and the first start that is.

    None where only sessions without a start are missing.
    """
    last: datetime | None = newest["started_at"][-1]
    if last is None:
        return newest.drop_nulls("started_at"), None
    return newest.filter(pl.col("started_at") > last), last


def _near(sessions: pl.DataFrame, asked: _Asked) -> pl.DataFrame:
    """Return the next events of some sessions."""
    starts = sessions["started_at"].drop_nulls().unique(maintain_order=True).to_list()
    months = {start.replace(day=1, hour=0, minute=0, second=0, microsecond=0) for start in starts}
    undated = (None,) if sessions["started_at"].has_nulls() else ()
    _trust([*sorted(months), *undated], asked.snapshot)
    return fetch(
        sql("activity_near"), Filters(), asked.snapshot,
        ids=sessions["session_id"].to_list(), starts=starts, most=asked.wanted,
        periods=sorted({period for month in months for period in periods_of(month)}),
        **asked.given(),
    )  # fmt: skip


def _far(near: pl.DataFrame, from_at: datetime, oldest: datetime, asked: _Asked) -> pl.DataFrame:
    """Return the events from a moment on of the filtered sessions that are not near.

    These started at `oldest` or before, or after the cursor, or nobody knows when.
    """
    found = fetch(
        sql("activity_far"), Filters(), asked.snapshot,
        ids=near["session_id"].to_list(), from_at=from_at, oldest=oldest, until=asked.until,
        **asked.given(),
    )  # fmt: skip
    return found.filter(pl.col("session_id").is_in(_sessions(found, asked)["session_id"].implode()))


def _untimed(asked: _Asked, most: int) -> pl.DataFrame:
    given = asked.given()
    del given["older_than"]
    if asked.before is None or asked.before.at is not None:
        given |= {"after_id": "", "below_seq": 0}
    return fetch(sql("activity_untimed"), asked.filters, asked.snapshot, most=most, **given)


def _sessions(events: pl.DataFrame, asked: _Asked) -> pl.DataFrame:
    """Return what is shown of the sessions of some events, as far as the filters leave them."""
    starts = events["session_started_at"]
    first, last = (None, None) if starts.has_nulls() else (starts.min(), starts.max())
    return fetch(
        sql("activity_sessions"), asked.filters, asked.snapshot,
        ids=events["session_id"].unique().sort().to_list(), first_start=first, last_start=last,
    )  # fmt: skip


def _trust(months: Sequence[datetime | None], snapshot: Snapshot) -> None:
    """Check the files of sessions of these months before they are read.

    What is set aside already is told elsewhere. Raises DamagedFileError.
    """
    publication = snapshot.publication
    aside = {item.period for item in publication.set_aside if item.table == "events"}
    for month in months:
        if not aside & set(periods_of(month)):
            publication.trust("events", month)


def _kind_rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
    return [
        {"kind": kind, "sessions": sessions} for kind, sessions in kinds(filters, snapshot).items()
    ]


def _kind_link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:  # noqa: ARG001
    return kind_link(row["kind"], filters)


marks.enter(Mark("event_kind", "The sessions with a kind of event.", _kind_rows, _kind_link))
