"""The journal's sessions beside one cold state: in memory of the same instance, by versions.

Rows are never changed for those who read: each has the publications from and until which it counts,
and each publication has a schema of its own (`live.p<number>`) with the relations of
`lake/relations.py` as they are then, and of sessions, messages and events both halves: `fresh_…`,
what is here, whole for each session that is, and `cold_…`, all the rest. A publication is one
transaction, which stores its name.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from lake import cubes, hot_pairs, hot_returns, pairs, relations, returns
from lake.cold import Cold
from lake.files import TABLES
from lake.instance import Instance, quoted_name
from lake.live import STARTED, Held, moment, tables
from lake.schema import Batch
from lake.starts import starts

LIVE = "live"  # the database in memory
FOREVER = 2**62
IS_NOW = f"until = {FOREVER}"


def counts_at(number: int) -> str:
    """Return the SQL that leaves the rows of a publication."""
    return f"since <= {number} and until > {number}"


def not_overlaid(number: int, by: str = "session_id") -> str:
    """Return the SQL that leaves the cold rows of sessions that are not here as well."""
    return f"{by} not in (select {by} from live.main.overlaid where since <= {number})"


class Hot:
    """What is live beside one cold state; used by one thread at a time."""

    def __init__(self, instance: Instance, state: Cold, *, is_index: bool) -> None:
        """Make the tables; the instance has the cold relations in its own database."""
        self._instance = instance
        self._cursor = instance.cursor()
        self._is_index = is_index
        self._has_cold = bool(state.files["sessions"])
        self.cold = quoted_name(
            self._cursor.execute("select current_database()").fetchall()[0][0]
        ) + ".main"  # fmt: skip
        self.number = 0  # of the newest publication
        self.position = 0  # of the journal, which is contained
        self.heard_at: datetime | None = None
        self.has_overlaid = False  # whether one of the sessions lies in the cold files too
        self._has_cubes = is_index and cubes.has(self._cursor, self.cold)
        self._numbers: dict[str, int] = {}
        self._first: int | None = None  # the first start of all that was ever here
        self._make()

    @property
    def horizon(self) -> datetime | None:
        """The first start of a session that is here, naive UTC; before it all is settled."""
        return None if self._first is None else moment(self._first).replace(tzinfo=None)

    @property
    def is_empty(self) -> bool:
        """Whether there is no session."""
        return not self._numbers

    def publish(self, changed: Sequence[Held], position: int, name: str) -> None:
        """Take in sessions as they are now, and make a publication of it; raises duckdb.Error."""
        cursor, number = self._cursor, self.number + 1
        batch = tables([held.row for held in changed], {h.session_id: h.turns for h in changed})
        fresh = [held.session_id for held in changed if held.session_id not in self._numbers]
        for session_id in fresh:
            self._numbers[session_id] = -len(self._numbers) - 1
        cursor.begin()
        try:
            self._take(batch, number)
            self._overlay(fresh, number)
            if self._is_index:
                hot_pairs.take(cursor, self.cold, number)
                hot_returns.take(cursor, self.cold, number)
            self._show(number)
            cursor.execute("insert into live.main.published values ($number, $name)",
                           {"number": number, "name": name})  # fmt: skip
            cursor.commit()
        except duckdb.Error:
            cursor.rollback()
            raise
        self.number, self.position = number, position
        self._note(changed)

    def forget(self) -> None:
        """Drop what no reader sees any more."""
        oldest = self._instance.oldest(self.number)
        gone = self._cursor.execute(
            "delete from live.main.published where number < $oldest returning number",
            {"oldest": oldest},
        ).fetchall()
        for (number,) in gone:
            self._cursor.execute(f"drop schema live.p{number} cascade")
        kinds = [*TABLES, *(("pairs", "returns") if self._is_index else ())]
        for table in kinds:
            self._cursor.execute(
                f"delete from live.main.hot_{table} where until <= $oldest", {"oldest": oldest}
            )

    def _make(self) -> None:
        """Make the tables, of the columns of the cold relations."""
        kinds = [*TABLES, *(("pairs", "returns") if self._is_index else ())]
        for table in kinds:
            more = ", null::varchar as user_id" if table == "returns" else ""
            self._cursor.execute(
                f"create table live.main.hot_{table} as select *{more}, 0::bigint as since, "
                f"0::bigint as until from {self.cold}.{table} limit 0"
            )
        self._cursor.execute(
            "create table live.main.overlaid as select session_id, session_no, 0::bigint as since "
            f"from {self.cold}.sessions limit 0"
        )
        self._cursor.execute("create table live.main.published (number bigint, name varchar)")
        if self._is_index:
            hot_pairs.make(self._cursor)
            hot_returns.make(self._cursor)
        if self._has_cubes:
            cubes.make_live(self._cursor, self.cold)

    def _take(self, batch: Batch, number: int) -> None:
        """End the rows of the sessions as they were, and add those as they are."""
        numbers = [self._numbers[each] for each in batch.sessions["session_id"].to_pylist()]
        session_no = "session_no" if self._is_index else "session_id"
        for table in TABLES:
            rows: pa.Table = getattr(batch, table)
            if table == "sessions":
                rows = rows.append_column("session_no", pa.array(numbers, pa.int64()))
            self._cursor.register(f"given_{table}", rows)
        for table in TABLES:
            self._cursor.execute(
                f"update live.main.hot_{table} set until = {number} "
                f"where {IS_NOW} and session_id in (select session_id from given_sessions)"
            )
            shown = relations.live(table, f"given_{table}", session_no)
            self._cursor.execute(
                f"insert into live.main.hot_{table} by name "
                f"select *, {number} as since, {FOREVER} as until from ({shown})"
            )

    def _overlay(self, fresh: Sequence[str], number: int) -> None:
        """Find those that lie in the cold files too: there they do not count any more."""
        if not fresh or not self._has_cold:
            return
        for session_id, started_at in starts(self._cursor, f"{self.cold}.ids", fresh):
            self.has_overlaid = True
            when = "started_at is null" if started_at is None else "started_at = $start"
            when += " and session_id = $id"
            bound: dict[str, object] = {"id": session_id} | (
                {} if started_at is None else {"start": started_at}
            )
            self._cursor.execute(
                f"insert into live.main.overlaid select session_id, session_no, {number} "
                f"from {self.cold}.sessions where {when}", bound,
            )  # fmt: skip
            if self._has_cubes:
                cubes.take_out(self._cursor, self.cold, when, bound, number)
            if started_at is not None:
                self._reach(int(started_at.replace(tzinfo=UTC).timestamp() * 1_000_000))

    def _note(self, changed: Sequence[Held]) -> None:
        for held in changed:
            if held.row[STARTED] is not None:
                self._reach(held.row[STARTED])
        if changed:
            heard_at = moment(max(held.heard_at for held in changed))
            self.heard_at = heard_at if self.heard_at is None else max(self.heard_at, heard_at)

    def _reach(self, start: int) -> None:
        self._first = start if self._first is None else min(self._first, start)

    def _show(self, number: int) -> None:
        """Make the relations of a publication."""
        where = counts_at(number)
        self._cursor.execute(f"create schema live.p{number}")
        for table in TABLES:
            cold = f"select * from {self.cold}.{table}"
            if self.has_overlaid:
                by_number = self._is_index and table == "sessions"
                cold += (
                    f" where {not_overlaid(number, 'session_no' if by_number else 'session_id')}"
                )
            fresh = f"select * exclude (since, until) from live.main.hot_{table} where {where}"
            for name, select in {
                table: f"{fresh} union all {cold}", f"fresh_{table}": fresh, f"cold_{table}": cold
            }.items():  # fmt: skip
                self._cursor.execute(f"create view live.p{number}.{name} as {select}")
        for name, select in self._following(number).items():
            self._cursor.execute(f"create view live.p{number}.{name} as {select}")

    def _following(self, number: int) -> dict[str, str]:
        """Return the selects of what follows from the sessions."""
        schema, sessions, where = f"live.p{number}", f"live.p{number}.sessions", counts_at(number)
        ids = f"select session_id, started_at from {sessions}"
        if not self._is_index:
            return {
                "ids": ids,
                "pairs": pairs.text_pairs(sessions),
                "pair_names": f"select distinct pair, key, value from {schema}.pairs",
                "returns": returns.select(sessions),
            }
        listed = f"""
            select session_id, started_at from live.main.hot_sessions where {where}
            union all
            select session_id, started_at from {self.cold}.ids"""
        if self.has_overlaid:
            listed += f" where {not_overlaid(number)}"
        gone = f"where {not_overlaid(number, 'session_no')}" if self.has_overlaid else ""
        counted = cubes.live(self.cold, number, where) if self._has_cubes else {}
        return counted | {
            "ids": listed,
            "pairs": hot_pairs.shown(self.cold, where, gone),
            "pair_names": hot_pairs.names(self.cold),
            "pair_counts": hot_pairs.counts(self.cold, where),
            "returns": hot_returns.shown(self.cold, where),
            "replaced": f"select session_no from live.main.overlaid where since <= {number}",
        }
