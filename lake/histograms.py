"""Histograms: the cubes of lake/cubes.py again, of lengths of time, each cell told apart by bin.

`NAME_hours` and `NAME_days` of each of MEASURES count the sessions that have such a length: `n` of
a `bin` (lake/bins.py), of an hour of UTC or of a day of the report zone and an agent, and of the
other columns of a cell. `signed` has the bins of live sessions in `NAME_bin`, and so every sum over
cells and `signed` is the number of sessions of a bin at that moment.
"""

from dataclasses import dataclass

import duckdb

from lake import bins


@dataclass(frozen=True)
class Measure:
    """A length of time: its column of sessions, and which sessions are meant."""

    column: str
    where: str = "true"

    @property
    def bin(self) -> str:
        """The SQL of the bin of a session; null where it has no such length."""
        return f"case when {self.where} then {bins.sql(self.column)} end"


MEASURES = {
    "duration": Measure("duration_ms", "status <> 'active'"),
    "first_response": Measure("first_response_ms"),
}
NAMES = tuple(f"{name}_{length}" for name in MEASURES for length in ("hours", "days"))


def measure(cube: str) -> str:
    """Return the name of the measure of a cube; '' where it is none of NAMES."""
    return cube.rpartition("_")[0] if cube in NAMES else ""


def columns() -> str:
    """Return what `signed` has of a session."""
    return ", ".join(f"{each.bin} as {name}_bin" for name, each in MEASURES.items())


def selects(sessions: str, keys: str) -> dict[str, str]:
    """Return the select of each of NAMES; `keys` are the columns of a cell beside time and agent.

    Needs the table `cube_days`.
    """
    made = {}
    for name, each in MEASURES.items():
        has_one = f"{each.column} is not null and {each.where}"
        counted = f"{keys}, {bins.sql(each.column)} as bin, count(*)::bigint as n"
        made[f"{name}_hours"] = f"""
            select date_trunc('hour', started_at) as started_at, {counted}
            from {sessions} where {has_one} group by all"""
        made[f"{name}_days"] = f"""
            select opens as started_at, agent_id, {counted}
            from {sessions} asof left join cube_days on started_at >= opens
            where {has_one} group by all"""
    return made


def build(connection: duckdb.DuckDBPyConnection, sessions: str, keys: str) -> None:
    """Make the histograms."""
    for name, select in selects(sessions, keys).items():
        connection.execute(f"create table {name} as {select} order by all")


def is_off(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    """Return whether they do not add up to what `rows` are, in the columns of `signed`."""
    sums = "select status, sum(n)::bigint, sum(n * bin)::bigint from"
    for name in NAMES:
        binned = f"(select status, n, {measure(name)}_bin as bin from {rows})"
        found = [
            connection.execute(f"{sums} {each} where bin is not null group by 1 order by 1")
            .fetchall() for each in (binned, name)
        ]  # fmt: skip
        if found[0] != found[1]:
            return True
    return False
