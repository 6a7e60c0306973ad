"""A plain Parquet folder as the same relations: what is missing gets a default, more is metadata.

`sessions/*.parquet` needs `session_id` and `started_at`, `messages/*.parquet` needs `session_id`,
`sender` and `content`. Naive timestamps are UTC. The files are never changed. Rows that cannot be
a session (no id, an unknown channel, type or status, an id that came before) are left out, counted
and reported.
"""

from collections.abc import Sequence

import duckdb

from lake.cold import Cold
from lake.files import TABLES, SetAside, StoredFile
from lake.instance import quoted
from lake.plain_pairs import METADATA, Columns, more_pairs, own_pairs
from lake.relations import SEARCH, START_HOUR, files_sql
from lake.schema import EVENTS, MESSAGES, SESSION_COLUMNS, TIME
from models import Channel, SessionType, Status

NEEDED = {
    "sessions": ("session_id", "started_at"),
    "messages": ("session_id", "sender", "content"),
    "events": ("session_id", "kind"),
}
# What a session's column is where its file has none, or a null.
DEFAULTS = {
    "source": "'parquet'",
    "agent_id": "coalesce(nullif(agent_name, ''), 'unknown')",
    "agent_name": "coalesce(nullif(agent_id, ''), 'unknown')",
    "channel": "'web'",
    "type": "'chat'",
    "status": "case when ended_at is null then 'active' else 'completed' end",
    "updated_at": "coalesce(ended_at, started_at, timestamp '1970-01-01')",
    "error_key": "lower(error)",
    "message_count": "coalesce(counts.messages, 0)",
    "event_count": "coalesce(counts.events, 0)",
    "last_message_at": "counts.sent_at",
}
KNOWN = {"channel": Channel, "type": SessionType, "status": Status}


def examine(connection: duckdb.DuckDBPyConnection, state: Cold) -> tuple[SetAside, ...]:
    """Read each file to its end; returns those that cannot be used, and why."""
    return tuple(
        SetAside(table, file.path, wrong)
        for table in TABLES
        for file in state.files[table]
        if (wrong := _wrong(connection, table, file)) is not None
    )


def left_out(connection: duckdb.DuckDBPyConnection, state: Cold) -> tuple[SetAside, ...]:
    """Return one entry telling how many rows of the usable files are no session."""
    if not state.files["sessions"]:
        return ()
    stored = f"select count(*) from read_parquet({files_sql(state.files['sessions'])})"
    kept = f"select count(*) from ({sessions(connection, state)})"
    rows = connection.execute(f"select ({stored}) - ({kept})").fetchall()[0][0]
    if not rows:
        return ()
    reason = (
        f"{rows:,} rows are left out: they have no id, repeat an id, or have an unknown channel, "
        "type or status"
    )
    return (SetAside("sessions", str(state.folder / "sessions"), reason, rows=rows),)


def columns_of(connection: duckdb.DuckDBPyConnection, files: Sequence[StoredFile]) -> Columns:
    """Return the columns that files have together; raises duckdb.Error."""
    if not files:
        return {}
    rows = connection.execute(f"describe select * from {_scan(files)}").fetchall()
    return {row[0]: row[1] for row in rows}


def turns(connection: duckdb.DuckDBPyConnection, table: str, state: Cold) -> str:
    """Return a select of `messages` or `events` with the columns of `relations.cold`."""
    columns = columns_of(connection, state.files[table])
    schema = MESSAGES if table == "messages" else EVENTS
    shapes = {name: _typed(name, columns) for name in schema.names}
    if "seq" not in columns:
        shapes["seq"] = "(row_number() over (partition by session_id))::integer"
    for name in ("content", "name", "detail"):
        shapes[name] = f"coalesce({_typed(name, columns)}, '')"
    selected = ", ".join(f'{shapes[name]} as "{name}"' for name in schema.names)
    source = _scan(state.files[table]) if columns else "(select 1 where false)"
    times = [field.name for field in schema if field.type == TIME]
    stored = ", ".join(f"{shapes[name]} as {name}_stored" for name in times)
    return f"select {selected}, {stored}, '' as period from {source}"


def dated_turns(connection: duckdb.DuckDBPyConnection, table: str, state: Cold) -> str:
    """Return the same select with the start of each session, where the files do not state it.

    Slower: the sessions are read along with the turns.
    """
    said = turns(connection, table, state)
    if not state.files[table] or not state.files["sessions"] or table in state.dated:
        return said
    start = "starts.started_at as session_started_at"
    return f"""
        select said.* replace ({start}, {start}_stored)
        from ({said}) as said left join ({_starts(connection, state)}) as starts
            on starts.id = said.session_id"""


def dated(connection: duckdb.DuckDBPyConnection, state: Cold) -> frozenset[str]:
    """Return which of `messages` and `events` state the start of each session as it is."""
    return frozenset(
        table
        for table in ("messages", "events")
        if "session_started_at" in columns_of(connection, state.files[table])
        and not _differs(connection, table, state)
    )


def _differs(connection: duckdb.DuckDBPyConnection, table: str, state: Cold) -> bool:
    """Return whether a turn states another start than its session has."""
    question = f"""
        select 1
        from ({turns(connection, table, state)}) as said
        join ({_starts(connection, state)}) as starts on starts.id = said.session_id
        where said.session_started_at is distinct from starts.started_at
        limit 1"""
    return bool(state.files["sessions"] and connection.execute(question).fetchall())


def _starts(connection: duckdb.DuckDBPyConnection, state: Cold) -> str:
    """Return a select of `id` and `started_at` of the rows that are sessions."""
    columns = columns_of(connection, state.files["sessions"])
    names = ("session_id", "started_at", "ended_at", "updated_at", *KNOWN)
    typed = ", ".join(f"{_typed(name, columns)} as {name}" for name in names)
    filled = ", ".join(f"coalesce({n}, {DEFAULTS[n]}) as {n}" for n in ("updated_at", *KNOWN))
    return f"""
        select session_id as id, started_at
        from (
            select * replace ({filled})
            from (select {typed} from {_scan(state.files["sessions"])})
        )
        {_kept()}"""


def _kept() -> str:
    """Return the conditions under which a row is a session: of several of an id the newest."""
    known = " and ".join(
        f"{name} in ({', '.join(quoted(value) for value in values)})"
        for name, values in KNOWN.items()
    )
    return f"""where session_id is not null and {known}
        qualify row_number() over (
            partition by session_id order by updated_at desc, started_at desc, ended_at desc
        ) = 1"""


def sessions(connection: duckdb.DuckDBPyConnection, state: Cold) -> str:
    """Return a select of `sessions` with the columns of `relations.cold`."""
    columns = columns_of(connection, state.files["sessions"])
    typed = ", ".join(
        f"{_typed(name, columns)} as {name}" for name in SESSION_COLUMNS if name != "metadata"
    )
    filled = ", ".join(f"coalesce({name}, {value}) as {name}" for name, value in DEFAULTS.items())
    elapsed = "datediff('millisecond', started_at, ended_at)"
    return f"""
        with typed as (
            select {typed}, {own_pairs(columns)} as own, {more_pairs(columns)} as more
            from {_scan(state.files["sessions"])}
        ), counts as ({_counts(connection, state)}),
        filled as (
            select typed.* exclude (own, more) replace ({filled},
                    case when {elapsed} >= 0 then {elapsed} end as duration_ms),
                {METADATA} as metadata, coalesce(counts.kinds, []) as event_kinds
            from typed left join counts on counts.id = typed.session_id
        )
        select {", ".join(SESSION_COLUMNS)}, event_kinds, {SEARCH} as search, {START_HOUR},
            session_id as session_no
        from filled
        {_kept()}"""


def _wrong(connection: duckdb.DuckDBPyConnection, table: str, file: StoredFile) -> str | None:
    """Return why a file cannot be used, or None; reads all of its columns."""
    try:
        columns = columns_of(connection, [file])
        missing = [name for name in NEEDED[table] if name not in columns]
        if missing:
            return f"it has no column {', '.join(missing)}"
        connection.execute(f"select count(columns(*)) from {_scan([file])}")
    except duckdb.Error as error:
        return f"it cannot be read: {str(error).splitlines()[0]}"
    return None


def _scan(files: Sequence[StoredFile]) -> str:
    return f"read_parquet({files_sql(files)}, union_by_name = true)"


def _typed(name: str, columns: Columns) -> str:
    """Return a column as the type of the contract, in naive UTC; a typed null if it is absent."""
    times = ("session_started_at", "sent_at", "at", "started_at", "ended_at", "last_message_at")
    if name in (*times, "updated_at"):
        kind = "timestamp"
    elif name == "seq" or name.endswith("_count"):
        kind = "integer"
    else:
        kind = "bigint" if name.endswith("_ms") else "varchar"
    if name not in columns:
        return f"null::{kind}"
    if kind == "timestamp" and "WITH TIME ZONE" in columns[name]:
        return f"timezone('UTC', \"{name}\")"
    return f'"{name}"::{kind}'


def _counts(connection: duckdb.DuckDBPyConnection, state: Cold) -> str:
    """Return a select of what messages and events tell of a session: counts, last time, kinds."""
    return f"""
        select session_id as id, sum(is_message)::integer as messages,
            sum(1 - is_message)::integer as events, max(sent_at) as sent_at,
            list_sort(coalesce(list(distinct kind) filter (kind is not null), [])) as kinds
        from (
            select session_id, 1 as is_message, sent_at, null as kind
            from ({turns(connection, "messages", state)})
            union all
            select session_id, 0, null, kind from ({turns(connection, "events", state)})
        ) group by all"""
