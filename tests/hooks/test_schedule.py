"""When is tried again, and when no more: the schedule of Standard Webhooks."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hooks import schedule
from hooks.schedule import FAILING, LONGEST_WAIT, WAITS, asked, ending, following
from lake.deliveries import Attempt, MessageState

NOW = datetime(2026, 11, 22, 14, 32, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)


def attempt(status=500, error="The receiver answered 500."):
    return Attempt(NOW, 12, "https://a.example/", {}, status, error, "")


def test_ten_attempts_lie_in_some_75_hours():
    assert 10 == len(WAITS) + 1
    assert 75 <= sum(WAITS, timedelta(0)) / HOUR < 76


@pytest.mark.parametrize("tries", range(1, len(WAITS) + 1))
def test_each_failure_is_followed_by_the_wait_of_the_schedule_and_some_chance(tries):
    waits = [following(tries, attempt(), NOW, None) for _ in range(50)]
    exact = WAITS[tries - 1]

    assert {state for state, _ in waits} == {MessageState.WAITING}
    assert all(0.9 * exact <= due - NOW <= 1.1 * exact for _, due in waits)
    assert len({due for _, due in waits}) > 25


def test_after_the_tenth_failure_it_is_given_up():
    assert following(10, attempt(), NOW, None)[0] is MessageState.GIVEN_UP


@pytest.mark.parametrize("tries", [1, 5, 10])
def test_what_arrived_is_delivered(tries):
    assert following(tries, attempt(204, ""), NOW, None)[0] is MessageState.DELIVERED


@pytest.mark.parametrize("status", [429, 503, 500, 404])
def test_a_receiver_may_ask_for_a_longer_wait_but_for_no_shorter_one(status):
    failed = attempt(status)
    assert following(1, failed, NOW, "7200")[1] == NOW + 2 * HOUR
    assert following(2, failed, NOW, "1")[1] >= NOW + 0.9 * WAITS[1]
    date = format_datetime(NOW + 3 * HOUR, usegmt=True)
    assert following(1, failed, NOW, date)[1] == NOW + 3 * HOUR


@given(text=st.text(max_size=40) | st.integers().map(str) | st.datetimes().map(format_datetime))
def test_whatever_a_receiver_asks_the_wait_has_bounds(text):
    assert timedelta(0) <= asked(text, NOW) <= LONGEST_WAIT


def test_gone_ends_message_and_subscription_at_once():
    gone = attempt(410)
    assert following(1, gone, NOW, None)[0] is MessageState.GIVEN_UP
    assert ending(gone, None, NOW) == schedule.GONE


def test_five_days_without_success_end_a_subscription():
    assert ending(attempt(), NOW - FAILING, NOW) == schedule.FAILED
    assert ending(attempt(), NOW - FAILING + timedelta(seconds=1), NOW) is None
    assert ending(attempt(), None, NOW) is None
    assert ending(attempt(200, ""), NOW - 2 * FAILING, NOW) is None
