"""How far a search has come: its position as text, its slices, days of days."""

import contextlib
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import FilterError
from queries.position import SPAN, Days, Position, slices

NOON = datetime(2026, 11, 2, 12)  # noqa: DTZ001  naive UTC, as starts are
HOUR = timedelta(hours=1)
MOMENTS = st.datetimes() | st.just(datetime.max)  # noqa: DTZ901
IDS = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=20)
MESSAGES = st.builds(Position, st.none() | MOMENTS, IDS, st.integers(-99, 10**8))


@given(position=MESSAGES | MOMENTS.map(Position))
def test_a_position_is_read_back_from_its_text(position):
    assert position == Position.parse(str(position))


def test_the_end_has_no_text():
    assert str(Position()) == ""


@pytest.mark.parametrize(
    "text",
    ["", "none", "x", "2026-11-02", "2026-11-02T12:00:00Z", "2026-13-02T12:00:00.000000Z",
     "2026-11-02T12:00:00.000000Z~1", "2026-11-02T12:00:00.000000Z~x~a", "none~1~",
     "none~9999999999~a", "none~1~\0", "\u0662026-11-02T12:00:00.000000Z"],
)  # fmt: skip
def test_what_is_no_position_is_refused(text):
    with pytest.raises(FilterError, match="after"):
        Position.parse(text)


@given(text=st.text())
def test_any_text_is_a_position_or_refused(text):
    with contextlib.suppress(FilterError):
        assert str(Position.parse(text)) == text


HOURS = st.lists(
    st.tuples(st.integers(0, 3000), st.integers(1, 50)), unique_by=lambda hour: hour[0]
).map(lambda found: tuple((NOON - n * HOUR, weight) for n, weight in sorted(found)))


@given(hours=HOURS, has_undated=st.booleans(), weight=st.integers(1, 200))
def test_slices_hold_every_hour_once_and_no_end_of_a_month(hours, has_undated, weight):
    hours += ((None, 5),) if has_undated else ()
    cut = list(slices(hours, weight))

    assert hours == tuple(hour for each in cut for hour in each.hours)
    for each in cut:
        dated = [hour for hour, _ in each.hours if hour is not None]
        if not dated:
            assert (None, None) == (each.after, each.before)
            continue
        assert len(dated) == len(each.hours)
        assert (dated[-1], dated[0] + HOUR) == (each.after, each.before)
        assert 1 == len({(hour.year, hour.month) for hour in dated})
        assert dated[0] - dated[-1] < SPAN
        assert sum(own for _, own in each.hours[:-1]) < weight


@given(
    hours=HOURS, position=st.builds(Position, st.sampled_from([NOON - n * HOUR for n in range(9)]))
)
def test_hours_that_are_left_lie_before_the_position(hours, position):
    hours += ((None, 5),)

    assert tuple(
        each for each in hours if each[0] is None or each[0] < position.started_at
    ) == position.left(hours)


def test_the_hour_of_a_message_is_left_with_what_comes_after_it():
    hours = ((NOON, 1), (NOON - HOUR, 1), (None, 1))

    assert hours == Position.before_all().left(hours)
    assert hours == Position(NOON, "a", 1).left(hours)
    assert hours[1:] == Position(NOON).left(hours)
    assert hours[2:] == Position(None, "a", 1).left(hours)


@pytest.mark.parametrize(
    ("position", "done"),
    [
        (Position(NOON, "a", 1), 0),
        (Position(datetime(2026, 11, 1, 23)), 1),  # noqa: DTZ001  midnight in Berlin
        (Position(datetime(2026, 11, 1, 23), "a", 1), 0),  # noqa: DTZ001
        (Position(datetime(2026, 11, 1, 22)), 1),  # noqa: DTZ001
        (Position(datetime(2026, 10, 24, 22)), 9),  # noqa: DTZ001  midnight in summer time
        (Position(datetime(2026, 10, 24, 10)), 10),  # noqa: DTZ001  the first start
        (Position(datetime(2026, 10, 24, 10), "a", 1), 9),  # noqa: DTZ001
        (Position(None, "a", 1), 10),
        (Position(), 10),
        (Position.before_all(), 0),
    ],
)
def test_days_are_counted_in_the_report_zone_once_they_are_whole(position, done):
    days = Days(datetime(2026, 10, 24, 10), NOON, "Europe/Berlin")  # noqa: DTZ001

    assert (10, done) == (days.total, days.done(position))


def test_without_a_start_there_are_no_days():
    days = Days(None, None, "Europe/Berlin")

    assert (0, 0) == (days.total, days.done(Position.before_all()))
