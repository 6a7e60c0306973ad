"""Whether the cubes of an index are what its sessions say: by sums each hour, and cell by cell."""

import duckdb

from lake import contacts, counted, histograms, names, opens, pairs, returns
from lake.counted import KEYS
from lake.cubes import has_agent_hours


def is_off(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the cells do not add up to what the sessions are, without looking at each."""
    if _is_off_by_session(connection):
        return True
    if _is_off_by_pair(connection):
        return True
    rows = f"(select {counted.row()} from sessions)"
    parts = (histograms.is_off(connection, rows), contacts.is_off(connection))
    is_renamed = bool(_differing(connection, "agent_names", names.NEWEST))
    return any(parts) or is_renamed or opens.is_off(connection)


def _is_off_by_pair(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the cells of pairs do not add up to the keys and values of the sessions."""
    keys = "(select count(*) from pair_names where value is null)"  # these have the first numbers
    rows = f"count(*) filter (where nth = 1), count(*) filter (where nth <> 0 and pair > {keys})"
    cells = ", ".join(
        f"coalesce(sum(n) filter (where nth = {nth}), 0)::bigint" for nth in (1, 2)
    )  # fmt: skip
    told = [
        connection.execute(f"select {sums} from {table}").fetchall()
        for table, sums in (("pairs", rows), ("pair_days", cells))
    ]
    return told[0] != told[1]


def _is_off_by_session(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether cubes that hold each session once do not add up to the sessions."""
    dated = "sum(n)::bigint, sum(n) filter (where started_at is not null)::bigint"
    handed = "sum(n) filter (where has_handoff)::bigint"
    plain, full = f"null, {dated}", f"status, {dated}, sum(messages)::bigint, {handed}"

    def told(sums: str, source: str) -> list[tuple[object, ...]]:
        select = f"select {sums} from {source} group by 1 order by 1"
        return connection.execute(select).fetchall()

    rows = f"(select {counted.row()} from sessions)"
    expected = {sums: told(sums, rows) for sums in (plain, full)}
    sums_of = {name: plain if name in counted.PLAIN else full for name in _by_session(connection)}
    return any(told(sums, name) != expected[sums] for name, sums in sums_of.items())


def wrong(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many cells differ from the sessions that they count; of names and marks too."""
    found = opens.wrong(connection)
    selects = {**_by_session(connection), "pair_days": counted.pair_days}
    made = {name: select("sessions") for name, select in selects.items()}
    made |= {**histograms.selects("sessions", KEYS), "contact_days": contacts.select(KEYS)}
    made |= {"agent_names": names.NEWEST, "rare_marks": pairs.MARKS, "user_marks": returns.MARKS}
    return found + sum(_differing(connection, name, select) for name, select in made.items())


def _differing(connection: duckdb.DuckDBPyConnection, table: str, select: str) -> int:
    """Return how many rows of a table and of what it is to be are in one of them only."""
    found: int = connection.execute(f"""
        select count(*) from (
            (select * from {table} except all ({select}))
            union all
            (({select}) except all select * from {table})
        )""").fetchall()[0][0]
    return found


def _by_session(connection: duckdb.DuckDBPyConnection) -> dict[str, counted.Select]:
    """Return the selects of the cubes that hold each session once, as far as they have cells."""
    kept = dict(counted.BY_SESSION)
    if not has_agent_hours(connection):
        for name in counted.OF_AGENT_HOURS:
            del kept[name]
    return kept
