"""What a rule may be: what is usual, what is refused, and that texts are read back."""

from dataclasses import replace
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import wishes
from alerts.wishes import Wish
from errors import FilterError
from lake.alert_refusals import AlertRefusedError
from queries import rules
from queries.catalog import METRICS, Unit
from queries.filters import Scope
from queries.rules import Condition, Reading, Window
from tests.alerts.conftest import FAILURES
from tests.queries import world


def highest(metric, condition):
    """Return what a threshold can be at most."""
    is_share = METRICS[metric].unit is Unit.RATE and condition in ("above", "below")
    return 1.0 if is_share or condition == "down" else 10**6


@st.composite
def any_wish(draw):
    metric, condition = draw(st.sampled_from(list(METRICS))), draw(st.sampled_from(Condition))
    least = 0.001 if condition is Condition.BELOW else 0
    threshold = draw(st.floats(least, highest(metric, condition)))
    return Wish("One", metric, draw(st.sampled_from(Window)), condition, threshold)


@given(wish=any_wish())
def test_the_usual_edge_lies_on_the_good_side_and_can_be_reached(wish):
    kept = wishes.stored(wish)
    rule = wishes.rule(kept, None)
    is_below = rule.condition is Condition.BELOW
    most = highest(wish.metric, wish.condition)
    worst, best = (0.0, most * (1 if most == 1 else 2)) if is_below else (most, 0.0)

    assert kept == wishes.stored(replace(wish, resolve=kept.resolve, least=kept.least))
    if not rule.condition.is_change:
        if rules.following(rule, Reading(worst, 10**6), is_firing=False):
            assert rules.following(rule, Reading(worst, 10**6), is_firing=True)
        assert not rules.following(rule, Reading(best, 10**6), is_firing=True)


@given(filters=world.filters())
def test_filters_are_kept_as_their_url_and_read_back(filters):
    plain = filters.without("range").within(Scope())
    text = wishes.stored(replace(FAILURES, filter=query(plain))).filter

    assert wishes.filters(text) == plain


def query(filters):
    return urlencode(filters.to_query())


@pytest.mark.parametrize(
    ("changed", "resolve"),
    [
        ({"threshold": 0.2}, 0.18),
        ({"metric": "success_rate", "condition": "below", "threshold": 0.95}, 0.955),
        ({"metric": "success_rate", "condition": "below", "threshold": 0.4}, 0.44),
        ({"metric": "sessions", "threshold": 5}, 4),
        ({"metric": "sessions", "condition": "below", "threshold": 1}, 1),
        ({"metric": "duration_p90", "threshold": 60_000}, 54_000),
        ({"condition": "up", "threshold": 0.5}, 0.45),
    ],
)
def test_a_tenth_on_the_good_side_is_usual(changed, resolve):
    assert wishes.stored(replace(FAILURES, **changed)).resolve == pytest.approx(resolve)


@pytest.mark.parametrize(
    "wrong",
    [{"name": ""}, {"name": "a\x00b"}, {"window": ""}, {"condition": "="},
     {"threshold": float("nan")},
     {"threshold": float("inf")}, {"resolve": float("nan")}, {"least": -1}, {"metric": ""},
     {"filter": "range=24h"}, {"filter": "channel="}, {"filter": "scope=a1"}],
    ids=str,
)  # fmt: skip
def test_what_no_alert_can_be_is_refused(wrong):
    with pytest.raises((AlertRefusedError, FilterError)):
        wishes.stored(replace(FAILURES, **wrong))
