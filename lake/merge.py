"""Merging staged sessions into the cold files: who is new, what is rewritten, and the sorted files.

Runs in a DuckDB instance of its own with bounded memory; sorting spills to disk.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from lake.cold import Cold
from lake.files import StoredFile, adopt
from lake.instance import quoted
from lake.relations import columns, raw
from lake.staging import Staging

ORDER = {
    "sessions": "started_at desc nulls last, session_id",
    "messages": "session_started_at, session_id, seq",
    "events": "session_started_at, session_id, seq",
}
ROW_GROUP = {"sessions": 122_880, "messages": 10_000, "events": 10_000}
# Level 1 of ZSTD writes a third faster than the default and 3 % larger (measured).
COMPRESSION = "compression zstd, compression_level 1"
YEARS_BY_MONTH = 2  # sessions of older years lie in one period a year


@dataclass(frozen=True)
class Plan:
    """What a commit will do: counts by outcome, periods to write, present periods they take in."""

    counts: dict[str, int]
    periods: tuple[str, ...]
    files: frozenset[str]

    @property
    def is_all_new(self) -> bool:
        """Whether each staged row is of a session that was not there, and comes once."""
        return not any(self.counts[name] for name in ("replaced", "unchanged", "duplicates"))


class Merge:
    """Staged batches against a cold state."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, staging: Staging, state: Cold, now: datetime
    ) -> None:
        self._connection = connection
        self._staging = staging
        self._state = state
        self._first_month = f"{now.year - YEARS_BY_MONTH}-01"
        self._scratch = staging.folder

    def plan(self, *, is_tidied: bool = False, is_heard: bool = False) -> Plan:
        """Decide for each staged session whether it is new, changed or the same.

        Periods of several files are written anew as well where it `is_tidied`. Of what `is_heard`
        as it happens a later `updated_at` is a change too; of an import it is the time of that.
        """
        self._connection.execute(f"""
            create table present as
            select session_id, content_hash, updated_at, {self._by_file("filename")} as period
            from ({self._raw_with_file()})""")
        self._connection.execute(f"""
            create table last as
            select session_id, max(batch) as batch, count(*) as times
            from ({self._staged("sessions", "session_id, batch")})
            group by session_id""")
        # What the last batch says is joined and not aggregated: of ten million sessions the texts
        # of an aggregate are more than the memory, a join moves to disk.
        told = "session_id, batch, content_hash, started_at, updated_at"
        self._connection.execute(f"""
            create table staged as
            select session_id, batch, content_hash, {self._period("started_at")} as period, times,
                updated_at
            from ({self._staged("sessions", told)}) join last using (session_id, batch)""")
        later = "present.updated_at < staged.updated_at" if is_heard else "false"
        self._connection.execute(f"""
            create table changed as
            select staged.session_id, staged.batch, staged.period, present.period as old_period
            from staged left join present using (session_id)
            where present.content_hash is distinct from staged.content_hash or {later}""")
        counts = self._connection.execute("""
            select (select count(*) from changed where old_period is null),
                (select count(*) from changed where old_period is not null),
                (select count(*) from staged) - (select count(*) from changed),
                (select coalesce(sum(times), 0)::bigint - count(*) from staged)""").fetchall()[0]
        periods = self._connection.execute("""
            select distinct period from (
                select period from changed
                union all select old_period from changed where old_period is not null)
            order by period desc""").fetchall()
        several = self._of_several() if is_tidied else set()
        written = tuple(sorted({row[0] for row in periods} | several, reverse=True))
        names = ("added", "replaced", "unchanged", "duplicates")
        return Plan(
            dict(zip(names, counts, strict=True)),
            written,
            frozenset(
                file.period
                for files in (self._state.files["sessions"], *self._set_aside_periods())
                for file in files
                if self._today(file.period) in written
            ),
        )

    def write(
        self, table: str, period: str, folder: Path, *, is_added: bool = False,
        is_all_new: bool = False,
    ) -> list[StoredFile]:  # fmt: skip
        """Write the one file of a table's period, sorted; none if the period has no rows.

        If it `is_added`, one of the new rows alone, which comes beside those that are there. If
        the plan `is_all_new`, no row is looked up: millions of ids would take the memory that the
        sorting needs. May be called by several threads: a period's sorting and its hash keep one
        core busy.
        """
        target = self._scratch / f"{table}-{period}.parquet"
        old = [] if is_added else self._old(table, period)
        kept_old = """where session_id not in (
            select session_id from changed where old_period is not null)"""
        kept_new = """semi join (select session_id, batch from changed where period = $period)
            as kept using (session_id, batch)"""
        rows = self._connection.cursor().execute(f"""
            copy (
                select {columns(table)} from ({raw(table, old)}) {"" if is_all_new else kept_old}
                union all
                select {columns(table)}
                from ({self._staged(table, "*", period)}) as new {"" if is_all_new else kept_new}
                order by {ORDER[table]}
            ) to {quoted(str(target))}
            (format parquet, {COMPRESSION}, row_group_size {ROW_GROUP[table]})""",
            {} if is_all_new else {"period": period},
        ).fetchall()[0][0]  # fmt: skip
        if rows == 0:
            target.unlink()
            return []
        path = adopt(target, folder / f"period={period}")
        return [StoredFile(str(path), period, path.stat().st_size, rows)]

    def _of_several(self) -> set[str]:
        """Return the periods of which a table has several files."""
        counted = Counter(
            (table, self._today(file.period))
            for table, files in self._state.files.items()
            for file in files
        )
        return {period for (_, period), count in counted.items() if count > 1}

    def _old(self, table: str, period: str) -> list[StoredFile]:
        """Return the present files that a period takes in: months become a year in time."""
        return [file for file in self._state.files[table] if self._today(file.period) == period]

    def _staged(self, table: str, columns_: str, period: str | None = None) -> str:
        """Return a select of what is staged for a table, in one period or in all."""
        paths = [
            quoted(str(path))
            for month, path in self._staging.files(table).items()
            if period in (None, self._today(month))
        ]
        if not paths:
            return f"select *, 0 as batch from ({raw(table, ())})"
        return f"select {columns_} from read_parquet([{', '.join(paths)}])"

    def _set_aside_periods(self) -> list[list[StoredFile]]:
        """Return set-aside files as far as they tell which periods are damaged."""
        return [
            [StoredFile(item.path, item.period, 0, 0)]
            for item in self._state.set_aside
            if item.period
        ]

    def _today(self, period: str) -> str:
        """Return the name that a stored period has by now."""
        return period if period == "none" or period >= self._first_month else period[:4]

    def _period(self, column: str) -> str:
        """Return the SQL that gives the period of a start."""
        month = f"strftime({column}, '%Y-%m')"
        return f"""case when {column} is null then 'none'
            when {month} < {quoted(self._first_month)} then strftime({column}, '%Y')
            else {month} end"""

    def _raw_with_file(self) -> str:
        """Return a select of ids, hashes and times with the file that each lies in."""
        files = self._state.files["sessions"]
        if not files:
            return (
                "select null::varchar as session_id, null::varchar as content_hash, "
                "null::timestamptz as updated_at, null::varchar as filename where false"
            )
        listed = ", ".join(quoted(file.path) for file in files)
        return (
            "select session_id, content_hash, updated_at, filename "
            f"from read_parquet([{listed}], filename = true)"
        )

    def _by_file(self, column: str) -> str:
        """Return the SQL that names the period (as of today) of the file that a row lies in."""
        cases = " ".join(
            f"when {quoted(file.path)} then {quoted(self._today(file.period))}"
            for file in self._state.files["sessions"]
        )
        return f"case {column} {cases} end" if cases else "null::varchar"
