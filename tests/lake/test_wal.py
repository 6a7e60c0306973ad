"""A log is turned on however busy the file is just now, and not waited for longer than may be."""

import sqlite3
import threading
from contextlib import closing

import pytest

from lake import wal

PATIENCE = 30  # a hang guard, in seconds
SHORT = 0.05  # seconds


@pytest.fixture
def held(tmp_path):
    """A file that somebody holds alone, and a connection to it that SQLite lets wait for nobody."""
    path = tmp_path / "shared.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as holder,
        closing(sqlite3.connect(path, timeout=0)) as connection,
    ):
        holder.execute("create table kept (n integer)")
        holder.execute("begin exclusive")
        yield holder, connection


def mode(connection):
    return connection.execute("pragma journal_mode").fetchone()[0]


def test_who_comes_too_early_waits(held):
    holder, connection = held
    later = threading.Timer(SHORT, holder.execute, ["commit"])
    later.start()

    wal.turn_on(connection, PATIENCE)

    later.join()
    assert mode(connection) == "wal"


def test_after_its_time_it_is_told(held):
    _, connection = held

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        wal.turn_on(connection, SHORT)


def test_another_error_is_told_at_once(tmp_path):
    path = tmp_path / "none.db"
    path.write_bytes(b"no database" * 1000)

    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.DatabaseError):
        wal.turn_on(connection, PATIENCE)
