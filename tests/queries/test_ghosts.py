"""The period before as a series: at the places of the present one, and asked together with it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import comparison, ghosts, intervals, sessions, trends
from queries.catalog import METRICS
from queries.edges import midnight
from queries.filters import Filters
from queries.intervals import Interval
from queries.stacks import STACKS
from tests.queries import world

DAY = timedelta(days=1)


def at(*when):
    return datetime(2026, *when, tzinfo=UTC)


def days(zone, first, last, **given):
    """Return filters of whole days of October and November 2026, the last one included."""
    bounds = [midnight(day, zone) for day in (first.date(), (last + DAY).date())]
    return Filters(started_after=bounds[0], started_before=bounds[1], tz=zone, **given)


@given(
    filters=world.filters(), zone=st.sampled_from(world.ZONES),
    shape=st.tuples(st.sampled_from([None, *STACKS]), st.sampled_from(Interval)),
)  # fmt: skip
def test_the_series_before_has_the_places_of_the_present_and_all_its_sessions(
    snapshot, filters, zone, shape
):
    by, interval = shape
    filters = filters.model_copy(update={"tz": zone})
    ghost = ghosts.ghost(["sessions"], filters, snapshot, interval=interval, by=by)
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
    ghost = ghosts.ghost(["sessions"], filters, snapshot, interval=Interval.HOUR)
    bounds = [ghost.buckets.bounds(place) for place in range(24)]

    assert (at(10, 24, 22), at(10, 24, 23)) == bounds[0]
    assert (at(10, 25, 0), at(10, 25, 2)) == bounds[2]
    assert (at(10, 25, 22), at(10, 25, 23)) == bounds[23]


def test_the_day_of_25_hours_lies_over_one_of_24(snapshot):
    filters = days("Europe/Berlin", at(10, 25), at(10, 25))
    ghost = ghosts.ghost(["sessions"], filters, snapshot, interval=Interval.HOUR)
    bounds = [ghost.buckets.bounds(place) for place in range(25)]

    assert (at(10, 24, 0), at(10, 24, 0)) == bounds[2]  # 02:00 comes twice, and lies over one
    assert (at(10, 24, 0), at(10, 24, 1)) == bounds[3]
    assert (at(10, 24, 21), at(10, 24, 22)) == bounds[24]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"])
def test_days_lie_over_days_where_clocks_were_changed(snapshot, zone):
    filters = days(zone, at(10, 2), at(11, 1))
    ghost = ghosts.ghost(["sessions"], filters, snapshot, interval=Interval.DAY)

    expected = [midnight((at(9, 1) + number * DAY).date(), zone) for number in range(32)]
    bounds = [ghost.buckets.bounds(place) for place in range(31)]
    assert [*pairwise(expected)] == bounds


def test_a_preset_lies_over_the_same_hours_days_before(snapshot):
    filters = Filters(range="24h")
    ghost = ghosts.ghost(["sessions"], filters, snapshot, interval=Interval.HOUR)

    for place, start in enumerate(ghost.buckets.starts[1:], 1):
        assert start - DAY == ghost.buckets.bounds(place)[0]


def test_days_of_a_preset_lie_over_days_of_the_clock(snapshot):
    """Berlin, 26 October to 2 November, over the week in which clocks were put back."""
    ghost = ghosts.ghost(["sessions"], Filters(range="7d"), snapshot, interval=Interval.DAY)
    starts = [ghost.buckets.bounds(place)[0] for place in range(8)]

    assert [at(10, 19, 12), at(10, 19, 22), at(10, 20, 22)] == starts[:3]
    assert [at(10, 24, 22), at(10, 25, 23)] == starts[6:]


def test_nothing_lies_over_all_time(snapshot):
    assert ghosts.ghost(["sessions"], Filters(), snapshot, interval=Interval.DAY) is None


def test_others_before_are_the_agents_that_are_others_now(snapshot, monkeypatch):
    monkeypatch.setattr("queries.stacks.TOP", 2)
    filters = Filters(range="30d")
    present = trends.series(["sessions"], filters, snapshot, interval=Interval.DAY, by="agent")
    ghost = ghosts.ghost(["sessions"], filters, snapshot, interval=Interval.DAY, by="agent")

    assert set(ghost.groups) <= set(present.groups)
    earlier = comparison.previous(filters, snapshot)
    assert sessions.count(earlier, snapshot) == ghost.frame["sessions"].sum()


@given(
    filters=world.filters(), zone=st.sampled_from(world.ZONES),
    shape=st.tuples(st.sampled_from([None, *STACKS]), st.sampled_from(Interval)),
    names=st.lists(st.sampled_from([*METRICS]), min_size=1, unique=True),
)  # fmt: skip
def test_a_series_and_the_one_before_are_the_same_asked_together(
    snapshot, filters, zone, shape, names
):
    by, interval = shape
    filters = filters.model_copy(update={"tz": zone})
    given = {"interval": interval, "by": by}
    both = ghosts.with_ghost(names, filters, snapshot, **given)
    alone = (
        trends.series(names, filters, snapshot, **given),
        ghosts.ghost(names, filters, snapshot, **given),
    )

    for one, other in zip(both, alone, strict=True):
        assert (one is None) == (other is None)
        if one is not None:
            assert one.frame.equals(other.frame)
            assert one.undated.equals(other.undated)
            assert (one.groups, one.buckets) == (other.groups, other.buckets)


@given(filters=world.filters(), zone=st.sampled_from(world.ZONES))
def test_a_week_and_the_one_before_are_the_same_asked_together(snapshot, filters, zone):
    filters = filters.model_copy(update={"tz": zone})
    earlier = comparison.previous(filters, snapshot)
    now, before = ghosts.weeks(filters, snapshot)

    assert now.equals(trends.heatmap(filters, snapshot))
    assert (before is None) == (earlier is None)
    if earlier is not None:
        assert before.equals(trends.heatmap(earlier, snapshot))
