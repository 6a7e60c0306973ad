"""The lines of the cards, against plain Python."""

from datetime import timedelta

import pytest
from hypothesis import given

from queries import metrics, periods
from queries.filters import Filters
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
