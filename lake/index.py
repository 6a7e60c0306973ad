"""The index: a DuckDB file with native tables, built from the cold files, rebuildable at any time.

It is built beside the one in use by an instance of its own, and only then given its name, so that a
half-built index is never opened. A damaged, foreign or outdated file is simply built again.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from lake import cubes, finding, pairs, plain, returns
from lake.beside import Beside, joined
from lake.cold import Cold
from lake.files import TABLES, StoredFile
from lake.instance import Instance, lock_down, open_instance
from lake.kinds import Kind
from lake.relations import IDS, cold, naive_ddl
from settings import Settings

LAYOUT = 9  # raised when the index's tables change: older files are built again


@dataclass(frozen=True)
class IndexProgress:
    """How far the building of the index has come, in sessions."""

    done: int
    total: int


Report = Callable[[IndexProgress], None]


def path_of(settings: Settings, state: Cold) -> Path:
    """Return where the index of a cold state lies; the name tells layout and commit."""
    return settings.index / f"sessions-{LAYOUT}-{state.name}.duckdb"


def relation(connection: duckdb.DuckDBPyConnection, table: str, state: Cold) -> str:
    """Return a select with the contract's columns of a table over the cold files."""
    if state.kind is not Kind.PLAIN:
        return cold(table, state.files[table])
    if table == "sessions" and state.files["sessions"]:
        return plain.sessions(connection, state)
    return plain.dated_turns(connection, table, state) if table != "sessions" else cold(table, ())


def over_parquet(
    settings: Settings, state: Cold, *, purpose: str = "reading", beside: Beside | None = None
) -> Instance:
    """Open the cold files themselves: views in an in-memory instance, locked down.

    With live rows `beside` them, if there are any.
    """
    connection = open_instance(settings, purpose)
    for table in TABLES:
        selected = joined(connection, table, relation(connection, table, state), beside)
        connection.execute(f"create view {table} as {selected}")
    pairs.views(connection)
    returns.view(connection)
    connection.execute(f"create view ids as {IDS}")
    lock_down(connection, (state.folder, settings.temp))
    return Instance(connection)


def open_built(settings: Settings, state: Cold) -> Instance | None:
    """Open the index of a cold state if it is there and whole; removes it if it is not."""
    path = path_of(settings, state)
    if not path.exists():
        return None
    connection = None
    try:
        connection = open_instance(settings, "reading", file=path)
        told = connection.execute("select folder, rows from built").fetchall()
        rows = connection.execute("select count(*) from sessions").fetchall()[0][0]
        if told != [(str(state.folder.resolve()), rows)]:
            raise duckdb.InvalidInputException("the index was built from other data")
        if not cubes.fits(connection, settings):
            raise duckdb.InvalidInputException("its days are those of another zone")
        _turn_views(connection, state)
        lock_down(connection, (state.folder, settings.index, settings.temp))
    except duckdb.Error:
        if connection is not None:
            connection.close()
        _remove(path)
        return None
    return Instance(connection)


def build(settings: Settings, state: Cold, report: Report) -> None:
    """Build the index of a cold state, newest sessions first; raises duckdb.Error, OSError."""
    settings.index.mkdir(parents=True, exist_ok=True)
    target = path_of(settings, state)
    half_made = target.with_suffix(".building")
    _remove(half_made)
    try:
        _build(settings, state, half_made, report)
        half_made.replace(target)
    except (duckdb.Error, OSError):
        _remove(half_made)  # on a full disk it would take the last room from the events
        raise
    remove_others(settings, target)


def _build(settings: Settings, state: Cold, half_made: Path, report: Report) -> None:
    connection = open_instance(settings, "building", file=half_made)
    try:
        connection.execute("create sequence places")
        connection.execute(f"create table sessions ({naive_ddl()})")
        _fill(connection, state, report)
        pairs.tables(connection)
        returns.table(connection)
        cubes.build(connection, settings)
        finding.build(connection, settings)
        connection.execute(f"create table ids as {IDS} order by session_id")
        connection.execute(
            "create table built as select $folder as folder, count(*)::bigint as rows "
            "from sessions", {"folder": str(state.folder.resolve())},
        )  # fmt: skip
        connection.execute("checkpoint")
    finally:
        connection.close()


def discard(settings: Settings, state: Cold) -> None:
    """Throw the index of a cold state away, so that it is built again."""
    _remove(path_of(settings, state))


def remove_others(settings: Settings, kept: Path) -> None:
    """Delete the indexes of other states; one that is open stays readable until it is closed."""
    for path in settings.index.glob("sessions-*"):
        if path not in (kept, kept.with_name(kept.name + ".wal")):
            _remove(path)


def _fill(connection: duckdb.DuckDBPyConnection, state: Cold, report: Report) -> None:
    """Copy the sessions in, period by period from the newest, so that each part can be told."""
    total = sum(file.rows for file in state.files["sessions"])
    done = 0
    for part in _parts(state):
        report(IndexProgress(done, total))
        selected = relation(connection, "sessions", part)
        # Our own files lie newest first already; a plain folder's may lie in any order.
        order = " order by started_at desc nulls last" if state.kind is Kind.PLAIN else ""
        columns = "* exclude (session_no)"  # the table numbers the sessions itself
        connection.execute(
            f"insert into sessions by name select {columns} from ({selected}){order}"
        )
        done += sum(file.rows for file in part.files["sessions"])
    report(IndexProgress(total, total))


def _parts(state: Cold) -> list[Cold]:
    """Return a state of one sessions file each, newest period first; plain folders stay whole."""
    if state.kind is Kind.PLAIN:
        return [state]

    def newest_first(file: StoredFile) -> str:
        return "" if file.period == "none" else file.period

    files = sorted(state.files["sessions"], key=newest_first, reverse=True)
    return [
        Cold(state.folder, state.kind, state.name, {**state.files, "sessions": (file,)})
        for file in files
    ]


def _turn_views(connection: duckdb.DuckDBPyConnection, state: Cold) -> None:
    """Make messages and events readable where they lie."""
    for table in ("messages", "events"):
        selected = relation(connection, table, state)
        connection.execute(f"create or replace view {table} as {selected}")


def _remove(path: Path) -> None:
    for name in (path, path.with_name(path.name + ".wal")):
        with contextlib.suppress(FileNotFoundError):
            name.unlink()
