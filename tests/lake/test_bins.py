"""Bins: every length lies in its own, as near to its middle as is promised."""

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lake import bins

LENGTHS = st.integers(-(2**45), 2**45) | st.integers(-5000, 5000)


@pytest.fixture(scope="module")
def binned():
    """Return the bins of lengths as the lake has them."""
    with duckdb.connect() as connection:
        text = f"select {bins.sql('ms')} from (select unnest($all)::bigint as ms, 0 as at)"
        yield lambda lengths: [
            number for (number,) in connection.execute(text, {"all": lengths}).fetchall()
        ]


@given(lengths=st.lists(LENGTHS, min_size=1, max_size=50))
@example(lengths=list(range(5000)))
@example(lengths=[sign * 2**power + by for power in range(41) for sign in (1, -1)
                  for by in (-1, 0, 1)])  # fmt: skip
def test_a_length_lies_in_its_bin_and_half_a_bin_from_its_middle(binned, lengths):
    numbers = binned(lengths)

    for length, number in zip(lengths, numbers, strict=True):
        least, most = bins.bounds(number)
        middle = bins.middle(number)
        assert least <= length <= most
        assert least <= middle <= most
        near, far = sorted((abs(length), abs(middle)))
        assert far <= near * bins.HALF * (1 + 1e-12)
    in_order = sorted(zip(lengths, numbers, strict=True))
    assert [number for _, number in in_order] == sorted(numbers)


def test_small_lengths_are_exact_and_what_is_said_holds(binned):
    assert [float(ms) for ms in range(23)] == [bins.middle(each) for each in binned([*range(23)])]
    assert bins.HALF - 1 < float(bins.WITHIN.removesuffix(" %")) / 100
    assert [None] == binned([None])
