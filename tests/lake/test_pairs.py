"""Metadata as rows: what is numbered, what is a repetition, what shares a number."""

import json

import duckdb
import pytest

from lake import pairs
from lake.pairs import USUAL

METADATA = [
    {"plan": ["pro", "pro", "free"], "tags": []},
    *({"plan": ["pro"], "id": [f"x{number}"]} for number in range(USUAL)),
    {"a": ["1:b"], "a1": [":b"], "": ["a\0b"]},
]


@pytest.fixture(params=["index", "parquet"])
def connection(request):
    made = duckdb.connect()
    made.execute("create table sessions (session_id varchar, session_no integer, metadata varchar)")
    for number, metadata in enumerate(METADATA):
        row = [f"s{number}", number, json.dumps(metadata)]
        made.execute("insert into sessions values (?, ?, ?)", row)
    (pairs.tables if request.param == "index" else pairs.views)(made)
    return made


def test_a_row_knows_whether_it_is_the_first_of_its_key_or_a_repetition(connection):
    rows = connection.execute(
        "select value, nth from pairs where session_id = 's0' order by nth, value"
    ).fetchall()

    assert [("pro", 0), ("pro", 1), ("free", 3)] == rows


def test_what_many_sessions_have_has_a_number_of_its_own(connection):
    counted = connection.execute(
        "select pair_names.key, pair_names.value, count(*) from pairs join pair_names using (pair) "
        "where nth > 0 group by all having count(*) >= $usual and pair_names.value is not null "
        "order by all",
        {"usual": USUAL},
    ).fetchall()

    assert [("plan", "pro", USUAL + 1)] == counted


def test_every_row_is_counted_under_its_key(connection):
    expected = connection.execute("select key, count(*) from pairs group by key order by key")
    expected = expected.fetchall()
    named = connection.execute(
        "select pair_names.key, count(*) from pairs join pair_names using (pair) "
        "group by all order by all"
    )

    assert expected == named.fetchall()
    assert {"plan", "id", "a", "a1", ""} == {key for key, _ in expected}
