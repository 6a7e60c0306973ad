"""Saved views: one SQLite file in the state folder, shared by everybody who uses this Parley.

A view is a name for the address of a page. The file is opened for each use, by one thread after the
other, and a change is whole and durable when `save` and its kin return. A damaged file is set
aside under another name, never deleted, and a new one is begun.
"""

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import structlog

from lake import wal
from lake.files import sync_folder
from lake.view_refusals import ViewRefusedError, ViewsError

NAME = "views.sqlite"
VERSION = 1  # of the table; a file of a later one is not touched
MOST = 500
NAME_LENGTH = 80
QUERY_LENGTH = 8192
WAIT_SECONDS = 5.0  # for another writer
DAMAGE = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

SCHEMA = f"""
create table views (
    name text primary key check (length(name) between 1 and {NAME_LENGTH}),
    page text not null,
    query text not null check (length(query) <= {QUERY_LENGTH}),
    is_default integer not null default 0 check (is_default in (0, 1)),
    saved_at text not null
) strict
"""
ONE_DEFAULT = "create unique index one_default on views (is_default) where is_default = 1"

log = structlog.get_logger()
R = TypeVar("R")


@dataclass(frozen=True)
class StoredView:
    """A name for a page (its path, empty for the first) and its query, as they stand in a URL."""

    name: str
    page: str
    query: str
    is_default: bool


class Views:
    """The saved views of a state folder; safe to use from many threads."""

    def __init__(self, state: Path) -> None:
        self._path = state / NAME
        self._lock = threading.Lock()  # nobody is in a file that is set aside
        self.set_aside: Path | None = None  # where a damaged file lies since this process began

    def all(self) -> tuple[StoredView, ...]:
        """Return the views by name; raises ViewsError."""
        if not self._path.exists():
            return ()
        rows = self._do(
            lambda file: file.execute(
                "select name, page, query, is_default from views order by lower(name), name"
            ).fetchall(),
            begin="begin",
        )
        return tuple(StoredView(row[0], row[1], row[2], bool(row[3])) for row in rows)

    def save(self, name: str, page: str, query: str) -> None:
        """Save a view, in place of one of the same name, which may go on to be the default.

        Raises ViewRefusedError where there are as many views as may be, or a part is too long.
        """

        def write(file: sqlite3.Connection) -> None:
            others = file.execute("select count(*) from views where name <> ?", (name,)).fetchone()
            if others[0] >= MOST:
                raise ViewRefusedError(f"There are {MOST} views already.")
            now = datetime.now(UTC).isoformat(timespec="seconds")
            file.execute(
                "insert into views (name, page, query, saved_at) values (?, ?, ?, ?) on conflict "
                "(name) do update set page = excluded.page, query = excluded.query, "
                "saved_at = excluded.saved_at", (name, page, query, now),
            )  # fmt: skip

        self._do(write)

    def delete(self, name: str) -> None:
        """Delete a view, if it is there."""
        self._do(lambda file: file.execute("delete from views where name = ?", (name,)))

    def make_default(self, name: str | None) -> None:
        """Make one view the default and no other; None leaves none."""

        def write(file: sqlite3.Connection) -> None:
            file.execute("update views set is_default = 0 where is_default = 1")
            file.execute("update views set is_default = 1 where name = ?", (name,))

        self._do(write)

    def _do(self, work: Callable[[sqlite3.Connection], R], *, begin: str = "begin immediate") -> R:
        """Work on the file in one transaction; on a new one where it is damaged."""
        try:
            with self._lock:
                try:
                    return self._try(work, begin)
                except sqlite3.DatabaseError as error:
                    if not _is_damage(error):
                        raise
                    self._put_aside()
                return self._try(work, begin)
        except sqlite3.IntegrityError as error:
            raise ViewRefusedError("The name or the address of the view is too long.") from error
        except (sqlite3.DatabaseError, OSError) as error:
            raise ViewsError(f"The saved views cannot be used: {error}.") from error

    def _try(self, work: Callable[[sqlite3.Connection], R], begin: str) -> R:
        with _opened(self._path) as file:
            file.execute(begin)
            with file:
                _prepare(file)
                return work(file)

    def _put_aside(self) -> None:
        """Give a damaged file another name; the lock is held."""
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        self.set_aside = self._path.with_name(f"{NAME}.damaged-{moment}")
        self._path.rename(self.set_aside)
        for rest in ("-wal", "-shm"):
            self._path.with_name(NAME + rest).unlink(missing_ok=True)
        log.warning("the saved views were damaged", set_aside=str(self.set_aside))


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file, made if need be, with durable commits."""
    is_new = not path.exists()
    path.parent.mkdir(parents=True, exist_ok=True)
    file = sqlite3.connect(path, timeout=WAIT_SECONDS, isolation_level=None)
    try:
        wal.turn_on(file, WAIT_SECONDS)
        file.execute("pragma synchronous = full")
        if is_new:
            sync_folder(path.parent)
        yield file
    finally:
        file.close()


def _prepare(file: sqlite3.Connection) -> None:
    """Make the table in a new file; raises ViewsError where it holds what this cannot read."""
    version = file.execute("pragma user_version").fetchone()[0]
    if version == VERSION:
        return
    if version > VERSION:
        raise ViewsError(f"{NAME} was written by a later version of Parley.")
    if file.execute("select count(*) from sqlite_schema").fetchone()[0]:
        raise ViewsError(f"{NAME} holds something else than saved views.")
    file.execute(SCHEMA)
    file.execute(ONE_DEFAULT)
    file.execute(f"pragma user_version = {VERSION}")


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in DAMAGE
