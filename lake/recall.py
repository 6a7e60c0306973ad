"""Old sessions that are spoken of again: fetched from the cold files, with all their turns."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb

from errors import DamagedFileError, NotReadyError
from lake.live import Turn, micros
from lake.publication import Publication, periods_of
from lake.schema import SESSION_COLUMNS
from lake.starts import starts


@dataclass(frozen=True)
class Stored:
    """A session as it lies in the cold files: its columns by name, times aware, and its turns."""

    row: Mapping[str, Any]
    turns: list[Turn]


def stored(
    publication: Publication, session_ids: Collection[str], forgotten: int
) -> dict[str, Stored]:
    """Return those of some sessions that lie in the cold files, by id.

    `forgotten` is up to where the journal has let go of what a commit holds: an older commit cannot
    tell. Raises NotReadyError for that, DamagedFileError.
    """
    if publication.cold_position < forgotten:
        raise NotReadyError
    if not session_ids or not publication.cold.files["sessions"]:
        return {}
    with publication.instance.cursor() as cursor:
        try:
            cursor.begin()
            return {row["session_id"]: _whole(cursor, publication, row)
                    for row in _rows(cursor, session_ids)}  # fmt: skip
        except duckdb.Error as error:
            publication.report_damage(error)
            raise DamagedFileError("A stored file could not be read.") from error


def _rows(cursor: duckdb.DuckDBPyConnection, session_ids: Collection[str]) -> list[dict[str, Any]]:
    """Return the columns of those sessions that are there."""
    rows = []
    for session_id, started_at in starts(cursor, "ids", session_ids):
        when = "started_at is null" if started_at is None else "started_at = $start"
        bound = {"id": session_id} | ({} if started_at is None else {"start": started_at})
        asked = cursor.execute(
            f"select {', '.join(SESSION_COLUMNS)} from sessions where {when} and session_id = $id",
            bound,
        )
        row = asked.fetchall()[0]
        rows.append({n: _aware(v) for n, v in zip(SESSION_COLUMNS, row, strict=True)})
    return rows


def _whole(
    cursor: duckdb.DuckDBPyConnection, publication: Publication, row: Mapping[str, Any]
) -> Stored:
    """Return a session with its turns, from files that can be trusted."""
    start = None if row["started_at"] is None else row["started_at"].replace(tzinfo=None)
    when = "session_started_at is null" if start is None else "session_started_at = $start"
    bound = {"id": row["session_id"], "periods": list(periods_of(start))}
    bound |= {} if start is None else {"start": start}
    told: list[tuple[Any, ...]] = []
    for table, columns in (
        ("messages", "true, sent_at, seq, sender, '', content"),
        ("events", 'false, "at", seq, kind, name, detail'),
    ):
        publication.trust(table, start)
        told += cursor.execute(
            f"select {columns} from {table} where period in $periods and {when} "
            "and session_id = $id order by seq", bound,
        ).fetchall()  # fmt: skip
    turns = [
        Turn(place - len(told), is_message, _micros(at), seq, word, name, text)
        for place, (is_message, at, seq, word, name, text) in enumerate(
            sorted(told, key=lambda turn: turn[2])
        )
    ]
    return Stored(row, turns)


def _aware(value: object) -> object:
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def _micros(at: datetime | None) -> int | None:
    return None if at is None else micros(at.replace(tzinfo=UTC))
