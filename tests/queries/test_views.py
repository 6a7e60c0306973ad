"""Saved views: what is kept of an address, and how they are named."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lake.view_refusals import ViewRefusedError
from lake.views import NAME, NAME_LENGTH
from queries import views
from queries.filters import Filters, Scope
from tests.queries import world

MORE = st.dictionaries(st.sampled_from(["sort", "size", "find"]), st.text(min_size=1, max_size=9))


@given(filters=world.filters(), more=MORE)
def test_a_saved_view_gives_back_what_it_was_saved_with(own_settings, filters, more):
    views.save(own_settings, "mine", "search", filters, list(more.items()))
    (view,) = views.saved(own_settings).views
    query = {}
    for name, value in view.query:
        query.setdefault(name, []).append(value)
    found, notes = Filters.from_query(query, other=frozenset(more))

    assert filters.within(found.scope) == found
    assert () == notes
    assert ("mine", "search", False) == (view.name, view.page, view.is_default)
    assert more == {name: query[name][0] for name in more}


def test_the_scope_of_who_saves_is_no_part_of_a_view(own_settings):
    views.save(own_settings, "mine", "", Filters(scope=Scope(frozenset({"a1"}))), [])

    assert () == views.saved(own_settings).views[0].query


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("  two   words ", "two words"),
        ("line\nbreak\tand tab", "line break and tab"),
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("👩‍👩‍👧 می‌خواهم", "👩‍👩‍👧 می‌خواهم"),
        ("n" * NAME_LENGTH, "n" * NAME_LENGTH),
    ],
)
def test_a_name_is_kept_with_single_spaces(own_settings, name, kept):
    views.save(own_settings, name, "", Filters(), [])

    assert [kept] == [view.name for view in views.saved(own_settings).views]


@pytest.mark.parametrize("name", ["", "  \n ", "n" * (NAME_LENGTH + 1), "a\x00b", "bell\x07"])
def test_a_name_that_cannot_be_read_is_refused(own_settings, name):
    with pytest.raises(ViewRefusedError):
        views.save(own_settings, name, "", Filters(), [])

    assert () == views.saved(own_settings).views


def test_delete_and_default(own_settings):
    for name in ("a", "b"):
        views.save(own_settings, name, "", Filters(q=name), [])
    views.make_default(own_settings, "b")
    views.delete(own_settings, "a")
    (view,) = views.saved(own_settings).views

    assert ("b", (("q", "b"),), True) == (view.name, view.query, view.is_default)


def test_damage_is_told_and_where_the_file_lies(own_settings):
    views.save(own_settings, "a", "", Filters(), [])
    (own_settings.state / NAME).write_bytes(b"no database" * 1000)
    found = views.saved(own_settings)

    assert () == found.views
    assert f"{NAME}.damaged-" in found.trouble


def test_what_keeps_views_from_being_read_is_told(own_settings):
    (own_settings.state / NAME).mkdir(parents=True)
    found = views.saved(own_settings)

    assert () == found.views
    assert "cannot be used" in found.trouble
    assert "links go on working" in found.trouble
