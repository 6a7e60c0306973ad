"""An answer is the same frame, whichever way it is fetched."""

import duckdb
import polars as pl
import pytest

from queries.frames import FEW, frame

# Rows with a value of each type, every third one without.
EACH = """
select * exclude (n) from (
    select
        n, n % 2 = 0 as flag, n::tinyint as a, n::smallint as b, n::integer as c, n::bigint as d,
        n::utinyint as e, n::usmallint as f, n::uinteger as g, n::ubigint as h,
        case n when 1 then 'nan'::double when 2 then '-inf'::double else n / 3 end as real,
        date '2026-01-31' + n::integer as day, 'é' || chr(10) || n as text,
        timestamp '0001-01-01' + to_microseconds(n) as moment
    from (select if(range % 3 = 0, null, range % 120) as n from range({rows})) as numbers
)
"""
# What comes as Arrow, for polars has more than one type for it, or parts of it.
OTHERS = ("hugeint", "decimal(4, 1)", "varchar[]", "timestamptz", "struct(a integer)", "time")


@pytest.fixture
def connection():
    with duckdb.connect() as opened:
        yield opened


def assert_same(connection, text):
    """Assert that the frame of a text is what Arrow makes of it."""
    connection.execute(text)
    told = frame(connection)
    known = pl.from_arrow(connection.sql(text).to_arrow_table())
    assert told.schema == known.schema
    assert told.equals(known)


@pytest.mark.parametrize("rows", [0, 1, 30, FEW - 1, FEW, FEW + 1, 20 * FEW])
def test_rows_have_the_types_and_values_of_arrow(connection, rows):
    assert_same(connection, EACH.format(rows=rows))


def test_a_column_without_a_value_has_its_type(connection):
    assert_same(connection, f"select * from ({EACH.format(rows=9)}) where a is null")


@pytest.mark.parametrize("kind", OTHERS)
def test_other_types_are_left_to_arrow(connection, kind):
    assert_same(connection, f"select 1 as one, null::{kind} as other from range(3)")
