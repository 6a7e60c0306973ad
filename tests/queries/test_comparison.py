"""The period before: its numbers, and its series at the places of the present one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import comparison, ghosts, honest, metrics, periods, sessions
from queries.catalog import METRICS, Unit
from queries.filters import Filters
from queries.intervals import Interval
from queries.stacks import STACKS
from tests import oracle_trends as truth
from tests.queries import world


@given(filters=world.filters())
def test_a_number_is_compared_with_that_of_the_period_before(snapshot, oracle, filters):
    found = comparison.compared([*METRICS], filters, snapshot)
    earlier = comparison.previous(filters, snapshot)
    now, rows = metrics.summary(filters, snapshot), oracle.filtered(filters)
    then = None if earlier is None else metrics.summary(earlier, snapshot)

    for name, metric in METRICS.items():
        one = found[name]
        assert now[name] == one.value
        assert (None if then is None else then[name]) == one.before
        if not metric.is_count:
            assert truth.about(name, rows) == one.n
            assert honest.is_uncertain(one.n) == one.is_uncertain
        if metric.hits and rows:
            hits = truth.hits(truth.RATES[name], rows)
            assert honest.wilson(hits, one.n) == (one.low, one.high)
        else:
            assert (one.low, one.high) == (None, None)
        if one.change is not None:
            base = 1 if metric.unit is Unit.RATE else one.before
            assert (one.value - one.before) / base == pytest.approx(one.change)


@given(
    filters=world.filters(), zone=st.sampled_from(world.ZONES),
    shape=st.tuples(st.sampled_from([None, *STACKS]), st.sampled_from(Interval)),
)  # fmt: skip
def test_a_number_is_the_same_as_the_sum_of_its_chart(snapshot, filters, zone, shape):
    """All but percentiles, which are not sums."""
    by, interval = shape
    filters = filters.model_copy(update={"tz": zone})
    names = [name for name, metric in METRICS.items() if metric.quantile is None]
    beside = ghosts.with_ghost(names, filters, snapshot, interval=interval, by=by)
    asked = comparison.compared(names, filters, snapshot)

    assert asked == comparison.compared(names, filters, snapshot, beside=beside)


@given(filters=world.filters(), zone=st.sampled_from(world.ZONES))
def test_the_filters_of_the_period_before_leave_its_sessions(snapshot, oracle, filters, zone):
    filters = filters.model_copy(update={"tz": zone})
    period = periods.previous(filters, snapshot.tick, zone)
    earlier = comparison.previous(filters, snapshot)
    if period is None:
        assert earlier is None
        return

    kept = [
        row
        for row in oracle.filtered(filters, *truth.RANGE)
        if row["started_at"] and period.after <= row["started_at"] < period.before
    ]
    assert len(kept) == sessions.count(earlier, snapshot)


def test_a_change_within_noise_says_so(snapshot):
    """32 of 50 and 41 of 50 may be chance, and so may anything about a few."""
    found = comparison.compared([*METRICS], Filters(range="7d"), snapshot)

    for name, one in found.items():
        if METRICS[name].is_count:
            assert one.is_noise != honest.counts_differ(one.value, one.before)
            assert not one.is_uncertain
    assert found["failure_rate"].is_noise
    assert not found["sessions"].is_noise


def test_a_number_of_all_time_is_compared_with_nothing(snapshot):
    (one,) = comparison.compared(["sessions"], Filters(), snapshot).values()

    assert (one.before, one.before_n, one.change, one.is_noise) == (None, None, None, False)
