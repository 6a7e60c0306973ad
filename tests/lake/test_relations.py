"""Bounds on the times of messages and events are kept from reading what lies outside them."""

import re
from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lake.files import StoredFile
from lake.relations import cold
from lake.schema import SCHEMAS, TIME

GROUP = 2048  # DuckDB's vectors; row groups are read or passed over as a whole
GROUPS = 4
BEGIN = datetime(2026, 11, 1, tzinfo=UTC)
TURNS = ("messages", "events")


@pytest.fixture(params=TURNS)
def turns(request, tmp_path):
    """A table whose times all rise by a minute a row, in four row groups."""
    schema = SCHEMAS[request.param]
    minutes = range(GROUP * GROUPS)
    usual = {"string": "x", "int32": 1}
    columns = {
        field.name: [BEGIN + timedelta(minutes=minute) for minute in minutes]
        if field.type == TIME
        else [usual[str(field.type)]] * len(minutes)
        for field in schema
    }
    path = tmp_path / "turns.parquet"
    pq.write_table(pa.table(columns, schema), path, row_group_size=GROUP)
    file = StoredFile(str(path), "", path.stat().st_size, len(minutes))
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    connection.execute(f"create view turns as {cold(request.param, (file,))}")
    yield connection, [field.name for field in schema if field.type == TIME]
    connection.close()


def scanned(connection, condition, **given):
    told = connection.execute(
        f"explain analyze select count(*), max(session_id) from turns where {condition}", given
    ).fetchall()
    return re.search(r"Row Groups Scanned: (\d+) / (\d+)", told[0][1]).groups()


def test_a_bound_on_a_stored_time_passes_over_row_groups(turns):
    connection, names = turns
    after = (BEGIN + timedelta(minutes=GROUP * 3 + 5)).replace(tzinfo=None)

    for name in names:
        assert ("1", "4") == scanned(connection, f"{name}_stored >= $after", after=after), name


def test_moments_of_a_list_are_looked_for_where_they_may_lie(turns):
    connection, (name, *_) = turns
    moments = [(BEGIN + timedelta(minutes=at)).replace(tzinfo=None) for at in (3, GROUP + 3)]

    assert ("2", "4") == scanned(
        connection, f"{name}_stored in $moments::timestamptz[]", moments=moments
    )


def test_the_stored_time_is_the_same_moment(turns):
    connection, names = turns
    for name in names:
        differing = f'"{name}" is distinct from {name}_stored::timestamp'

        assert (
            0
            == connection.execute(f"select count(*) from turns where {differing}").fetchall()[0][0]
        )
