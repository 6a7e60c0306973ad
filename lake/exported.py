"""Exports that were made: what each held, for whom, how it ended. Kept in `state/exports.db`.

Of each export one row, of all the newest MOST. A row says what was asked for in full, so that the
same file can be made again from the same state of the data.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import msgspec

from errors import StateError
from lake import wal
from lake.delta import KEPT_HOURS
from lake.refusals import is_full

NAME = "exports.db"
MOST = 500
KEPT = timedelta(hours=KEPT_HOURS)  # as long as the files of an older state stay
BUSY_SECONDS = 5.0

_TABLE = """
create table if not exists exports (
    export_id text primary key, viewer text not null, started_at text not null,
    told text not null
) strict
"""
_KEEP = """
insert into exports values (?, ?, ?, ?)
on conflict (export_id) do update set told = excluded.told
"""
_FORGET = """
delete from exports where export_id not in (
    select export_id from exports order by started_at desc, rowid desc limit ?)
"""


class ExportState(StrEnum):
    """How far an export has come."""

    RUNNING = "running"
    FINISHED = "finished"
    BROKEN = "broken"


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """One export; times are aware UTC, `agents` None is all of them.

    `sessions`, `bytes` and `sha256` are those of the file, in a ZIP as it lies there.
    """

    export_id: str
    viewer: str  # by whose name limits are counted
    who: str  # in words
    agents: tuple[str, ...] | None
    filters: tuple[tuple[str, str], ...]  # as in an address
    format: str
    base_url: str  # what links to sessions begin with
    metadata_columns: bool = False
    has_bom: bool = False
    is_zip: bool = False
    file: str
    snapshot: str  # the state of the data
    tick: datetime  # what counted as now
    zone: str
    as_of: datetime
    started_at: datetime
    total: int  # sessions, counted before
    state: ExportState = ExportState.RUNNING
    sessions: int = 0
    bytes: int = 0
    sha256: str | None = None
    columns: tuple[str, ...] = ()
    ended_at: datetime | None = None
    reason: str = ""  # why it broke off

    @property
    def expires_at(self) -> datetime:
        """Until when the rest of it can be had."""
        return self.started_at + KEPT


class History:
    """The exports of one state folder; may be used by several threads at once."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME

    def keep(self, export: Exported) -> None:
        """Write down an export, or how it is now; forgets the oldest. Raises StateError."""
        told = msgspec.json.encode(export).decode()
        with self._opened() as file:
            started_at = export.started_at.isoformat(timespec="microseconds")
            file.execute(_KEEP, (export.export_id, export.viewer, started_at, told))
            file.execute(_FORGET, (MOST,))

    def one(self, export_id: str) -> Exported | None:
        """Return the export of an id, None where there is none; raises StateError."""
        found = self._read("where export_id = ?", (export_id,))
        return found[0] if found else None

    def listed(self) -> list[Exported]:
        """Return all exports, newest first; makes no file. Raises StateError."""
        return self._read("order by started_at desc, rowid desc", ())

    def _read(self, which: str, bound: tuple[str, ...]) -> list[Exported]:
        if not self._path.exists():
            return []
        with self._opened() as file:
            rows = file.execute(f"select told from exports {which}", bound).fetchall()
        return [msgspec.json.decode(told, type=Exported) for (told,) in rows]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Open the file for one transaction, making it where it is missing."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._path.exists():
                self._path.touch(mode=0o600)
            with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS)) as connection:
                wal.turn_on(connection, BUSY_SECONDS)
                connection.executescript(_TABLE)
                with connection:
                    yield connection
        except (sqlite3.Error, OSError, msgspec.MsgspecError) as error:
            advice = f"Delete {self._path}: it holds no sessions, only which exports there were."
            if is_full(error, self._path):
                advice = "Make room on the disk of the state folder, then try again."
            raise StateError(f"The exports cannot be told: {error}.", advice=advice) from error
