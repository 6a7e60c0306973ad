"""A walk by places gives the list that pages give, and the turns of its sessions."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import session, sessions, walk
from queries.filters import Filters
from queries.sessions import SORTS
from tests.queries import world

pytestmark = pytest.mark.soak


def walked(filters, snapshot, sort, size):
    """Return the ids of a whole walk, from the first page on."""
    rows = sessions.page(filters, snapshot, size=size, sort=sort)
    seen = []
    while not rows.is_empty():
        seen += rows["session_id"].to_list()
        place = walk.place_of(rows.row(-1, named=True), snapshot, sort=sort)
        rows = walk.after(filters, snapshot, place, size=size, sort=sort)
    return seen


@settings(max_examples=25)
@given(
    filters=world.filters(), sort=st.sampled_from(sorted(SORTS)), size=st.sampled_from([7, 50, 333])
)
def test_a_walk_is_the_list(snapshot, oracle, filters, sort, size):
    assert oracle.page(filters, sort, 1, len(oracle.rows)) == walked(filters, snapshot, sort, size)


@pytest.mark.parametrize("sort", SORTS)
def test_every_place_is_followed_by_the_next(snapshot, oracle, sort):
    """One by one: also between sessions of one start, and from the dated to the undated."""
    listed = oracle.page(Filters(), sort, 1, len(oracle.rows))
    known = {row["session_id"]: row for row in sessions.page(
        Filters(), snapshot, size=len(listed)).iter_rows(named=True)}  # fmt: skip
    for before, after in list(pairwise(listed))[::7]:
        place = walk.place_of(known[before], snapshot, sort=sort)
        rows = walk.after(Filters(), snapshot, place, size=1, sort=sort)
        assert [after] == rows["session_id"].to_list()


@pytest.mark.parametrize("table", ["messages", "events"])
@pytest.mark.parametrize("most", [1, 100])
def test_the_turns_of_many_are_those_of_each(snapshot, table, most):
    rows = sessions.page(Filters(), snapshot, number=2, size=60).to_dicts()
    rows += sessions.page(Filters(), snapshot, number=14, size=32).to_dicts()  # without a start
    found = walk.turns(table, rows, snapshot, most=most)

    assert [row["session_id"] for row in rows] == list(found)
    for row in rows[::11]:
        own = getattr(session, table)(row["session_id"], snapshot, Filters().scope)
        assert own.head(most).to_dicts() == found[row["session_id"]]
