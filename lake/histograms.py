"""Histograms: the cubes of lake/cubes.py again, of lengths of time, each cell told apart by bin.

`NAME_hours`, `NAME_days` and `NAME_agent_days` of each of MEASURES count the sessions that have
such a length: `n` of a `bin` (lake/bins.py), of an hour of UTC, of a day of the report zone, or of
a day and an agent, and of the other columns of a cell. `NAME_plain_days` and
`NAME_plain_agent_days` have none of these other columns: they answer what nobody has filtered, from
an eighth of the cells and less. `signed` has the bins of live sessions in `NAME_bin`, and so every
sum over cells and `signed` is the number of sessions of a bin at that moment.
"""

from dataclasses import dataclass

import duckdb

from lake import bins, days


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
KINDS = ("plain_days", "days", "plain_agent_days", "agent_days", "hours")  # the fewest cells first
NAMES = {f"{name}_{kind}": name for name in MEASURES for kind in KINDS}  # and their measures
_ADDED = "sum(n)::bigint as n"  # of cells


def columns() -> str:
    """Return what `signed` has of a session."""
    return ", ".join(f"{each.bin} as {name}_bin" for name, each in MEASURES.items())


def is_plain(name: str) -> bool:
    """Return whether the cells of one of NAMES have only day, agent and bin."""
    return "_plain_" in name


def selects(sessions: str, keys: str) -> dict[str, str]:
    """Return the select of each of NAMES; `keys` are the columns of a cell beside time and agent.

    Needs the table `cube_slots`.
    """
    made: dict[str, str] = {}
    dated = days.of(sessions)
    for name, each in MEASURES.items():
        counted = f"{bins.sql(each.column)} as bin, count(*)::bigint as n"
        where = f"where {each.column} is not null and {each.where} group by all"
        hour = "date_trunc('hour', started_at) as started_at"
        day = "opens as started_at"
        made |= {
            f"{name}_hours": f"select {hour}, {keys}, {counted} from {sessions} {where}",
            f"{name}_days": f"select {day}, {keys}, {counted} from {dated} {where}",
            f"{name}_agent_days": f"select {day}, agent_id, {keys}, {counted} from {dated} {where}",
            f"{name}_plain_days": f"select {day}, {counted} from {dated} {where}",
            f"{name}_plain_agent_days": f"select {day}, agent_id, {counted} from {dated} {where}",
        }
    return made


def build(connection: duckdb.DuckDBPyConnection, sessions: str, keys: str) -> None:
    """Make the histograms; days of those of agents, which are half as many as the sessions."""
    made = selects(sessions, keys)
    for name in MEASURES:
        added = {
            f"{name}_days": f"select * exclude (agent_id, n), {_ADDED} from {name}_agent_days",
            f"{name}_plain_agent_days": (
                f"select started_at, agent_id, bin, {_ADDED} from {name}_agent_days"
            ),
            f"{name}_plain_days": (
                f"select started_at, bin, {_ADDED} from {name}_plain_agent_days"
            ),
        }
        whole = {table: made[table] for table in (f"{name}_hours", f"{name}_agent_days")}
        summed = {table: f"{select} group by all" for table, select in added.items()}
        for table, select in (whole | summed).items():
            connection.execute(f"create table {table} as {select} order by all")


def is_off(connection: duckdb.DuckDBPyConnection, rows: str) -> bool:
    """Return whether they do not add up to what `rows` are, in the columns of `signed`."""
    for name, measure in NAMES.items():
        binned = f"(select status, n, {measure}_bin as bin from {rows})"
        by = "null" if is_plain(name) else "status"
        sums = f"select {by}, sum(n)::bigint, sum(n * bin)::bigint from"
        found = [
            connection.execute(f"{sums} {each} where bin is not null group by 1 order by 1")
            .fetchall() for each in (binned, name)
        ]  # fmt: skip
        if found[0] != found[1]:
            return True
    return False
