"""What goes on now: the sessions that are active, who is silent in them, which of them are stuck.

A range is no filter here: what goes on now is open during now, whenever it started. Nor are the
statuses, of which only `active` goes on. *Silent*: nobody has said anything for SILENT_MS, counted
from the last message or else the start, as the filter `silent_min` counts it. *Stuck*: active for
longer than 99 of 100 sessions of the same agent and channel have lasted, of those that started in
the DAYS whole days (UTC) before yesterday and are over; where these are fewer than
`queries.honest.FEW` nobody is stuck. *Usual*: see `usual`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from models import Status
from queries import honest, last_said, links, marks, sessions
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters, Scope
from queries.marks import Mark, Row
from queries.where import Bound

SILENT_MS = 120_000
DAYS = 30
WEEKS, FEWEST_WEEKS = 8, 4
MOST, ALL = 100, 1_000  # sessions of the list, and of the whole one
LATEST = 12  # events
STARTED = "started"
NEXT = 500  # moments at which one more becomes silent or stuck
_DAY, _WEEK, _HOUR = timedelta(days=1), timedelta(weeks=1), timedelta(hours=1)
_TEXTS = ("session_id", "external_id", "agent_id", "agent_name", "channel")
_LISTED: dict[str, Any] = {
    **dict.fromkeys(_TEXTS, pl.String),
    **dict.fromkeys(("started_at", "quiet_since"), pl.Datetime("us")),
    "message_count": pl.Int32,
    "limit_ms": pl.Float64,
}


class Only(StrEnum):
    """Which of the sessions that go on are listed."""

    ALL = "all"
    SILENT = "silent"
    STUCK = "stuck"


@dataclass(frozen=True)
class Counts:
    """How many sessions go on, and of these are silent and stuck at the tick.

    `silent_next` and `stuck_next` are the next NEXT moments, aware UTC, at which another one
    becomes so if nothing happens.
    """

    going: int
    silent: int
    stuck: int
    silent_next: tuple[datetime, ...] = ()
    stuck_next: tuple[datetime, ...] = ()


@dataclass(frozen=True)
class Now:
    """What goes on: counts of all, and the rows that are listed, the longest silence first.

    Columns of `rows`, unknown silences last: session_id, external_id, agent_id, agent_name,
    channel, started_at, quiet_since (naive UTC; the last message or else the start), message_count,
    limit_ms (stuck from then on; null: nobody knows), and of the last message seq, sender and
    content (its beginning), null where there is none.
    """

    counts: Counts
    rows: pl.DataFrame


@dataclass(frozen=True)
class Usual:
    """How many are usually open in this hour: between `low` and `high` in so many `weeks`."""

    low: float
    high: float
    weeks: int


def going(filters: Filters) -> Filters | None:
    """Return the sessions of the filters that go on, whenever they started; None: none can."""
    return links.narrowed(filters.without("range"), status=(Status.ACTIVE,))


def silent(filters: Filters) -> Filters | None:
    """Return those that go on in silence."""
    active = going(filters)
    if active is None:
        return None
    longer = max(SILENT_MS, active.silent_min or 0)
    return active.model_copy(update={"silent_min": longer})


def anytime(filters: Filters) -> Filters:
    """Return the filters whenever a session started and whatever became of it."""
    return filters.without("range", "status", "silent_min")


def failed(filters: Filters, snapshot: Snapshot) -> Filters:
    """Return those that started in the hour before the tick, or after it, and have failed."""
    recent = anytime(filters).between(snapshot.tick - _HOUR, None)
    return recent.model_copy(update={"status": (Status.FAILED,)})


def failures(filters: Filters, snapshot: Snapshot) -> int:
    """Return how many these are."""
    return sessions.count(failed(filters, snapshot), snapshot)


def now(filters: Filters, snapshot: Snapshot, *, only: Only = Only.ALL, most: int = MOST) -> Now:
    """Return how many go on, are silent, are stuck, and the list: see `Now`."""
    active = going(filters)
    if active is None:
        return Now(Counts(0, 0, 0), last_said.beside(pl.DataFrame(schema=_LISTED), snapshot))
    row = fetch(
        sql("live_now"), active, snapshot, silent_ms=SILENT_MS, next=NEXT, most=most,
        is_silent=only is Only.SILENT, is_stuck=only is Only.STUCK,
        **_limits(filters.scope, snapshot),
    )  # fmt: skip
    counted = row.drop("listed").row(0, named=True)
    found = Counts(
        counted["going"], counted["silent"], counted["stuck"],
        _moments(counted["silent_next_us"]), _moments(counted["stuck_next_us"]),
    )  # fmt: skip
    rows = row.select(pl.col("listed").explode()).drop_nulls().unnest("listed")
    return Now(found, last_said.beside(rows, snapshot))


def counts(filters: Filters, snapshot: Snapshot) -> Counts:
    """Return how many go on, are silent, are stuck."""
    return now(filters, snapshot).counts


def usual(filters: Filters, snapshot: Snapshot) -> Usual | None:
    """Return how many of the filtered sessions are usually open at this hour of this weekday.

    Of each of the last WEEKS weeks: the number open on average over the same hour of the same
    weekday, in the report zone, whatever the statuses are now. An hour that begins before the
    first session of the filters is not known. Usual is what lies between the lowest and the
    highest; None where fewer than FEWEST_WEEKS are known.
    """
    return usual_at([snapshot.tick], filters, snapshot)[0]


def usual_at(
    moments: Sequence[datetime], filters: Filters, snapshot: Snapshot
) -> list[Usual | None]:  # fmt: skip
    """Return what is usual in the hour of each of some moments (aware); see `usual`."""
    zone = filters.tz or snapshot.zone
    hours = [hours_before(moment, zone) for moment in moments]
    starts = sorted({start for each in hours for start in each})
    ended = [start + _HOUR for start in starts]
    past = anytime(filters).between(None, max(ended))
    given = {"afters": tuple(starts), "befores": tuple(ended)}
    rows = fetch(sql("live_usual"), past, snapshot.lasting, **given)
    known = rows.filter(pl.col("starts_at") >= pl.col("first_at"))
    found = dict(known.select("starts_at", "open").iter_rows())
    each_hour = ([found[naive] for start in each if (naive := start.replace(tzinfo=None)) in found]
                 for each in hours)  # fmt: skip
    return [
        Usual(min(found), max(found), len(found)) if len(found) >= FEWEST_WEEKS else None
        for found in each_hour
    ]


def latest(filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return the LATEST newest events of the hour before the tick, or after it.

    A session that has begun without an event `connected` is one of the kind STARTED, without a seq.
    Columns: session_id, seq, at (naive UTC), kind, name, detail, and of the session external_id,
    agent_name, channel. At one time by session id, and within a session the last first.
    """
    asked, since = anytime(filters), snapshot.tick - _HOUR
    statement = sql("live_events")
    if snapshot.publication.live is None:
        return fetch(statement, asked, snapshot, recently=since, most=LATEST)
    # What is not live is asked once a minute; what has become live since then is here already.
    fresh = fetch(statement.fresh, asked, snapshot, recently=since, most=LATEST)
    early = since.replace(second=0)
    known = fetch(statement.cold, asked, snapshot.lasting, recently=early, most=LATEST)
    recent = known.filter(pl.col("at") >= since.replace(tzinfo=None))
    rows = pl.concat([fresh, recent.join(fresh, "session_id", "anti")])
    order = pl.col("at"), pl.col("session_id"), pl.col("seq")
    return rows.sort(*order, descending=[True, False, True], nulls_last=True).head(LATEST)


def hours_before(tick: datetime, zone: str) -> list[datetime]:
    """Return the starts of the hour of the tick in each of the weeks before, aware UTC."""
    hour = tick.astimezone(ZoneInfo(zone)).replace(minute=0, second=0, microsecond=0)
    return [(hour - week * _WEEK).astimezone(UTC) for week in range(1, WEEKS + 1)]


def _limits(scope: Scope, snapshot: Snapshot) -> Bound:
    """Return agents, channels and limits_ms: from when on a session of each pair is stuck.

    Of whole days, so that the answer holds for a day and for every viewer.
    """
    today = datetime.combine(snapshot.tick.astimezone(UTC), time(), UTC)
    before = Filters(scope=scope).between(today - (DAYS + 1) * _DAY, today - _DAY)
    rows = fetch(sql("live_limits"), before, snapshot.lasting, few=honest.FEW)
    return {
        "agents": tuple(rows["agent_id"]),
        "channels": tuple(rows["channel"]),
        "limits_ms": tuple(rows["limit_ms"]),
    }


def _moments(found: Sequence[float] | None) -> tuple[datetime, ...]:
    """Return microseconds since 1970 as aware UTC."""
    return tuple(datetime.fromtimestamp(each / 1_000_000, UTC) for each in found or ())


def _numbers(filters: Filters, snapshot: Snapshot) -> list[Row]:
    found = counts(filters, snapshot)
    return [
        {"of": "going", "sessions": found.going},
        {"of": "silent", "sessions": found.silent},
        {"of": "failed", "sessions": failures(filters, snapshot)},
    ]


def _number_link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:
    if row["of"] == "failed":
        return failed(filters, snapshot)
    return going(filters) if row["of"] == "going" else silent(filters)


marks.enter(Mark("live_number", "A figure of the live page.", _numbers, _number_link))
