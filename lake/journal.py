"""The journal: SQLite in the state folder, where everything live lands before it is acknowledged.

It holds sessions that are open, those that are over and not yet in the cold files, and old ones to
which something was added. A commit is durable when `writing` ends. Several processes may write:
each waits for the other. Positions are counted over all of them, grow, and never come twice.
"""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lake import wal
from lake.accepted import Accepted
from lake.files import sync_folder
from lake.refusals import DiskFullError, JournalError, is_full
from lake.transactions import Moving, Reading, Writing

NAME = "journal.db"
VERSION = 1
BUSY_SECONDS = 5.0

Sink = Callable[[sqlite3.Connection, Accepted], None]

_TABLES = """
create table sessions (
    session_id text primary key, source text not null, facts text not null, row text not null,
    first_at integer not null, last_at integer not null, heard_at integer not null,
    position integer not null, moved integer, is_over integer not null
) strict;
create index sessions_by_position on sessions (position);
create table turns (
    session_id text not null, arrival integer not null, is_message integer not null, at integer,
    seq integer, word text not null, name text not null, content text not null,
    primary key (session_id, arrival)
) strict, without rowid;
create table accepted (
    source text not null, id text not null, position integer not null, heard_at integer not null,
    primary key (source, id)
) strict, without rowid;
create table numbers (name text primary key, value integer not null) strict, without rowid;
insert into numbers values ('position', 0), ('forgotten', 0);
"""


class Journal:
    """The journal of one state folder, by one connection; used by one thread at a time."""

    def __init__(self, state: Path) -> None:
        self.path = state / NAME
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def exists(self) -> bool:
        """Return whether anything was ever written."""
        return self.path.exists()

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Hold one transaction; at the end of the block it is on the disk, or nothing of it is.

        Raises JournalError, DiskFullError.
        """
        with _told(self.path):
            connection = self._opened()
            connection.execute("begin immediate")
            try:
                yield Writing(connection)
                connection.execute("commit")
            finally:
                if connection.in_transaction:
                    with contextlib.suppress(sqlite3.Error):
                        connection.execute("rollback")

    @contextmanager
    def moving(self) -> Iterator[Moving]:
        """Hold one transaction of who moves sessions; raises JournalError, DiskFullError."""
        with self.writing() as writing:
            yield Moving(writing.connection)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Hold one state of the journal, which must exist; raises JournalError."""
        with _told(self.path):
            connection = self._opened()
            connection.execute("begin")
            try:
                yield Reading(connection)
            finally:
                connection.execute("rollback")

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            is_new = not self.path.exists()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            if is_new:
                self.path.touch(mode=0o600)
            connection = sqlite3.connect(
                self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
            _prepare(connection)
            if is_new:
                sync_folder(self.path.parent)
            self._connection = connection
        return self._connection


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables in a new file; raises JournalError for what this cannot read."""
    wal.turn_on(connection, BUSY_SECONDS)
    connection.execute("pragma synchronous = full")
    if _version(connection) == VERSION:
        return
    connection.execute("begin immediate")  # another process may be making them as well
    version = _version(connection)
    if version > VERSION:
        raise JournalError(f"{NAME} was written by a later version of Parley.")
    if version < VERSION:
        for statement in _TABLES.split(";"):
            connection.execute(statement)
        connection.execute(f"pragma user_version = {VERSION}")
    connection.execute("commit")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("pragma user_version").fetchone()[0]
    return version


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Raise errors of ours for those of SQLite and of the disk."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        if is_full(error, path):
            raise DiskFullError(str(path)) from error
        raise JournalError(f"The journal {path} cannot be used: {error}.") from error
