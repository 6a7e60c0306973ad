"""Which interval a range has, how many buckets at most, and where hours and days begin."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import edges, intervals, sessions, trends
from queries.choices import Range
from queries.filters import Filters
from queries.intervals import MOST, Interval
from tests import oracle_trends as truth
from tests.queries import world

DAY = timedelta(days=1)
FAR = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def last(**length):
    return Filters(started_after=world.TICK - timedelta(**length), started_before=world.TICK)


@pytest.mark.parametrize(
    ("filters", "interval"),
    [
        (Filters(range="24h"), Interval.HOUR),
        (Filters(range="7d"), Interval.DAY),
        (Filters(range="30d"), Interval.DAY),
        (Filters(), Interval.WEEK),
        (last(days=3), Interval.HOUR),
        (last(days=3, seconds=1), Interval.DAY),
        (last(days=120), Interval.DAY),
        (last(days=120, seconds=1), Interval.WEEK),
        (Filters(started_after=world.TICK - 2 * DAY), Interval.HOUR),
    ],
)
def test_the_interval_fits_the_length_of_the_range(snapshot, filters, interval):
    assert interval == intervals.chosen(filters, snapshot)


def test_all_time_is_as_long_as_the_data(snapshot):
    """From its first session to the tick."""
    fresh = Filters(agent=("fresh",))

    assert Interval.HOUR == intervals.chosen(fresh, snapshot)
    made = intervals.buckets(fresh, snapshot)
    assert world.TICK - DAY == made.starts[0]
    assert made.starts[-1] <= world.TICK < made.starts[-1] + timedelta(hours=1)


def test_an_asked_interval_is_taken_unless_its_buckets_are_too_many(snapshot):
    month = Filters(range="30d")

    assert Interval.HOUR == intervals.chosen(month, snapshot, Interval.HOUR)
    assert Interval.WEEK == intervals.chosen(month, snapshot, Interval.WEEK)
    assert Interval.DAY == intervals.chosen(last(days=84), snapshot, Interval.HOUR)
    assert Interval.WEEK == intervals.chosen(last(days=2001), snapshot, Interval.DAY)
    assert intervals.note(Interval.HOUR, Interval.HOUR) is None
    assert intervals.note(None, Interval.DAY) is None
    assert "2,000" in intervals.note(Interval.HOUR, Interval.DAY)


@pytest.mark.parametrize("interval", Interval)
@pytest.mark.parametrize(
    "filters",
    [
        Filters(started_after=LONG_AGO, started_before=FAR),
        Filters(started_after=LONG_AGO),
        Filters(started_before=FAR),
        Filters(started_after=FAR),
        Filters(started_before=LONG_AGO),
        Filters(started_after=FAR, started_before=LONG_AGO),
        Filters(started_after=world.TICK + 400 * DAY),
        Filters(),
    ],
    ids=["for ever", "since ever", "until ever", "never", "before", "turned", "ahead", "all"],
)
def test_however_long_a_range_is_no_session_is_lost(snapshot, filters, interval):
    for zone in ("Pacific/Apia", "America/Santiago"):
        asked = filters.model_copy(update={"tz": zone})
        chart = trends.series(["sessions"], asked, snapshot, interval=interval)
        total = chart.frame["sessions"].sum() + chart.undated["sessions"].sum()

        assert 1 <= len(chart.frame) <= MOST
        assert sessions.count(asked, snapshot) == total


@given(
    zone=st.sampled_from(world.ZONES), interval=st.sampled_from(Interval),
    moment=st.one_of(
        st.builds(
            lambda change, us: change + timedelta(microseconds=us),
            st.sampled_from(world.CHANGES), st.integers(-(10**11), 10**11),
        ),
        world.MOMENTS,
    ),
)  # fmt: skip
def test_a_moment_is_in_the_bucket_that_the_clock_shows(snapshot, zone, interval, moment):
    filters = Filters(started_after=moment, started_before=moment + DAY / 2, tz=zone)
    made = intervals.buckets(filters, snapshot, interval)

    assert truth.start_of(moment, interval, zone) == made.starts[0]
    assert truth.start_of(moment + DAY / 2 - truth.US, interval, zone) == made.starts[-1]


@pytest.mark.parametrize(
    ("zone", "day", "hours", "minutes"),
    [
        ("Europe/Berlin", (2026, 3, 29), 23, {60}),
        ("Europe/Berlin", (2026, 10, 25), 25, {60}),
        ("Australia/Lord_Howe", (2026, 10, 4), 24, {60, 30}),  # 23 and a half
        ("Australia/Lord_Howe", (2026, 4, 5), 25, {60, 30}),  # 24 and a half
        ("America/St_Johns", (2026, 11, 1), 25, {60}),
        ("Asia/Kolkata", (2026, 11, 1), 24, {60}),
        ("America/Santiago", (2026, 9, 6), 23, {60}),  # begins at 01:00
        ("Pacific/Apia", (2011, 12, 29), 24, {60}),
        ("America/St_Johns", (2010, 11, 7), 26, {1, 59, 60}),  # put back at 00:01
        ("America/St_Johns", (2010, 3, 14), 24, {1, 59, 60}),  # put on at 00:01
        ("Asia/Kathmandu", (1985, 12, 31), 24, {60}),
        ("Africa/Monrovia", (1971, 6, 1), 24, {60}),  # an offset of seconds
    ],
)
def test_a_day_has_the_hours_that_it_has(zone, day, hours, minutes):
    start, end = edges.days(zone, date(*day), date(*day) + DAY)
    starts = edges.held(edges.hours(zone, start - DAY, end), start, end - truth.US)

    assert hours == len(starts)
    assert start == starts[0]
    lengths = {(following - begin) // truth.MINUTE for begin, following in pairwise([*starts, end])}
    assert minutes == lengths


def test_the_day_that_samoa_left_out_has_no_bucket():
    made = edges.days("Pacific/Apia", date(2011, 12, 28), date(2012, 1, 1))

    assert len(made) == 4
    assert all(following - start == DAY for start, following in pairwise(made))


def test_since_2023_clocks_change_at_quarters_of_an_hour_and_since_1973_at_minutes():
    """What the heatmap relies on."""
    for name in sorted(available_timezones()):
        zone = ZoneInfo(name)
        for change in changes(zone, datetime(1973, 1, 1, tzinfo=UTC), 64):
            step = 900 if change.year >= 2023 else 60
            assert change.timestamp() % step == 0, (name, change)
            assert truth.offset(change, zone).total_seconds() % step == 0, (name, change)


def changes(zone, first, years):
    """Return when clocks are changed, looked for each twenty days."""
    at = first
    while at < first + years * 365 * DAY:
        low, high = at, at + 20 * DAY
        while truth.offset(low, zone) != truth.offset(high, zone) and high - low > truth.US * 10**6:
            middle = low + (high - low) // 2
            middle = middle.replace(microsecond=0)
            is_old = truth.offset(middle, zone) == truth.offset(low, zone)
            low, high = (middle, high) if is_old else (low, middle)
        if high - low < DAY:
            yield high
        at += 20 * DAY


def test_every_range_has_an_interval(snapshot):
    for preset in set(Range) - {Range.CUSTOM}:
        assert intervals.chosen(Filters(range=preset), snapshot) in Interval
