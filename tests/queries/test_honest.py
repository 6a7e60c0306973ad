"""Intervals against published and hand-computed values."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries import honest

# Computed by hand from the formula: (p + z²/2n ± z √(pq/n + z²/4n²)) / (1 + z²/n), q = 1 less p.
WILSON = [
    (8, 10, 0.4902, 0.9433),
    (0, 10, 0.0, 0.2775),
    (10, 10, 0.7225, 1.0),
    (1, 2, 0.0945, 0.9055),
    (50, 100, 0.4038, 0.5962),
    (81, 263, 0.2553, 0.3662),  # Newcombe 1998, table I
    (15, 148, 0.0624, 0.1605),
    (1, 29, 0.0061, 0.1718),
]
# Newcombe 1998, table II, method 10.
DIFFERENCES = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
    (0, 10, 0, 20, -0.1611, 0.2775),
    (0, 10, 0, 10, -0.2775, 0.2775),
    (10, 10, 0, 20, 0.6791, 1.0000),
    (10, 10, 0, 10, 0.6075, 1.0000),
]


@pytest.mark.parametrize(("hits", "n", "low", "high"), WILSON)
def test_a_rate_has_the_published_interval(hits, n, low, high):
    assert (low, high) == pytest.approx(honest.wilson(hits, n), abs=6e-5)


def test_of_nothing_a_rate_may_be_anything():
    assert (0.0, 1.0) == honest.wilson(0, 0)


@given(n=st.integers(1, 10**7), data=st.data())
def test_an_interval_holds_its_rate_and_lies_between_none_and_all(n, data):
    hits = data.draw(st.integers(0, n))
    low, high = honest.wilson(hits, n)

    assert 0 <= low <= hits / n + 1e-12
    assert hits / n - 1e-12 <= high <= 1


@pytest.mark.parametrize("published", DIFFERENCES)
def test_a_difference_has_the_published_interval(published):
    *both, low, high = published

    assert (low, high) == pytest.approx(honest.difference(*both), abs=6e-5)
    assert (low > 0) == honest.rates_differ(*both)
    assert (low > 0) == honest.rates_differ(*both[2:], *both[:2])


def test_what_is_about_nothing_differs_from_nothing():
    assert not honest.rates_differ(5, 5, 0, 0)
    assert not honest.rates_differ(0, 0, 5, 5)
    assert not honest.counts_differ(0, 0)


@pytest.mark.parametrize(
    ("count", "other", "is_more"),
    # Of 2n coins the score test calls n + √(n/2) z heads unusual: from 60 of 100, not 59.
    [(60, 40, True), (59, 41, False), (4, 0, True), (3, 0, False), (520, 480, False)],
)
def test_counts_differ_as_throws_of_a_coin(count, other, is_more):
    assert is_more == honest.counts_differ(count, other)
    assert is_more == honest.counts_differ(other, count)


def test_below_thirty_a_number_is_uncertain():
    assert honest.is_uncertain(29)
    assert not honest.is_uncertain(30)


def test_a_column_has_the_same_intervals():
    counts = [(0, 0), *((hits, n) for hits, n, *_ in WILSON)]
    frame = pl.DataFrame(counts, schema=["rate_hits", "rate_n"], orient="row")
    found = honest.with_bounds(frame, "rate").select("rate_low", "rate_high").rows()

    assert (None, None) == found[0]
    assert [honest.wilson(*each) for each in counts[1:]] == [
        pytest.approx(each) for each in found[1:]
    ]
