"""Periods and what they are compared with, where clocks change."""

from datetime import UTC, datetime, timedelta

import pytest

from queries import periods
from queries.choices import Range
from queries.filters import Filters
from queries.periods import Period

TICK = datetime(2026, 11, 2, 12, tzinfo=UTC)
BERLIN = "Europe/Berlin"


def custom(after, before):
    return Filters(started_after=after, started_before=before)


def at(month, day, hour=0, minute=0):
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def test_the_day_on_which_clocks_go_back_is_compared_with_the_day_before_it():
    """25 hours in Berlin against 24."""
    filters = custom(at(10, 24, 22), at(10, 25, 23))

    expected = Period(at(10, 23, 22), at(10, 24, 22))
    assert expected == periods.previous(filters, TICK, BERLIN)


def test_the_same_hours_are_no_whole_day_in_another_zone():
    filters = custom(at(10, 24, 22), at(10, 25, 23))

    expected = Period(at(10, 23, 21), at(10, 24, 22))
    assert expected == periods.previous(filters, TICK, "UTC")


def test_a_day_that_begins_after_midnight_is_a_whole_day():
    """In Santiago 6 September 2026 begins at 01:00."""
    filters = custom(at(9, 6, 4), at(9, 7, 3))

    expected = Period(at(9, 5, 4), at(9, 6, 4))
    assert expected == periods.previous(filters, TICK, "America/Santiago")


@pytest.mark.parametrize(("preset", "hours"), [("24h", 24), ("7d", 168), ("30d", 720)])
def test_presets_are_hours_and_not_days(preset, hours):
    previous = periods.previous(Filters(range=preset), TICK, BERLIN)

    length = timedelta(hours=hours)
    assert Period(TICK - 2 * length, TICK - length) == previous


def test_an_open_end_is_the_tick():
    hours = timedelta(hours=3)
    previous = periods.previous(custom(TICK - hours, None), TICK, BERLIN)

    assert Period(TICK - 2 * hours, TICK - hours) == previous


@pytest.mark.parametrize(
    "filters",
    [
        Filters(),
        custom(None, at(10, 1)),
        custom(TICK + timedelta(days=1), None),
        custom(at(10, 2), at(10, 1)),
        custom(datetime(1, 1, 2, tzinfo=UTC), at(10, 1)),
        custom(datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)),
    ],
    ids=["all", "no start", "ahead", "turned round", "before all time", "for ever"],
)
def test_what_has_nothing_before_it_is_compared_with_nothing(filters):
    assert periods.previous(filters, TICK, "Pacific/Apia") is None


def test_every_range_has_its_slices():
    assert set(Range) - {Range.ALL} == set(periods.SLICES)
