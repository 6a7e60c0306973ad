"""Back-tests: their numbers are those of the metric, asked for window by window."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import backtest, rules
from queries.catalog import METRICS
from queries.filters import Filters, Scope
from queries.rules import STEPS, Condition, Rule, Window
from tests.queries import world

ASKED = 3  # windows of a back-test that are asked for one by one


@st.composite
def any_rule(draw):
    filters = draw(world.filters()).without("range")
    metric = METRICS[draw(st.sampled_from(list(METRICS)))]
    window, condition = draw(st.sampled_from(Window)), draw(st.sampled_from(Condition))
    low, high = sorted(draw(st.sampled_from([0, 0.1, 0.5, 1, 2, 10**6])) for _ in range(2))
    edges = (low, high) if condition is Condition.BELOW else (high, low)
    return Rule(metric, filters, window, condition, *edges, draw(st.sampled_from([0, 1, 3])))


@given(rule=any_rule(), chance=st.randoms(use_true_random=False))
def test_each_number_is_that_of_its_window(snapshot, rule, chance):
    found = backtest.backtest(rule, snapshot)
    places = chance.sample(range(len(found.ends)), min(ASKED, len(found.ends)))

    assert found.firings == rules.replayed(rule, found.readings)
    for place in places:
        assert found.readings[place] == backtest.read(rule, snapshot, found.ends[place])


@pytest.mark.parametrize("window", Window)
def test_windows_end_in_equal_steps_up_to_now(snapshot, window):
    rule = Rule(METRICS["sessions"], Filters(), window, Condition.ABOVE, 1, 1)
    found = backtest.backtest(rule, snapshot)
    gaps = {later - earlier for earlier, later in zip(found.ends, found.ends[1:], strict=False)}

    assert gaps == {STEPS[window]}
    assert found.ends[-1] == found.until
    assert timedelta(0) <= snapshot.tick - found.until < STEPS[window]
    assert found.until == found.until.replace(minute=found.until.minute // 5 * 5, second=0)
    assert len(found.ends) == backtest.BACK // STEPS[window]
    assert len(found.points()) <= backtest.MOST


def test_every_session_of_the_time_is_counted(snapshot):
    rule = Rule(METRICS["sessions"], Filters(), Window.MINUTES_5, Condition.ABOVE, 1, 1)
    found = backtest.backtest(rule, snapshot)
    whole = Rule(METRICS["sessions"], Filters(), Window.WEEK, Condition.ABOVE, 1, 1)
    week = backtest.read(whole, snapshot, found.until)

    assert sum(reading.n for reading in found.readings[-7 * 24 * 12 :]) == week.n > 0


def test_a_point_hides_no_reading_that_fires(snapshot):
    rule = Rule(METRICS["sessions"], Filters(), Window.MINUTES_5, Condition.ABOVE, 0, 0)
    found = backtest.backtest(rule, snapshot)
    shown = {point.place for point in found.points(50)}

    assert max(point.compared for point in found.points(50)) == max(
        reading.value for reading in found.readings
    )
    assert len(shown) <= 50


def test_before_the_first_session_there_are_no_windows(snapshot):
    rule = Rule(METRICS["sessions"], Filters(scope=Scope(frozenset({"fresh"}))), Window.HOUR,
                Condition.BELOW, 5, 5)  # fmt: skip
    found = backtest.backtest(rule, snapshot)

    assert 0 < len(found.ends) <= (timedelta(hours=25) // STEPS[Window.HOUR])
    nobody = Rule(METRICS["sessions"], Filters(scope=Scope(frozenset())), Window.HOUR,
                  Condition.BELOW, 5, 5)  # fmt: skip
    assert backtest.backtest(nobody, snapshot).readings == ()


def test_the_sessions_behind_a_window_are_those_that_it_counts(snapshot):
    for metric in METRICS.values():
        rule = Rule(metric, Filters(), Window.WEEK, Condition.ABOVE, 1, 1)
        reading = backtest.read(rule, snapshot)
        behind = backtest.behind(rule, backtest.window(rule, snapshot.tick))
        counted = backtest.read(
            Rule(METRICS["sessions"], behind.without("range"), Window.WEEK, Condition.ABOVE, 1, 1),
            snapshot,
        )
        if not metric.hits:
            assert counted.n == reading.n
