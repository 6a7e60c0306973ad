"""What the address says about the place in the list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.place import PARAMETERS, SIZES, Place
from queries.sessions import SORTS

FILTERS = [("channel", "web"), ("q", "50%")]


def test_an_empty_address_is_the_first_page_of_the_newest():
    assert Place() == Place.read({})


def test_a_page_belongs_to_its_list():
    place = Place.read({"page": [f"3~{Place().digest(FILTERS)}"]})

    assert place.number(FILTERS, 10) == 3


@pytest.mark.parametrize(
    "other", [[], [("channel", "phone"), ("q", "50%")], [*FILTERS, ("status", "failed")]]
)
def test_a_page_of_another_list_is_the_first(other):
    """So that nothing has to take the page out of the address when a filter changes."""
    place = Place.read({"page": [f"3~{Place().digest(FILTERS)}"]})

    assert place.number(other, 10) == 1


def test_size_and_sort_make_another_list():
    digests = {Place(size=size, sort=sort).digest(FILTERS) for size in SIZES for sort in SORTS}

    assert len(SIZES) * len(SORTS) == len(digests)


def test_the_order_of_filters_makes_no_other_list():
    assert Place().digest(FILTERS) == Place().digest(FILTERS[::-1])


@pytest.mark.parametrize(("page", "pages", "shown"), [("9", 5, 5), ("1", 1, 1), ("5", 5, 5)])
def test_a_page_past_the_end_is_the_last(page, pages, shown):
    assert shown == Place(page=page).number([], pages)


@pytest.mark.parametrize("page", ["abc", "0", "-1", "1.5", "²", "9" * 13, "~abc", "1e3", " 1"])
def test_a_page_that_cannot_be_is_the_first_with_a_note(page):
    place = Place.read({"page": [page]})

    assert place.number([], 10) == 1
    assert "page" in place.notes[0]


@pytest.mark.parametrize(("name", "value"), [("size", "17"), ("sort", "agent_name"), ("size", "")])
def test_a_size_or_sort_that_cannot_be_is_the_usual_one(name, value):
    place = Place.read({name: [value]})

    assert Place() == Place(size=place.size, sort=place.sort)
    assert bool(value) == bool(place.notes)


def test_the_last_value_counts():
    assert Place.read({"size": ["25", "100"]}).size == 100


@given(
    place=st.builds(
        Place, size=st.sampled_from(SIZES), sort=st.sampled_from(sorted(SORTS)),
        find=st.text(st.characters(exclude_characters="\0"), max_size=200),
        word=st.booleans(), case=st.booleans(),
    )
)  # fmt: skip
def test_what_a_view_keeps_of_a_place_is_read_back(place):
    query = {name: [value] for name, value in place.to_query()}

    assert place == Place.read(query)
    assert set(query) <= PARAMETERS
