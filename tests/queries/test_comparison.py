"""The period before: its numbers, and its series at the places of the present one."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import comparison, honest, intervals, metrics, periods, sessions, trends
from queries.catalog import METRICS, Unit
from queries.edges import midnight
from queries.filters import Filters
from queries.intervals import Interval
from queries.stacks import STACKS
from tests import oracle_trends as truth
from tests.queries import world

DAY = timedelta(days=1)


def at(*when):
    return datetime(2026, *when, tzinfo=UTC)


def days(zone, first, last, **given):
    """Return filters of whole days of October and November 2026, the last one included."""
    bounds = [midnight(day, zone) for day in (first.date(), (last + DAY).date())]
    return Filters(started_after=bounds[0], started_before=bounds[1], tz=zone, **given)


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


@given(
    filters=world.filters(), zone=st.sampled_from(world.ZONES),
    shape=st.tuples(st.sampled_from([None, *STACKS]), st.sampled_from(Interval)),
)  # fmt: skip
def test_the_series_before_has_the_places_of_the_present_and_all_its_sessions(
    snapshot, filters, zone, shape
):
    by, interval = shape
    filters = filters.model_copy(update={"tz": zone})
    ghost = comparison.ghost(["sessions"], filters, snapshot, interval=interval, by=by)
    earlier = comparison.previous(filters, snapshot)
    if earlier is None:
        assert ghost is None
        return
    present = intervals.buckets(filters, snapshot, interval)

    assert present.starts == ghost.buckets.starts
    if by is None:
        assert [*present.starts] == ghost.frame["starts_at"].to_list()
        assert [*present.labels] == ghost.frame["label"].to_list()
        assert sessions.count(earlier, snapshot) == ghost.frame["sessions"].sum()
    bounds = [ghost.buckets.bounds(place) for place in range(len(present.starts))]
    assert earlier.started_after == bounds[0][0]
    assert earlier.started_before == bounds[-1][1]
    assert [end for _, end in bounds[:-1]] == [start for start, _ in bounds[1:]]
    assert all(start <= end for start, end in bounds)


def test_a_day_of_24_hours_lies_over_the_day_of_25_before_it(snapshot):
    """Berlin, 26 October: an hour of the clock lies over the same one, 02:00 over both of them."""
    filters = days("Europe/Berlin", at(10, 26), at(10, 26))
    ghost = comparison.ghost(["sessions"], filters, snapshot, interval=Interval.HOUR)
    bounds = [ghost.buckets.bounds(place) for place in range(24)]

    assert (at(10, 24, 22), at(10, 24, 23)) == bounds[0]
    assert (at(10, 25, 0), at(10, 25, 2)) == bounds[2]
    assert (at(10, 25, 22), at(10, 25, 23)) == bounds[23]


def test_the_day_of_25_hours_lies_over_one_of_24(snapshot):
    filters = days("Europe/Berlin", at(10, 25), at(10, 25))
    ghost = comparison.ghost(["sessions"], filters, snapshot, interval=Interval.HOUR)
    bounds = [ghost.buckets.bounds(place) for place in range(25)]

    assert (at(10, 24, 0), at(10, 24, 0)) == bounds[2]  # 02:00 comes twice, and lies over one
    assert (at(10, 24, 0), at(10, 24, 1)) == bounds[3]
    assert (at(10, 24, 21), at(10, 24, 22)) == bounds[24]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"])
def test_days_lie_over_days_where_clocks_were_changed(snapshot, zone):
    filters = days(zone, at(10, 2), at(11, 1))
    ghost = comparison.ghost(["sessions"], filters, snapshot, interval=Interval.DAY)

    expected = [midnight((at(9, 1) + number * DAY).date(), zone) for number in range(32)]
    bounds = [ghost.buckets.bounds(place) for place in range(31)]
    assert [*pairwise(expected)] == bounds


def test_a_preset_lies_over_the_same_hours_days_before(snapshot):
    filters = Filters(range="24h")
    ghost = comparison.ghost(["sessions"], filters, snapshot, interval=Interval.HOUR)

    for place, start in enumerate(ghost.buckets.starts[1:], 1):
        assert start - DAY == ghost.buckets.bounds(place)[0]


def test_days_of_a_preset_lie_over_days_of_the_clock(snapshot):
    """Berlin, 26 October to 2 November, over the week in which clocks were put back."""
    ghost = comparison.ghost(["sessions"], Filters(range="7d"), snapshot, interval=Interval.DAY)
    starts = [ghost.buckets.bounds(place)[0] for place in range(8)]

    assert [at(10, 19, 12), at(10, 19, 22), at(10, 20, 22)] == starts[:3]
    assert [at(10, 24, 22), at(10, 25, 23)] == starts[6:]


def test_nothing_lies_over_all_time(snapshot):
    assert comparison.ghost(["sessions"], Filters(), snapshot, interval=Interval.DAY) is None
    (one,) = comparison.compared(["sessions"], Filters(), snapshot).values()

    assert (one.before, one.before_n, one.change, one.is_noise) == (None, None, None, False)


def test_others_before_are_the_agents_that_are_others_now(snapshot, monkeypatch):
    monkeypatch.setattr("queries.stacks.TOP", 2)
    filters = Filters(range="30d")
    present = trends.series(["sessions"], filters, snapshot, interval=Interval.DAY, by="agent")
    ghost = comparison.ghost(["sessions"], filters, snapshot, interval=Interval.DAY, by="agent")

    assert set(ghost.groups) <= set(present.groups)
    earlier = comparison.previous(filters, snapshot)
    assert sessions.count(earlier, snapshot) == ghost.frame["sessions"].sum()
