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
from queries.together import both
from queries.where import Bound


@dataclass(frozen=True)
class Whole:
    """One session: its columns by name, its messages and its events in order."""

    information: dict[str, Any]
    messages: pl.DataFrame
    events: pl.DataFrame


def whole(session_id: str, snapshot: Snapshot, scope: Scope) -> Whole:
    """Return everything that is known of a session."""
    found = _found(session_id, snapshot, scope)
    messages, events = both(
        lambda: _turns("messages", found, snapshot), lambda: _turns("events", found, snapshot)
    )
    return Whole(found.information, messages, events)


def information(session_id: str, snapshot: Snapshot, scope: Scope) -> dict[str, Any]:
    """Return the columns of a session by name; times are naive UTC, metadata is JSON text."""
    return _found(session_id, snapshot, scope).information


def messages(session_id: str, snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """Return seq, sent_at, sender and content of each message, in order."""
    return _turns("messages", _found(session_id, snapshot, scope), snapshot)


def events(session_id: str, snapshot: Snapshot, scope: Scope) -> pl.DataFrame:
    """Return seq, at, kind, name and detail of each event, in order."""
    return _turns("events", _found(session_id, snapshot, scope), snapshot)


@dataclass(frozen=True)
class _Found:
    """The columns of a session, and whether all of it is live, so that no cold file is read."""

    information: dict[str, Any]
    is_live: bool


def _found(session_id: str, snapshot: Snapshot, scope: Scope) -> _Found:
    statement, filters = sql("session_information"), Filters(scope=scope)
    if snapshot.publication.live is not None:
        live = fetch(statement.fresh, filters, snapshot, session_id=session_id, own_start=None)
        if not live.is_empty():
            return _Found(live.row(0, named=True), is_live=True)
    starts = fetch(sql("session_start"), Filters(), snapshot, session_id=session_id)
    if starts.is_empty():
        raise SessionNotFoundError(session_id)
    own_start = starts.item(0, 0)
    rows = fetch(statement, filters, snapshot, session_id=session_id, own_start=own_start)
    if rows.is_empty():
        raise SessionNotFoundError(session_id)
    return _Found(rows.row(0, named=True), is_live=False)


def _turns(table: str, found: _Found, snapshot: Snapshot) -> pl.DataFrame:
    """Return the rows of a session."""
    session_id, started_at = found.information["session_id"], found.information["started_at"]
    if not found.is_live:
        stored = snapshot.publication.turns(table, session_id, started_at)
        if stored is not None:
            return pl.DataFrame(pl.from_arrow(stored))
    given: Bound = {"session_id": session_id, "periods": periods_of(started_at)}
    if started_at is not None:
        given["started_at"] = started_at
    known = sql(f"session_{table}" if started_at is not None else f"session_{table}_undated")
    return fetch(known.fresh if found.is_live else known, Filters(), snapshot, **given)
