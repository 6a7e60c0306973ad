"""A session's neighbours are those of the list, under any filters and every sort."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import FilterError, SessionNotFoundError
from queries import neighbours
from queries.filters import Filters, Scope
from queries.sessions import SORTS
from tests.queries import world

pytestmark = pytest.mark.soak


@given(filters=world.filters(), sort=st.sampled_from(sorted(SORTS)), chance=st.randoms())
def test_neighbours_are_those_of_the_list(snapshot, oracle, filters, sort, chance):
    listed = oracle.page(filters, sort=sort, number=1, size=len(oracle.rows))
    if not listed:
        return
    for place in {0, len(listed) - 1, chance.randrange(len(listed))}:
        found = neighbours.neighbours(listed[place], filters, snapshot, sort=sort)

        assert (len(listed), place + 1) == (found.total, found.number)
        assert (listed[place - 1] if place else None) == found.previous_id
        assert (listed[place + 1] if place + 1 < len(listed) else None) == found.next_id


@pytest.mark.parametrize("sort", SORTS)
def test_a_session_outside_the_filters_stands_where_it_would_be(snapshot, oracle, sort):
    filters = Filters(status=("failed",))
    everything = oracle.page(Filters(), sort=sort, number=1, size=len(oracle.rows))
    listed = oracle.page(filters, sort=sort, number=1, size=len(oracle.rows))
    outside = next(
        found for found in everything[everything.index(listed[0]) :] if found not in listed
    )
    after = [found for found in everything[everything.index(outside) :] if found in listed]
    before = [found for found in everything[: everything.index(outside)] if found in listed]

    found = neighbours.neighbours(outside, filters, snapshot, sort=sort)
    assert (None, len(listed)) == (found.number, found.total)
    assert (before[-1], after[0] if after else None) == (found.previous_id, found.next_id)


def test_neighbours_outside_the_scope_do_not_exist(snapshot, oracle):
    theirs = next(row["session_id"] for row in oracle.rows if row["agent_id"] == "a1")

    with pytest.raises(SessionNotFoundError):
        neighbours.neighbours(theirs, Filters(scope=Scope(frozenset({"a2"}))), snapshot)


def test_a_sort_that_there_is_not_is_told(snapshot, oracle):
    with pytest.raises(FilterError):
        neighbours.neighbours(oracle.rows[0]["session_id"], Filters(), snapshot, sort="colour")
