"""Opens: how many sessions are open at once, kept beside the cubes for some groups of them.

Peaks do not add up, so what is kept is the finished sweep of each group. `open_groups` are these:
each set of values of channel, status and type that occurs, of any of the three or none, and each
agent, alone and with a channel; null is any. A session is open from its start to its end, an active
one for good. `open_hours` has a row for each group and hour of UTC in which something opens or
closes: how many are `open` when it begins, the `peak` within it, when that is first reached,
`peak_at`, and how many `stay` open at its end. `open_levels` has for each of these hours how
long, `lasts_us`, exactly so many are `open`. They hold what is settled;
the time that live sessions may have changed is asked of the sessions (queries/opens.py).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import combinations, pairwise

import duckdb
import numpy as np
import pyarrow as pa

from lake.levels import Grouping, Numbers, Steps

Group = tuple[str | None, str | None, str | None, str | None]

COLUMNS = ("channel", "status", "type", "agent_id")
GROUPINGS = (
    *(names for size in range(4) for names in combinations(COLUMNS[:3], size)),
    ("agent_id",),
    ("channel", "agent_id"),
)
TABLES = ("open_hours", "open_levels")
HOUR = timedelta(hours=1)
MOST = 1 << 16  # groups: more agents than fit are not kept
PART = 120_000  # sessions that are looked at together: some 30 MB, as much as a cache holds

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  naive UTC as in the tables
LAST = datetime.max  # noqa: DTZ901
MICROSECOND = timedelta(microseconds=1)
_NEVER = 1 << 62
_ORDER = "agent_id, type, status, channel"  # the groups of a chart by channel follow each other
_NO_STEPS = np.empty((3, 0), np.int64)
_ROWS = {
    "open_hours": "no, hour_at, open, peak, peak_at, stay",
    "open_levels": "no, hour_at, open, lasts_us",
}
_TIMES = ("hour_at", "peak_at")
_TYPES = {**dict.fromkeys(_TIMES, "timestamp"), "lasts_us": "bigint"}
_SUMS = {
    "open_hours": "epoch_us(hour_at) + open + peak + epoch_us(peak_at) + stay",
    "open_levels": "epoch_us(hour_at) + open + lasts_us",
}


@dataclass(frozen=True)
class Opens:
    """The groups whose sweep is kept: their numbers, and their first starts (naive UTC)."""

    groups: Mapping[Group, tuple[int, datetime]] = field(repr=False)
    has_agents: bool  # whether there are groups of agents: not of more than fit
    without_end: int  # sessions that are not active and have no end


def build(connection: duckdb.DuckDBPyConnection, *, is_worth: bool) -> None:
    """Make the tables of the table `sessions`, empty where they are not worth it."""
    connection.execute(f"""
        create table open_groups as
        select 0 as no, {", ".join(COLUMNS)}, started_at as first_at, 0::hugeint as told
        from sessions limit 0""")
    _sweep(connection, is_worth=is_worth)
    for table in TABLES:
        connection.execute(f"create table {table} as select * from made_{table} order by all")
        connection.execute(f"drop table made_{table}")
    connection.execute(f"""
        insert into open_groups
        select no, {", ".join(COLUMNS)}, first_at, {_told("made_groups")}
        from made_groups order by no""")
    connection.execute("drop table made_groups")


def known(connection: duckdb.DuckDBPyConnection) -> Opens | None:
    """Return what there is to know of the sweep; None where there is none."""
    rows = connection.execute(f"select no, first_at, {', '.join(COLUMNS)} from open_groups")
    groups = {tuple(group): (no, first_at) for no, first_at, *group in rows.fetchall()}
    if not groups:
        return None
    without_end = connection.execute(
        "select count(*) from sessions where ended_at is null and status <> 'active'"
    ).fetchall()[0][0]
    return Opens(groups, any(agent is not None for *_, agent in groups), without_end)


def is_off(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the cells are not those that were made, or not of so many sessions."""
    changed = connection.execute(
        f"select count(*) from open_groups where told is distinct from {_told('open_groups')}"
    ).fetchall()[0][0]
    open_at_last, active = connection.execute(f"""
        select
            (select coalesce(sum(last), 0) from (
                select arg_max(stay, hour_at) as last
                from open_hours join open_groups using (no)
                where {" and ".join(f"{name} is null" for name in COLUMNS)})),
            (select count(*) from sessions where status = 'active' and started_at is not null)
        """).fetchall()[0]
    return bool(changed) or open_at_last != active


def wrong(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many cells differ from the sessions that they count."""
    _sweep(connection, is_worth=True)
    found = 0
    for table in TABLES:
        made = f"made_{table}"
        for one, other in ((table, made), (made, table)):
            found += connection.execute(
                f"select count(*) from (from {one} except all from {other})"
            ).fetchall()[0][0]
        connection.execute(f"drop table {made}")
    connection.execute("drop table made_groups")
    return found


def _told(groups: str) -> str:
    """Return the sum of all that is told of one of some groups."""
    return " + ".join(
        f"(select coalesce(sum({each}), 0) from {table} where {table}.no = {groups}.no)"
        for table, each in _SUMS.items()
    )


def _sweep(connection: duckdb.DuckDBPyConnection, *, is_worth: bool) -> None:
    """Make the tables again beside themselves, as `made_…`; needs the cubes of hours and days."""
    for table, columns in _ROWS.items():
        types = ", ".join(f"{name} {_TYPES.get(name, 'integer')}" for name in columns.split(", "))
        connection.execute(f"create temp table made_{table} ({types})")
    groupings = _groups(connection, is_worth=is_worth)
    for steps in _parts(connection) if groupings else ():
        found = [grouping.cells(steps) for grouping in groupings]
        for place, table in enumerate(TABLES):
            _insert(connection, table, np.hstack([cells[place] for cells in found]))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, cells: Numbers) -> None:
    """Append cells, a column each."""
    names = _ROWS[table].split(", ")
    connection.register("given_cells", pa.table(dict(zip(names, cells, strict=True))))
    shown = [f"make_timestamp({name})" if name in _TIMES else name for name in names]
    connection.execute(f"insert into made_{table} select {', '.join(shown)} from given_cells")
    connection.unregister("given_cells")


def _groups(connection: duckdb.DuckDBPyConnection, *, is_worth: bool) -> list[Grouping]:
    """Return how to group; `made_codes` number what occurs, `made_groups` its groups."""
    listed = ", ".join(COLUMNS)
    connection.execute(
        f"""
        create or replace temp table made_codes as
        select row_number() over (order by {listed}) - 1 as code, * from (
            select {listed}, min(started_at) as first_at from sessions
            where started_at is not null and $is_worth group by all)""",
        {"is_worth": is_worth},
    )
    sets = ", ".join(f"({', '.join(names)})" for names in GROUPINGS)
    connection.execute(f"""
        create or replace temp table made_groups as
        select (row_number() over (order by {_ORDER}) - 1)::integer as no, * from (
            select {listed}, min(first_at) as first_at
            from made_codes group by grouping sets ({sets}) having count(*) > 0)""")
    total = connection.execute("select count(*) from made_groups").fetchall()[0][0]
    if total > MOST:
        connection.execute("delete from made_groups where agent_id is not null")
    return [_grouping(connection, names) for names in GROUPINGS
            if total and (total <= MOST or "agent_id" not in names)]  # fmt: skip


def _grouping(connection: duckdb.DuckDBPyConnection, names: tuple[str, ...]) -> Grouping:
    """Return a grouping by some columns."""
    same = [f"made_groups.{name} = made_codes.{name}" for name in names]
    same += [f"made_groups.{name} is null" for name in COLUMNS if name not in names]
    found = connection.execute(f"""
        select no from made_codes join made_groups on {" and ".join(same)} order by code
        """).fetchnumpy()["no"]
    numbers, places = np.unique(found, return_inverse=True)
    return Grouping(places.astype(np.uint16), numbers)


def _parts(connection: duckdb.DuckDBPyConnection) -> Iterator[Steps]:
    """Yield what opens and closes, in parts of whole hours in the order of time.

    Each session is read once; what closes later waits for its part.
    """
    waiting = _NO_STEPS
    for after, before in pairwise(_bounds(connection)):
        found = connection.execute(f"""
            select code, epoch_us(started_at) as opens_us, case
                when status = 'active' then {_NEVER} else epoch_us(ended_at) end as closes_us
            from sessions join made_codes using ({", ".join(COLUMNS)})
            where started_at >= $after and started_at < $before
                and (status = 'active' or ended_at > started_at)""",
            {"after": after, "before": before}).fetchnumpy()  # fmt: skip
        waiting = np.hstack([
            waiting,
            _steps(found["opens_us"], 1, found["code"]),
            _steps(found["closes_us"], -1, found["code"]),
        ])  # fmt: skip
        until = _NEVER if before == LAST else (before - EPOCH) // MICROSECOND
        is_due = waiting[0] < until
        due, waiting = waiting[:, is_due], waiting[:, ~is_due]
        if due.size:
            yield Steps(*due[:, np.argsort(due[0])])


def _steps(at_us: Numbers, change: int, code: Numbers) -> Numbers:
    return np.stack([at_us, np.full_like(at_us, change), code])


def _bounds(connection: duckdb.DuckDBPyConnection) -> list[datetime]:
    """Return where parts of some PART sessions begin, and the end of all; naive UTC."""
    found = connection.execute(f"""
        select min(started_at) from (
            select started_at, sum(sum(n)) over (order by started_at) // {PART} as part
            from hours where started_at is not null group by started_at)
        group by part order by part""").fetchall()
    return [*(hour_at for (hour_at,) in found), LAST]
