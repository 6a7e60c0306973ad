"""The SQL of storage: cold files as the relations that questions read.

`sessions`, `pairs`, `messages` and `events` have the same columns whether they are views over
Parquet or tables of the index. Cold times are UTC-adjusted timestamps; questions see naive UTC.
"""

from collections.abc import Sequence

from lake.files import StoredFile
from lake.instance import quoted
from lake.schema import SCHEMAS, SESSIONS, TIME

# DuckDB's name of each Arrow type that the cold tables use.
_TYPES = {
    "string": "varchar",
    "int32": "integer",
    "int64": "bigint",
    "timestamp[us, tz=UTC]": "timestamptz",
    "list<item: string>": "varchar[]",
}

# The values of stored metadata, whose JSON text is always {"key": ["value", ...]}. Several times
# faster than a cast to a map (measured: a million sessions in 3 s instead of 10).
VALUES = "json_extract(metadata, '$.*')::varchar[][]"

PAIRS = f"""
select session_id, key, unnest(listed) as value
from (select session_id, unnest(json_keys(metadata)) as key, unnest({VALUES}) as listed
      from sessions)
"""


def files_sql(files: Sequence[StoredFile]) -> str:
    """Return the paths of files as an SQL list."""
    return "[" + ", ".join(quoted(file.path) for file in files) + "]"


def columns(table: str) -> str:
    """Return a table's stored columns as an SQL list; quoted, for `at` is a word of SQL."""
    return ", ".join(f'"{name}"' for name in SCHEMAS[table].names)


def raw(table: str, files: Sequence[StoredFile]) -> str:
    """Return a select of a cold table's stored columns as they lie in its files."""
    schema = SCHEMAS[table]
    if not files:
        nulls = ", ".join(f'null::{_TYPES[str(f.type)]} as "{f.name}"' for f in schema)
        return f"select {nulls} where false"
    return f"select {columns(table)} from {_scan(files)}"


def _scan(files: Sequence[StoredFile]) -> str:
    return f"read_parquet({files_sql(files)})"


def cold(table: str, files: Sequence[StoredFile]) -> str:
    """Return a select of a Parley lake's table with naive UTC times; sessions with `search`."""
    # A cast rather than timezone(), and straight over the files: bounds on time reach the row groups
    # through one select that casts, and through no second one below it. The session's zone is UTC.
    selected = [
        f'"{field.name}"::timestamp as "{field.name}"' if field.type == TIME else f'"{field.name}"'
        for field in SCHEMAS[table]
        if field.name != "content_hash"
    ]
    if table == "sessions":
        selected.append(f"{SEARCH} as search")
    source = _scan(files) if files else f"({raw(table, files)})"
    return f"select {', '.join(selected)} from {source}"


# What free text search reads: every part in lower case, with a NUL between the parts. A search
# text holds no NUL, so that no match can reach over two parts.
SEARCH = f"""lower(concat_ws(chr(0), session_id, external_id, agent_name, user_id,
    array_to_string(flatten({VALUES}), chr(0))))"""


def naive_ddl() -> str:
    """Return the column list of the index's native `sessions` table."""
    stored = [
        f"{field.name} {'timestamp' if field.type == TIME else _TYPES[str(field.type)]}"
        for field in SESSIONS
        if field.name != "content_hash"
    ]
    return ", ".join([*stored, "search varchar"])
