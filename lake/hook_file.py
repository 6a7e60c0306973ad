"""Where webhooks lie: in the journal's file, so that an event and what is sent of it are one write.

`state/journal.db`, SQLite with a write-ahead log, each commit on the disk before it is told. Who
comes first makes the file. It holds the secrets that webhooks are signed with: only its owner reads
it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from errors import StateError
from lake import wal

NAME = "journal.db"
BUSY_SECONDS = 5.0  # the journal, the one who sends and a command may write at the same moment

_TABLES = (
    """
create table if not exists hook_subscriptions (
    subscription_id text primary key, url text not null, types text not null,
    conditions text not null, agents text, description text not null, created_at text not null,
    disabled_at text, reason text not null, failing_since text
) strict
""",
    """
create table if not exists hook_secrets (
    subscription_id text not null, secret text not null, created_at text not null, ends_at text
) strict
""",
    """
create table if not exists hook_messages (
    message_id text primary key, subscription_id text not null, type text not null,
    session_id text, created_at text not null, body text not null, state text not null,
    tries integer not null, due_at text not null
) strict
""",
    """
create table if not exists hook_attempts (
    message_id text not null, started_at text not null, duration_ms integer not null,
    url text not null, headers text not null, status integer, error text not null,
    answer text not null
) strict
""",
    "create index if not exists hook_due on hook_messages (subscription_id, state, due_at)",
    "create index if not exists hook_newest on hook_messages (subscription_id, created_at)",
    "create index if not exists hook_tried on hook_attempts (message_id)",
)


def make_tables(connection: sqlite3.Connection) -> None:
    """Make the tables of webhooks where they are missing; commits nothing."""
    for statement in _TABLES:
        connection.execute(statement)


def exists(folder: Path) -> bool:
    """Return whether there is a file, so that who only looks makes none."""
    return (folder / NAME).exists()


@contextmanager
def connected(folder: Path, what: str = "webhooks") -> Iterator[sqlite3.Connection]:
    """Open the file, made where it is missing, for one thread; raises StateError.

    `what` is it that cannot be used then, in words.
    """
    path = folder / NAME
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            path.touch(mode=0o600)
        with closing(sqlite3.connect(path, timeout=BUSY_SECONDS)) as connection:
            connection.isolation_level = None  # transactions begin where `writing` says so
            wal.turn_on(connection, BUSY_SECONDS)
            connection.execute("pragma synchronous = full")
            if not has_tables(connection):
                with writing(connection):
                    make_tables(connection)
            yield connection
    except (sqlite3.Error, OSError, ValueError, msgspec.MsgspecError) as error:  # rows as well
        raise StateError(f"The {what} in {path} cannot be used: {error}.") from error


def has_tables(connection: sqlite3.Connection) -> bool:
    """Return whether the tables of webhooks are there; what is made last stands for all."""
    found = connection.execute("select 1 from sqlite_master where name = 'hook_tried'")
    return found.fetchone() is not None


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Have all that is read in the block be of one state, inside a transaction or not."""
    is_ours = not connection.in_transaction
    if is_ours:
        connection.execute("begin")
    try:
        yield
    finally:
        if is_ours:
            connection.execute("rollback")


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Write in one transaction, given up whole where the block fails."""
    connection.execute("begin immediate")
    try:
        yield connection
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def text(moment: datetime) -> str:
    """Return a time as text that sorts as the times do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def known(written: str | None) -> datetime | None:
    """Return a time that may be absent."""
    return None if written is None else datetime.fromisoformat(written)
