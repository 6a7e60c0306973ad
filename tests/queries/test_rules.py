"""Rules: the state machine against a plain one, and what it never does."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import rules
from queries.catalog import METRICS
from queries.filters import Filters
from queries.rules import LENGTHS, STEPS, Condition, Firing, Reading, Rule, Window

NUMBERS = st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]), st.floats(0, 4))
EDGES = st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.5, 2.0, 2.5])  # many numbers lie between two
READINGS = st.builds(Reading, NUMBERS, st.integers(0, 6), NUMBERS, st.integers(0, 6))


@st.composite
def any_rule(draw):
    metric = METRICS[draw(st.sampled_from(["sessions", "failed", "failure_rate", "duration_p90"]))]
    condition = draw(st.sampled_from(Condition))
    low, high = sorted([draw(EDGES), draw(EDGES)])
    edges = (low, high) if condition is Condition.BELOW else (high, low)
    least = draw(st.integers(0, 4))
    return Rule(metric, Filters(), Window.HOUR, condition, *edges, least)


def plain(rule, readings):
    """Return whether it fires after each reading, told another way than the program does it."""
    states, fires = [], False
    for reading in readings:
        number = says(rule, reading)
        if number is not None and not fires:
            fires = (
                number < rule.threshold if rule.condition == "below" else number > rule.threshold
            )
        elif number is not None:
            good = number >= rule.resolve if rule.condition == "below" else number <= rule.resolve
            fires = not good
        states.append(fires)
    return states


def says(rule, reading):
    """Return the number that a reading holds against the rule; None where it says nothing."""
    if rule.condition in ("above", "below"):
        few = not rule.metric.is_count and reading.n < rule.least
        return None if few else reading.value
    pair = [reading.n, reading.was_n]
    if (max(pair) if rule.metric.is_count else min(pair)) < rule.least:
        return None
    if reading.value is None or reading.was is None:
        return None
    if reading.value == reading.was:
        return 0.0
    if reading.was == 0:
        return None
    part = (reading.value - reading.was) / reading.was
    return part if rule.condition == "up" else -part


@given(rule=any_rule(), readings=st.lists(READINGS, max_size=40))
def test_a_rule_fires_and_is_resolved_as_a_plain_one_says(rule, readings):
    states, is_firing = [], False
    for reading in readings:
        is_firing = rules.following(rule, reading, is_firing=is_firing)
        states.append(is_firing)

    assert states == plain(rule, readings)


@given(rule=any_rule(), readings=st.lists(READINGS, max_size=40))
def test_what_is_replayed_is_what_is_watched(rule, readings):
    states = plain(rule, readings)
    begun = [n for n, now in enumerate(states) if now and not (n and states[n - 1])]
    over = [n for n, now in enumerate(states) if n and not now and states[n - 1]]
    ends = [*over, None][: len(begun)]

    assert rules.replayed(rule, readings) == tuple(map(Firing, begun, ends))


@given(rule=any_rule(), number=st.floats(0, 4), many=st.integers(2, 9))
def test_a_number_that_stays_fires_once(rule, number, many):
    """Hysteresis: no number is beyond one edge and back behind the other."""
    found = rules.replayed(rule, [Reading(number, 9, 1.0, 9)] * many)

    assert len(found) <= 1
    assert all(firing == Firing(0, None) for firing in found)


@given(rule=any_rule(), is_firing=st.booleans())
def test_few_sessions_say_nothing(rule, is_firing):
    for reading in (Reading(None, 0), Reading(None, 9, None, 9)):
        assert rules.following(rule, reading, is_firing=is_firing) is is_firing
    few = Reading(math.inf, rule.least - 1, 0.5, rule.least - 1)
    if not rule.metric.is_count:
        assert rules.following(rule, few, is_firing=is_firing) is is_firing


@pytest.mark.parametrize("window", Window)
def test_nothing_lies_between_two_windows_of_a_back_test(window):
    assert LENGTHS[window] % STEPS[window] == LENGTHS[window] * 0
    assert STEPS[window] <= LENGTHS[window]
