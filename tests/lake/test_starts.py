"""The starts of some sessions, however many are asked for."""

from datetime import datetime

import duckdb
import pytest

from lake.starts import FEW, starts

AT = datetime(2026, 11, 1, 12)  # noqa: DTZ001  naive UTC as in the tables


@pytest.mark.parametrize("many", [0, 1, FEW - 1, FEW, FEW + 1, 3 * FEW])
def test_every_id_that_is_there_is_found_once_and_no_other(many):
    made = duckdb.connect()
    made.execute("create table ids (session_id varchar, started_at timestamp)")
    kept = [(f"s{number}", AT if number % 2 else None) for number in range(3 * FEW)]
    made.executemany("insert into ids values (?, ?)", kept)
    asked = [f"s{number}" for number in range(many)]

    assert sorted(kept[:many]) == sorted(starts(made, "ids", [*asked, "nobody"]))
