"""The journal: SQLite in the state folder, where everything live lands before it is acknowledged.

It holds sessions that are open, those that are over and not yet in the cold files, and old ones to
which something was added. A commit is durable when `writing` ends. Several processes may write:
each waits for the other. Positions are counted over all of them, grow, and never come twice.
"""

import contextlib
import errno
import sqlite3
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec

from errors import DiskFullError, JournalError
from lake.accepted import Accepted
from lake.files import sync_folder
from lake.live import Fact, Held, Row, Turn

NAME = "journal.db"
VERSION = 1
BUSY_SECONDS = 5.0
AT_ONCE = 500  # ids bound to one statement

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
_COLUMNS = "session_id, source, facts, first_at, last_at, row, position, heard_at, moved"
_facts = msgspec.json.Decoder(dict[str, Fact])
_row = msgspec.json.Decoder(Row)
_encode = msgspec.json.Encoder().encode


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
    def writing(self) -> Iterator["Writing"]:
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
    def reading(self) -> Iterator["Reading"]:
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


class Reading:
    """One state of the journal."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def number(self, name: str) -> int:
        """Return a number that is kept: `position` (the last one), `forgotten`."""
        found = self.connection.execute("select value from numbers where name = ?", (name,))
        value: int = found.fetchone()[0]
        return value

    def changed(self, after: int, cold: int) -> list[Held]:
        """Return the sessions that have changed after a position, without those of a cold commit.

        `cold` is the position that the commit carries.
        """
        found = self.connection.execute(
            f"select {_COLUMNS} from sessions where position > ? and (moved is null or moved > ?) "
            "order by position", (after, cold),
        )  # fmt: skip
        return self._with_turns([_held(row) for row in found])

    def held(self, session_ids: Collection[str]) -> dict[str, Held]:
        """Return those of some sessions that are here, by id, with their turns."""
        found: dict[str, Held] = {}
        for ids in _parts(sorted(session_ids)):
            marks = ", ".join("?" * len(ids))
            rows = self.connection.execute(
                f"select {_COLUMNS} from sessions where session_id in ({marks})", ids
            )
            found |= {held.session_id: held for held in self._with_turns([_held(r) for r in rows])}
        return found

    def is_empty(self) -> bool:
        """Return whether there is no session."""
        return self.connection.execute("select 1 from sessions limit 1").fetchone() is None

    def _with_turns(self, sessions: list[Held]) -> list[Held]:
        by_id = {held.session_id: held for held in sessions}
        for ids in _parts(list(by_id)):
            marks = ", ".join("?" * len(ids))
            rows = self.connection.execute(
                "select session_id, arrival, is_message, at, seq, word, name, content from turns "
                f"where session_id in ({marks}) order by session_id, arrival", ids,
            )  # fmt: skip
            for session_id, arrival, is_message, *rest in rows:
                by_id[session_id].turns.append(Turn(arrival, bool(is_message), *rest))
        return sessions


class Writing(Reading):
    """One transaction."""

    def last_position(self, position: int) -> None:
        """Keep the last position that was given."""
        self.connection.execute("update numbers set value = ? where name = 'position'", (position,))

    def known(self, source: str, ids: Collection[str]) -> set[str]:
        """Return those event ids that a source has sent before."""
        found: set[str] = set()
        for part in _parts(sorted(ids)):
            marks = ", ".join("?" * len(part))
            rows = self.connection.execute(
                f"select id from accepted where source = ? and id in ({marks})", (source, *part)
            )
            found |= {row[0] for row in rows}
        return found

    def note(self, source: str, event_id: str, position: int, heard_at: int) -> None:
        """Remember that an event was accepted."""
        self.connection.execute(
            "insert into accepted values (?, ?, ?, ?)", (source, event_id, position, heard_at)
        )

    def add_turns(self, session_id: str, turns: Sequence[Turn]) -> None:
        """Add turns of a session."""
        self.connection.executemany(
            "insert into turns values (?, ?, ?, ?, ?, ?, ?, ?)",
            [(session_id, *turn) for turn in turns],
        )

    def keep(self, held: Held) -> None:
        """Write a session as it is now, without its turns; it is no more on its way to the cold."""
        self.connection.execute(
            "insert or replace into sessions values (?, ?, ?, ?, ?, ?, ?, ?, null, ?)",
            (
                held.session_id, held.source, _encode(held.facts).decode(),
                _encode(held.row).decode(), held.first_at, held.last_at, held.heard_at,
                held.position, held.is_over,
            ),
        )  # fmt: skip


def _held(row: tuple[str, str, str, int, int, str, int, int, int | None]) -> Held:
    session_id, source, facts, first_at, last_at, columns, position, heard_at, moved = row
    return Held(
        session_id, source, _facts.decode(facts), first_at, last_at, [], _row.decode(columns),
        position, heard_at, moved,
    )  # fmt: skip


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for first in range(0, len(ids), AT_ONCE):
        yield ids[first : first + AT_ONCE]


def _prepare(connection: sqlite3.Connection) -> None:
    """Make the tables in a new file; raises JournalError for what this cannot read."""
    connection.execute("pragma journal_mode = wal")
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
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        if code is not None and code & 0xFF == sqlite3.SQLITE_FULL:
            raise DiskFullError(str(path)) from error
        raise JournalError(f"The journal {path} cannot be used: {error}.") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFullError(str(path)) from error
        raise JournalError(f"The journal {path} cannot be used: {error}.") from error
