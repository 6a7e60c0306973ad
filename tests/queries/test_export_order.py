"""Whether sessions lie in the order of exports is told by what is read."""

from datetime import UTC, datetime, timedelta

import duckdb
from hypothesis import example, given
from hypothesis import strategies as st

from queries.filters import Filters
from queries.statement import compose, sql

TICK = datetime(2026, 11, 26, tzinfo=UTC)
FIRST = datetime(2026, 11, 1)  # noqa: DTZ001  naive UTC as in the tables
SESSIONS = st.lists(
    st.tuples(st.integers(0, 3).map(lambda hours: FIRST + timedelta(hours=hours)),
              st.sampled_from("abcdefgh")), unique=True, max_size=8,
)  # fmt: skip


def in_order(rows):
    return sorted(rows, key=lambda row: (-(row[0] or FIRST).timestamp(), row[1]))


def told(rows, *, undated=False):
    connection = duckdb.connect()
    connection.execute("create table sessions (started_at timestamp, session_id varchar)")
    for row in rows:
        connection.execute("insert into sessions values (?, ?)", row)
    statement = sql("export_in_order").undated if undated else sql("export_in_order")
    given_ = {} if undated else {"slice_first": FIRST, "slice_last": FIRST + timedelta(days=1)}
    text, bound = compose(statement, Filters(), given_, TICK, "UTC")
    return connection.execute(text, bound or None).fetchone()[0]


@given(rows=SESSIONS, is_sorted=st.booleans())
@example(rows=[(FIRST, "b"), (FIRST, "a")], is_sorted=False)
@example(rows=[(FIRST, "a"), (FIRST + timedelta(hours=1), "a")], is_sorted=False)
def test_sessions_lie_in_order_if_they_are_read_newest_first_and_by_id(rows, is_sorted):
    rows = in_order(rows) if is_sorted else rows

    assert told(rows) == (rows == in_order(rows))


@given(ids=st.lists(st.sampled_from("abcdefgh"), unique=True, max_size=6))
def test_those_without_a_start_lie_in_order_if_they_are_read_by_id(ids):
    assert told([(None, each) for each in ids], undated=True) == (ids == sorted(ids))
