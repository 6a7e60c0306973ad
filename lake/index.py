"""The index: a DuckDB file with native tables, built from the cold files, rebuildable at any time.

It is built beside the one in use by an instance of its own, step by step, and only then given its
name, so that a half-built index is never opened for reading. A damaged, foreign or outdated file is
simply built again.
"""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path

import duckdb
import structlog

from lake import cubes, finding, pairs, plain, returns
from lake.beside import Beside, joined
from lake.cold import Cold, by_period
from lake.files import TABLES
from lake.instance import Instance, lock_down, open_instance
from lake.kinds import Kind
from lake.relations import IDS, cold, naive_ddl
from lake.steps import Step, Steps
from settings import Settings

log = structlog.get_logger()
LAYOUT = 20  # raised when the index's tables change: older files are built again


@dataclass(frozen=True)
class IndexProgress:
    """How far the building of the index has come, in parts of the work."""

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
    except duckdb.Error as error:
        log.warning("the index is built again", path=path.name, error=error)
        if connection is not None:
            connection.close()
        _remove(path)
        return None
    return Instance(connection)


def build(settings: Settings, state: Cold, report: Report, *, is_waited_for: bool = False) -> None:
    """Build the index of a cold state, newest sessions first; raises duckdb.Error, OSError.

    What a process that was stopped has left of the same index is gone on with. Where it
    `is_waited_for`, since no other one answers, it takes all threads.
    """
    settings.index.mkdir(parents=True, exist_ok=True)
    target = path_of(settings, state)
    half_made = target.with_suffix(f".{_digest(settings, state)}.building")
    remove_others(settings, half_made, among="*.building*")
    try:
        _build(settings, state, half_made, report, "starting" if is_waited_for else "building")
        half_made.replace(target)
    except (duckdb.Error, OSError):
        _remove(half_made)  # on a full disk it would take the last room from the events
        raise
    remove_others(settings, target)


def _digest(settings: Settings, state: Cold) -> str:
    """Return a short name of what an index is made from beside the commit."""
    told = f"{state.folder.resolve()} {settings.zone} {settings.cube_sessions}"
    return sha256(told.encode()).hexdigest()[:8]


def _build(settings: Settings, state: Cold, half_made: Path, report: Report, purpose: str) -> None:
    connection = _opened(settings, half_made, purpose)
    try:
        taken, done = Steps(connection), 0
        steps = _steps(connection, settings, state)
        total = sum(step.weight for step in steps)
        for step in steps:
            report(IndexProgress(done, total))
            taken.take(step)
            done += step.weight
        connection.execute("checkpoint")
    finally:
        connection.close()


def _opened(settings: Settings, half_made: Path, purpose: str) -> duckdb.DuckDBPyConnection:
    """Open what was left half-made; anew where that is damaged."""
    try:
        return open_instance(settings, purpose, file=half_made)
    except duckdb.Error:
        _remove(half_made)
        return open_instance(settings, purpose, file=half_made)


def _steps(
    connection: duckdb.DuckDBPyConnection, settings: Settings, state: Cold
) -> list[Step]:  # fmt: skip
    """Return how an index is built; the weights are shares of the time (measured)."""
    run, rows = connection.execute, max(_rows(state), 1)
    filled = [
        Step(f"sessions {place}", partial(_fill, connection, part), _rows(part))
        for place, part in enumerate(_parts(state))
    ]
    folder = {"folder": str(state.folder.resolve())}
    counted = "select $folder as folder, count(*)::bigint as rows from sessions"
    return [
        Step("places", lambda: run("create sequence places")),
        Step("sessions", lambda: run(f"create table sessions ({naive_ddl()})")),
        *filled,
        Step("pairs", lambda: pairs.tables(connection), rows),
        Step("returns", lambda: returns.table(connection), rows // 8),
        Step("cubes", lambda: cubes.build(connection, settings), rows),
        Step("finding", lambda: finding.build(connection, settings), rows // 2),
        Step("ids", lambda: run(f"create table ids as {IDS} order by session_id"), rows // 8),
        Step("built", lambda: run(f"create table built as {counted}", folder)),
    ]


def discard(settings: Settings, state: Cold) -> None:
    """Throw the index of a cold state away, so that it is built again."""
    _remove(path_of(settings, state))


def remove_others(settings: Settings, kept: Path, *, among: str = "*") -> None:
    """Delete the indexes of other states; one that is open stays readable until it is closed."""
    for path in settings.index.glob(f"sessions-{among}"):
        if path not in (kept, kept.with_name(kept.name + ".wal")):
            _remove(path)


def _fill(connection: duckdb.DuckDBPyConnection, part: Cold) -> None:
    """Copy the sessions of one period in."""
    selected = relation(connection, "sessions", part)
    # Our own files lie newest first already; a plain folder's may lie in any order.
    order = " order by started_at desc nulls last" if part.kind is Kind.PLAIN else ""
    columns = "* exclude (session_no)"  # the table numbers the sessions itself, in their order:
    threads = connection.execute("select current_setting('threads')").fetchall()[0][0]
    connection.execute("set threads = 1")  # several would number them as they come
    connection.execute(f"insert into sessions by name select {columns} from ({selected}){order}")
    connection.execute(f"set threads = {threads}")


def _rows(state: Cold) -> int:
    return sum(file.rows for file in state.files["sessions"])


def _parts(state: Cold) -> list[Cold]:
    """Return a state of one sessions file each, newest period first; plain folders stay whole."""
    if state.kind is Kind.PLAIN:
        return [state]
    return [
        Cold(state.folder, state.kind, state.name, {**state.files, "sessions": (file,)})
        for files in by_period(state)
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
