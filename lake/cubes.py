"""Cubes: sessions counted by hour and by day, kept beside the native table of an index.

A cell holds `n`, how many sessions have the same values of its columns, and the sum of their
`messages`. `hours` has a cell for each hour of UTC, `agent_hours` one for each hour and agent
where these are much fewer than the sessions, `plain_agent_hours` the same without other columns,
`days` has one for each day of the report zone, `agent_days` one for each such day and agent;
`started_at` is where hour or day begins, null for sessions without a start. `pair_days` has the
cells of the days of agents once for each pair of lake/pairs.py that their sessions have: with `nth`
1 under the number of a key, and 2 under that of a value that has one. Two relations are read beside
live sessions: `settled` are those that the cubes hold, one by one, and `signed` is what live
sessions change, each with a sign: 1 for one as it is now, -1 for one of `settled` that does not
count any more. Every sum over cells and `signed` is one over all sessions. `settled_pairs` and
`signed_pairs` are the same of pairs. The cells of lengths of time are those of lake/histograms.py,
those of whose user came back of lake/contacts.py; how many sessions are open at once lake/opens.py
keeps. Whether all that is what the sessions say, lake/cube_checks.py finds out.
"""

import sys
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import duckdb

from lake import contacts, counted, days, histograms, names, opens
from lake.counted import KEYS
from lake.names import Names
from lake.opens import Opens
from settings import Settings

REPLACED, REPLACED_PAIRS = "live.main.replaced", "live.main.replaced_pairs"  # with a minus

SESSIONS_OF_A_CELL = 8  # of `agent_hours`, on average, from which these are worth their place


@dataclass(frozen=True)
class Cubes:
    """What is known of the cubes of an index; moments are naive UTC."""

    zone: str  # in which days are counted
    first: datetime  # the start of the first hour that has sessions, and of the last
    last: datetime
    days: tuple[datetime, ...]  # where the days begin, the first one at the beginning of all
    counts: tuple[int, ...]  # of sessions, how many start in each of the days
    least: int  # how many sessions make cubes worth it, PARLEY_CUBE_SESSIONS
    opens: Opens | None = None  # the groups of which is known how many are open at once
    names: Names | None = None  # of the agents; None where they are too many
    has_agent_hours: bool = False
    has_live: bool = False  # whether live sessions lie beside them, in `signed` and its like
    horizon: datetime | None = None  # before this start they change nothing

    @property
    def least_of_bins(self) -> int:
        """How many sessions make histograms worth it: fewer are asked exactly, as fast."""
        return 2 * self.least

    def sessions(self, after: datetime, before: datetime) -> int:
        """Return about how many sessions start in a range: those of all days that it touches."""
        first = max(bisect_right(self.days, after) - 1, 0)
        return sum(self.counts[first : bisect_left(self.days, before)])


def build(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Make the cubes of the table `sessions`; without cells where these are too few to be worth it.

    A row of `cube` says that they are whole.
    """
    total = connection.execute("select count(*) from sessions").fetchall()[0][0]
    is_worth = total >= settings.cube_sessions
    source = "sessions" if is_worth else "(select * from sessions limit 0)"
    _make(connection, source, {"hours": counted.hours, "agent_hours": counted.agent_hours})
    days.build(connection, settings.zone)  # reads the hours
    _make(connection, source, {"agent_days": counted.agent_days})
    _make_pairs(connection, source)
    connection.execute(f"""
        create table days as
        select * exclude (agent_id, n, messages), {counted.ADDED}
        from agent_days group by all order by all""")
    if not has_agent_hours(connection, total // SESSIONS_OF_A_CELL):
        connection.execute("delete from agent_hours")
    connection.execute("""
        create table plain_agent_hours as
        select agent_id, started_at, sum(n)::bigint as n
        from agent_hours group by all order by all""")
    histograms.build(connection, source, KEYS)
    contacts.build(connection, source, KEYS)
    opens.build(connection, is_worth=is_worth)
    names.build(connection)
    connection.execute(f"create view signed as select {counted.row()} from sessions limit 0")
    connection.execute(f"create view signed_pairs as {counted.paired('sessions', 'pairs')} limit 0")
    connection.execute("create table cube (zone varchar, least bigint)")
    has_start = "select count(*) from cube_slots"
    if is_worth and connection.execute(has_start).fetchall()[0][0]:
        connection.execute(
            "insert into cube values ($zone, $least)",
            {"zone": settings.zone, "least": settings.cube_sessions},
        )


def known(connection: duckdb.DuckDBPyConnection) -> Cubes | None:
    """Return what there is to know of the cubes; None where there are none."""
    told = connection.execute("select zone, least from cube").fetchall()
    if not told:
        return None
    (zone, least), *_ = told
    first, last = connection.execute(
        "select min(started_at), max(started_at) from hours"
    ).fetchall()[0]
    days = connection.execute("""
        select opens, coalesce(sum(n), 0)::bigint
        from cube_days left join days on started_at = opens group by 1 order by 1""").fetchall()
    begins, counts = zip(*days, strict=True)
    groups, called = opens.known(connection), names.known(connection)
    by_agent = has_agent_hours(connection)
    return Cubes(zone, first, last, begins, counts, least, groups, called, by_agent)


def fits(connection: duckdb.DuckDBPyConnection, settings: Settings) -> bool:
    """Return whether the days of the cubes, if there are any, are those of the report zone."""
    zones = connection.execute("select zone from cube").fetchall()
    return all(zone == settings.zone for (zone,) in zones)


def has(cursor: duckdb.DuckDBPyConnection, cold: str) -> bool:
    """Return whether the index of a database has cubes."""
    return bool(cursor.execute(f"select count(*) from {cold}.cube").fetchall()[0][0])


def make_live(cursor: duckdb.DuckDBPyConnection, cold: str) -> None:
    """Make the tables of what does not count any more."""
    for table, like in ((REPLACED, "signed"), (REPLACED_PAIRS, "signed_pairs")):
        cursor.execute(f"create table {table} as select *, 0::bigint as since from {cold}.{like}")


def take_out(
    cursor: duckdb.DuckDBPyConnection, cold: str, where: str, bound: dict[str, object], number: int
) -> None:
    """Take a session out of the cubes of an index: a publication has brought it anew."""
    session = f"(select * from {cold}.sessions where {where})"
    taken = ((REPLACED, f"select {counted.row(-1)} from {session}"),
             (REPLACED_PAIRS, counted.paired(session, f"{cold}.pairs", -1)))  # fmt: skip
    for table, select in taken:
        cursor.execute(f"insert into {table} select *, {number} as since from ({select})", bound)


def live(cold: str, number: int, where: str) -> dict[str, str]:
    """Return the selects of the relations of a publication; `where` leaves its live rows.

    A pair that has become usual is told again (lake/hot_pairs.py), also of sessions of the cubes.
    """
    cells = (*counted.BY_SESSION, "pair_days", "contact_days", *histograms.NAMES, *opens.TABLES)
    same = (*cells, "settled_contacts")
    pairs = f"(select * from live.main.hot_pairs where {where})"
    sessions = f"(select * exclude (since, until) from live.main.hot_sessions where {where})"
    kept = f"""(select * from {cold}.sessions where session_no not in (
        select session_no from live.main.overlaid where since <= {number}))"""
    return {
        **{name: f"select * from {cold}.{name}" for name in same},
        "settled": f"select * from {cold}.sessions",
        "settled_pairs": f"select * from {cold}.pairs",
        "signed": f"""
            select {counted.row()} from live.main.hot_sessions where {where}
            union all
            select * exclude (since) from {REPLACED} where since <= {number}""",
        "signed_pairs": f"""
            {counted.paired(sessions, pairs)}
            union all
            {counted.paired(kept, pairs)}
            union all
            select * exclude (since) from {REPLACED_PAIRS} where since <= {number}""",
        "signed_contacts": contacts.live(cold, number, where, KEYS),
    }


def _make(
    connection: duckdb.DuckDBPyConnection, sessions: str, selects: Mapping[str, counted.Select]
) -> None:  # fmt: skip
    """Make tables of what is selected of sessions, in the order of their columns."""
    for name, select in selects.items():
        connection.execute(f"create table {name} as {select(sessions)} order by all")


def _make_pairs(connection: duckdb.DuckDBPyConnection, sessions: str) -> None:
    """Make the cells of pairs in two steps, for both together take too much memory."""
    connection.execute(f"create table pair_cells as {counted.pair_cells(sessions)}")
    cells = counted.in_order(counted.pairs_of("pair_cells"))
    connection.execute(f"create table pair_days as {cells}")
    connection.execute("drop table pair_cells")


def has_agent_hours(connection: duckdb.DuckDBPyConnection, most: int = sys.maxsize) -> bool:
    """Return whether there are cells of hours and agents, and no more than so many."""
    cells = connection.execute("select count(*) from agent_hours").fetchall()[0][0]
    return 0 < int(cells) <= most
