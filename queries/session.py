"""Questions about one session: what is known of it, its messages, its events.

All of them raise SessionNotFoundError for an id that does not exist and for one outside the
viewer's scope alike, so that nobody learns which it is.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from errors import SessionNotFoundError
from lake.publication import periods_of
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters, Scope
from queries.where import Bound


@dataclass(frozen=True)
class Whole:
    """One session: its columns by name, its messages and its events in order."""

    information: dict[str, Any]
    messages: pl.DataFrame
    events: pl.DataFrame


def whole(session_id: str, snapshot: Snapshot, scope: Scope) -> Whole:
    """Return everything that is known of a session."""
    asked = (session_id, snapshot, scope)
    return Whole(information(*asked), messages(*asked), events(*asked))


def information(session_id: str, snapshot: Snapshot, scope: Scope) -> dict[str, Any]:
    """Return the columns of a session by name; times are naive UTC, metadata is JSON text."""
    if _is_live(session_id, snapshot, scope):
        return _live(session_id, snapshot, scope).row(0, named=True)
    starts = fetch(sql("session_start"), Filters(), snapshot, session_id=session_id)
    if starts.is_empty():
        raise SessionNotFoundError(session_id)
    rows = fetch(
        sql("session_information"), Filters(scope=scope), snapshot,
        session_id=session_id, own_start=starts.item(0, 0),
    )  # fmt: skip
    if rows.is_empty():
        raise SessionNotFoundError(session_id)
    return rows.row(0, named=True)


def messages(session_id: str, snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """Return seq, sent_at, sender and content of each message, in order."""
    return _turns("messages", session_id, snapshot, scope)


def events(session_id: str, snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """Return seq, at, kind, name and detail of each event, in order."""
    return _turns("events", session_id, snapshot, scope)


def _live(session_id: str, snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """Return the row of a session that is live, without a look at the cold files."""
    statement, filters = sql("session_information").fresh, Filters(scope=scope)
    return fetch(statement, filters, snapshot, session_id=session_id, own_start=None)


def _turns(table: str, session_id: str, snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """Return the rows of a session; its start and the period of that prune the read."""
    started_at = information(session_id, snapshot, scope)["started_at"]
    is_live = _is_live(session_id, snapshot, scope)
    if not is_live:
        snapshot.publication.trust(table, started_at)
    given: Bound = {"session_id": session_id, "periods": periods_of(started_at)}
    if started_at is not None:
        given["started_at"] = started_at
    known = sql(f"session_{table}" if started_at is not None else f"session_{table}_undated")
    return fetch(known.fresh if is_live else known, Filters(), snapshot, **given)


def _is_live(session_id: str, snapshot: Snapshot, scope: Scope) -> bool:
    """Return whether all of a session is live, so that no cold file is read for it."""
    has_live = snapshot.publication.live is not None
    return has_live and not _live(session_id, snapshot, scope).is_empty()


def _live(session_id: str, snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """Return the row of a session that is live."""
    statement, filters = sql("session_information").fresh, Filters(scope=scope)
    return fetch(statement, filters, snapshot, session_id=session_id, own_start=None)
