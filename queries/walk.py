"""Questions of a walk: the sessions after a place of the list, and the turns of several sessions.

A place is a number that orders the sessions as the list does, smallest first, and the id that
orders those of one place. Rows that come or go before it move nothing, as they would move a page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from models import Status
from queries import periods
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.neighbours import EPOCH, LAST, by
from queries.sessions import NEWEST, SORTS, checked
from queries.where import Bound

Row = Mapping[str, Any]
Place = tuple[int, str]

MICROSECOND = timedelta(microseconds=1)
MILLISECOND = timedelta(milliseconds=1)


def after(
    filters: Filters, snapshot: Snapshot, place: Place, *, size: int, sort: str = NEWEST
) -> pl.DataFrame:
    """Return the next `size` sessions after a place: the columns of the contract, in the order.

    Raises FilterError for a sort that there is not.
    """
    statement = by(sort, sql("session_after")).ordered(SORTS[checked(sort)])
    given: Bound = {"place": place[0], "session_id": place[1], "limit": size}
    near = _near(filters, snapshot, place[0], size) if sort == NEWEST else None
    if near is not None:
        rows = fetch(statement, near, snapshot, **given)
        if rows.height == size:
            return rows
    return fetch(statement, filters, snapshot, **given)


def place_of(row: Row, snapshot: Snapshot, *, sort: str = NEWEST) -> Place:
    """Return the place of a session in the list of `sort`; as the statement computes it."""
    value = _lasted(row, snapshot) if sort.endswith("duration") else _started(row)
    if value is None:
        return LAST, row["session_id"]
    return -value if sort.startswith("-") else value, row["session_id"]


def turns(
    table: str, sessions: Sequence[Row], snapshot: Snapshot, *, most: int
) -> dict[str, list[dict[str, Any]]]:
    """Return the first `most` rows of `messages` or `events` of each session, in order, by id.

    Raises DamagedFileError where a file that may hold some of them cannot be trusted.
    """
    starts = [row["started_at"] for row in sessions if row["started_at"] is not None]
    for start in {(start.year, start.month): start for start in starts}.values():
        snapshot.publication.trust(table, start)
    is_undated = len(starts) < len(sessions)
    if is_undated:
        snapshot.publication.trust(table, None)
    rows = fetch(
        sql(f"sessions_{table}"), Filters(), snapshot,
        session_ids=tuple(row["session_id"] for row in sessions), is_undated=is_undated, most=most,
        first_start=min(starts, default=None), last_start=max(starts, default=None),
    )  # fmt: skip
    found: dict[str, list[dict[str, Any]]] = {row["session_id"]: [] for row in sessions}
    for row in rows.iter_rows(named=True):
        found[row.pop("session_id")].append(row)
    return found


def _near(filters: Filters, snapshot: Snapshot, place: int, size: int) -> Filters | None:
    """Return the filters between the place and about a page after it; None where not worth it.

    As a page does: finding the start of its last row reads one narrow column. The edge lies where
    the page ends if the place is the only session of its start; where there are more, too few rows
    come back, and all is asked.
    """
    if place == LAST or filters.is_costly:
        return None
    start = EPOCH - place * MICROSECOND
    first = periods.current(filters, snapshot.tick).after
    until = filters.between(None if first == periods.BEGINNING else first, start + MICROSECOND)
    edge = fetch(sql("session_edge"), until, snapshot, last=size)
    return None if edge.is_empty() else until.between(edge.item(), start + MICROSECOND)


def _started(row: Row) -> int | None:
    started_at: datetime | None = row["started_at"]
    return None if started_at is None else (started_at - EPOCH) // MICROSECOND


def _lasted(row: Row, snapshot: Snapshot) -> int | None:
    """Return how long a session lasted, an active one until the tick, in milliseconds."""
    lasted: int | None = row["duration_ms"]
    if lasted is not None:
        return lasted
    if row["status"] != Status.ACTIVE or row["started_at"] is None:
        return None
    until = snapshot.tick.replace(tzinfo=None)
    gone: timedelta = until - row["started_at"]
    return max(gone // MILLISECOND, 0)
