"""The SQL of storage: cold files as the relations that questions read.

`sessions`, `pairs`, `pair_names`, `returns`, `ids`, `messages` and `events` have the same columns
whether they are views over Parquet or tables of the index. Cold times are UTC-adjusted timestamps,
questions see naive UTC. `sessions.session_no` stands for the session in joins, and nothing else:
a small number in the index, which joins several times faster than an id, and the id over Parquet.
`sessions.start_hour` is the hour of UTC in which it starts, counted from 1970: the same for
thousands in a row, so that DuckDB finds the sessions of some hours without a look at each.
"""

from collections.abc import Sequence

from lake.files import StoredFile
from lake.instance import quoted
from lake.pairs import VALUES
from lake.schema import SCHEMAS, SESSIONS, TIME

# DuckDB's name of each Arrow type that the cold tables use.
_TYPES = {
    "string": "varchar",
    "int32": "integer",
    "int64": "bigint",
    "timestamp[us, tz=UTC]": "timestamptz",
    "list<item: string>": "varchar[]",
}

# The start of each session by its id, in the index in the order of the ids: a question about one
# session finds the start here, and then only what lies at that time (measured: one of a million
# sessions in 4 ms instead of 40; a second and 28 MB more for the index).
IDS = "select session_id, started_at from sessions"


def files_sql(files: Sequence[StoredFile]) -> str:
    """Return the paths of files as an SQL list."""
    return "[" + ", ".join(quoted(file.path) for file in files) + "]"


def columns(table: str) -> str:
    """Return a table's stored columns as an SQL list; quoted, for `at` is a word of SQL."""
    return ", ".join(f'"{name}"' for name in SCHEMAS[table].names)


def raw(table: str, files: Sequence[StoredFile]) -> str:
    """Return a select of a cold table's stored columns as they lie in its files."""
    return f"select {columns(table)} from {_source(table, files)}"


def _source(table: str, files: Sequence[StoredFile]) -> str:
    """Return what a table is selected from: its files, or no row where it has none."""
    if files:
        hive = ", hive_partitioning = true, hive_types_autocast = false" if _is_dated(files) else ""
        return f"read_parquet({files_sql(files)}{hive})"
    nulls = ", ".join(f'null::{_TYPES[str(f.type)]} as "{f.name}"' for f in SCHEMAS[table])
    return f"(select {nulls} where false)"


def _is_dated(files: Sequence[StoredFile]) -> bool:
    """Return whether there are files and each lies in the folder of its period."""
    return bool(files) and all(file.period for file in files)


def cold(table: str, files: Sequence[StoredFile]) -> str:
    """Return a select of a Parley lake's table with naive UTC times.

    Sessions have `search` and `session_no`, messages and events `period`: a bound on it leaves the
    files of other periods alone. NAME_stored is a time as it lies in the files: lists of moments
    and `is null` reach the row groups only without a cast (measured: the events of a hundred of a
    million sessions in 50 ms instead of 500).
    """
    # A cast rather than timezone(): bounds on time reach the row groups through it, and through no
    # other select between it and the files (measured: a transcript of a million sessions in 25 ms
    # instead of 1 s). The session's zone is UTC.
    period = "period" if _is_dated(files) else "'' as period"
    return f"select {_shown(table, period)} from {_source(table, files)}"


def live(table: str, source: str, session_no: str) -> str:
    """Return a select of live rows in the columns of `cold`, from a table with those stored.

    `session_no` is the SQL of the number of a session.
    """
    period = "coalesce(strftime(session_started_at, '%Y-%m'), 'none') as period"
    return f"select {_shown(table, period, session_no)} from {source}"


def _shown(table: str, period: str, session_no: str = "session_id") -> str:
    """Return what is selected from a table's stored columns."""
    selected = [
        f'"{field.name}"::timestamp as "{field.name}"' if field.type == TIME else f'"{field.name}"'
        for field in SCHEMAS[table]
        if field.name != "content_hash"
    ]
    if table == "sessions":
        selected += [f"{SEARCH} as search", START_HOUR, f"{session_no} as session_no"]
    else:
        times = [field.name for field in SCHEMAS[table] if field.type == TIME]
        selected += [f'"{name}" as {name}_stored' for name in times]
        selected.append(period)
    return ", ".join(selected)


# What free text search reads: every part in lower case, with a NUL between the parts. A search
# text holds no NUL, so that no match can reach over two parts.
SEARCH = f"""lower(concat_ws(chr(0), session_id, external_id, agent_name, user_id,
    array_to_string(flatten({VALUES}), chr(0))))"""


_TRUNCATED = "date_trunc('hour', started_at::timestamp)"  # downwards, before 1970 too
START_HOUR = f"(epoch_us({_TRUNCATED}) // 3600000000)::integer as start_hour"


def naive_ddl() -> str:
    """Return the column list of the index's native `sessions` table."""
    stored = [
        f"{field.name} {'timestamp' if field.type == TIME else _TYPES[str(field.type)]}"
        for field in SESSIONS
        if field.name != "content_hash"
    ]
    more = ["search varchar", "start_hour integer", "session_no bigint default nextval('places')"]
    return ", ".join([*stored, *more])
