"""The relations over cold files: what a question says about time narrows what is read."""

import re
from datetime import timedelta

import pytest

from lake import cold, index
from tests.lake.lakes import FIRST, batch, write

SCANNED = re.compile(r"Row Groups Scanned: (\d+) / (\d+)")


@pytest.fixture
def parquet(own_settings):
    """Ninety sessions over four periods, so that each table has four files of one row group."""
    write(own_settings, batch(range(90)))
    instance = index.over_parquet(own_settings, cold.read(own_settings.data.resolve()))
    yield instance
    instance.retire()


@pytest.mark.parametrize("table", ["messages", "events"])
@pytest.mark.parametrize(
    "bounds",
    ["session_started_at = $at", "session_started_at >= $at and session_started_at <= $at"],
)
def test_bounds_on_the_start_leave_other_row_groups_alone(parquet, table, bounds):
    """One select too many between the cast and the files, and all of them are read whole."""
    at = (FIRST + timedelta(days=1)).replace(tzinfo=None)
    told = parquet.cursor().execute(
        f"explain analyze select seq from {table} where {bounds}", {"at": at}
    )
    plan = told.fetchall()[0][1]

    assert [("1", "4")] == SCANNED.findall(plan)


@pytest.mark.parametrize("table", ["messages", "events"])
def test_a_list_of_starts_leaves_other_row_groups_alone(parquet, table):
    starts = [(FIRST + timedelta(days=days)).replace(tzinfo=None) for days in (1, 40)]
    told = parquet.cursor().execute(
        f"explain analyze select seq from {table} "
        "where session_started_at_stored in $starts::timestamptz[]",
        {"starts": starts},
    )
    plan = told.fetchall()[0][1]

    assert [("2", "4")] == SCANNED.findall(plan)


@pytest.mark.parametrize("table", ["messages", "events"])
def test_a_period_leaves_the_files_of_others_unopened(parquet, table):
    told = parquet.cursor().execute(
        f"explain analyze select seq from {table} where period in $periods",
        {"periods": [f"{FIRST:%Y-%m}", ""]},
    )
    plan = told.fetchall()[0][1]

    assert [("1", "1")] == SCANNED.findall(plan)
