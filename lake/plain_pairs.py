"""Metadata of a plain Parquet folder: its own column of pairs, and each column that is not ours."""

from lake.instance import quoted
from lake.schema import SESSIONS

Columns = dict[str, str]  # name -> DuckDB type

# The JSON text of both kinds of pairs; a key of the `metadata` column wins over a column's name.
METADATA = """to_json(map_from_entries(list_filter(
    own || list_filter(more, lambda e: not list_contains(
        list_transform(own, lambda o: o.key), e.key)),
    lambda e: len(e.value) > 0)))::varchar"""


def own_pairs(columns: Columns) -> str:
    """Return the pairs of the files' own `metadata` column: JSON text, a map or a struct."""
    if "metadata" not in columns:
        return "[]::struct(key varchar, value varchar[])[]"
    text = '"metadata"' if columns["metadata"] == "VARCHAR" else 'to_json("metadata")'
    return f"""coalesce(list_transform(
        map_entries(try_cast({text} as json)::map(varchar, json)),
        lambda e: {{'key': e.key, 'value': case when json_type(e.value) = 'ARRAY'
            then e.value::varchar[] else [e.value ->> '$'] end}}), [])"""


def more_pairs(columns: Columns) -> str:
    """Return the pairs of the columns that are none of ours."""
    pairs = [
        f"{{'key': {quoted(name)}, 'value': {_listed(name, kind)}}}"
        for name, kind in columns.items()
        if name not in SESSIONS.names
    ]
    return f"[{', '.join(pairs)}]" if pairs else "[]::struct(key varchar, value varchar[])[]"


def _listed(name: str, kind: str) -> str:
    """Return a column as a list of text without nulls."""
    column = '"' + name.replace('"', '""') + '"'
    listed = f"{column}::varchar[]" if kind.endswith("[]") else f"[{column}::varchar]"
    return f"list_filter({listed}, lambda v: v is not null)"
