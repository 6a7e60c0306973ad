"""Metadata as rows: `pairs` and `pair_names`, over Parquet and in the index.

`pairs` has a row for each value of each key of a session: `session_id`, `session_no` (its number in
joins, see lake/relations.py), `nth` (1 for the first value that the session has of this key, 0
where it has the same one before, else more), `key`, `value`, and `pair`, which stands for both in
groupings; `pair_names` tells which key and value it is.

In the index `pair` is a small number, so that millions of pairs are counted by numbers and not by
their texts. Each key has one, whose value is null; the values that few sessions have (ids of
orders, of customers) share it: whoever counts is asked for at least `USUAL` sessions, and no such
value can have them. The numbers of keys come first, then those of values, the most frequent first,
and `pair_counts` tells of each how many rows it has at most. Over Parquet `pair` is a text and each
value has its own.
"""

import duckdb

from lake import marks

# The values of stored metadata, whose JSON text is always {"key": ["value", ...]}. Several times
# faster than a cast to a map (measured: a million sessions in 3 s instead of 10).
VALUES = "json_extract(metadata, '$.*')::varchar[][]"

MARK = marks.sql("key", "value")  # of a rare value: a number of its own it has none

USUAL = 5  # sessions, in the whole lake: a value that fewer have has no number of its own


def _lists(sessions: str) -> str:
    """Return the select of each key of some sessions (a relation of ours) with its values."""
    return f"""
select session_id, session_no, unnest(json_keys(metadata)) as key, unnest({VALUES}) as listed
from {sessions}
"""


def rows(sessions: str) -> str:
    """Return the select of each value of each key of some sessions (a relation of ours)."""
    return f"""
select session_id, session_no, key, value,
    case when number = 1 then 1
        when list_position(listed, value) = number then number else 0 end::integer as nth
from (
    select *, unnest(listed) as value, generate_subscripts(listed, 1) as number
    from ({_lists(sessions)})
)
"""


_COLUMNS = "session_id, session_no, nth, key, value, pair"


def text_pairs(sessions: str) -> str:
    """Return the select of `pairs` over some sessions, each pair by its text."""
    # The length before the key keeps apart what would read the same when put together.
    told = f"select *, length(key) || ':' || key || value as pair from ({rows(sessions)})"
    return f"select {_COLUMNS} from ({told})"


PAIRS = text_pairs("sessions")
NAMES = "select distinct pair, key, value from pairs"

# By rows and not by sessions, which is cheaper and never less.
_COUNTED = f"""
select key, case when count(*) >= {USUAL} then value end as value, count(*) as n
from (select key, unnest(listed) as value from ({_lists("sessions")})) group by key, value
"""
_NUMBERED = f"""
select row_number() over (order by value is not null, n desc, key, value)::integer as pair, *
from (
    select distinct key, value,
        case when value is null then (select count(*) from sessions) else n end as n
    from (
        select key, value, max(n) as n from ({_COUNTED}) as counted
        group by grouping sets ((key, value), key)
    )
)
order by pair
"""
_NATIVE = f"""
select session_id, session_no, nth, found.key, found.value, coalesce(own.pair, rare.pair) as pair
from ({rows("sessions")}) as found
left join pair_names as own on own.key = found.key and own.value = found.value
left join (select key, pair from pair_names where value is null) as rare on rare.key = found.key
"""
MARKS = marks.rows(
    MARK, "(from pairs where pair in (select pair from pair_names where value is null))"
)


def views(connection: duckdb.DuckDBPyConnection) -> None:
    """Make both relations readable over `sessions`, computed when they are asked."""
    connection.execute(f"create view pairs as {PAIRS}")
    connection.execute(f"create view pair_names as {NAMES}")


def tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Keep both relations beside the table `sessions`, in its order.

    `rare_marks` tells which sessions may have a rare value, by its mark.
    """
    connection.execute(f"create table pair_names as {_NUMBERED}")
    connection.execute("create view pair_counts as select pair, n from pair_names")
    connection.execute(f"create table pairs as {_NATIVE}")
    connection.execute(f"create table rare_marks as {MARKS}")
