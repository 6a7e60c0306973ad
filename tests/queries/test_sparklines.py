"""The lines of the cards, against plain Python."""

from datetime import timedelta

import duckdb
import pytest
from hypothesis import given

from queries import metrics, periods, sparklines
from queries.engine import sql
from queries.filters import Filters
from queries.statement import compose
from tests.queries import world

pytestmark = pytest.mark.soak

MICROSECOND = timedelta(microseconds=1)
STARTS = sorted({row["started_at"] for row in world.rows() if row["started_at"] is not None})


def expected(filters, snapshot, oracle):
    """Return how many of the filtered sessions start in each slice; the last one has no end."""
    cut = periods.slices(filters, snapshot.tick)
    if cut is None:
        return ()
    period, slices = cut
    width = max((period.before - period.after) // slices, MICROSECOND)
    counts = [0] * slices
    for row in oracle.filtered(filters):
        counts[min((row["started_at"] - period.after) // width, slices - 1)] += 1
    return tuple(counts)


@given(filters=world.filters())
def test_the_line_of_the_range_counts_its_slices(snapshot, oracle, filters):
    found = metrics.cards(filters, snapshot).total.series

    assert expected(filters, snapshot, oracle) == found


@pytest.mark.parametrize("number", range(0, len(STARTS), max(len(STARTS) // 8, 1)))
def test_what_starts_where_the_range_ends_is_in_no_slice(snapshot, oracle, number):
    end = STARTS[number]
    filters = Filters(started_after=end - timedelta(days=3), started_before=end)
    found = metrics.cards(filters, snapshot).total

    assert expected(filters, snapshot, oracle) == found.series
    assert found.value == sum(found.series)


def test_what_ends_hours_before_it_starts_was_never_open():
    tick = world.TICK
    given = {"day_after": tick - periods.DAY, "hour_us": 3_600_000_000, "hours": 24}
    text, bound = compose(sql("sparkline_day"), Filters(), given, tick, "UTC")
    at = {"started_at": tick - timedelta(hours=3), "ended_at": tick - timedelta(hours=9)}
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(
            "create table sessions as select 'web' as channel, 'completed' as status, "
            "$started_at::timestamp as started_at, $ended_at::timestamp as ended_at",
            {name: moment.replace(tzinfo=None) for name, moment in at.items()},
        )
        rows = connection.execute(text, bound).fetchall()

    lines = sparklines.Sparklines(rows, 0)
    assert 1 == sum(lines.in_day((), ()))
    assert (0,) * 25 == lines.open(())
