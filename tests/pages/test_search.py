"""The Conversations page and the menu of views, as the shell draws them."""

import pytest

from components import views_menu
from lake.views import NAME
from queries import views
from queries.filters import Filters
from tests.components.drawn import drawn
from tests.pages import small_lake


def opened(visit, **parameters):
    at = visit(**parameters).switch_page("search.py").run()
    assert not at.exception
    return drawn(at)


def test_the_element_is_handed_filters_and_the_name_of_the_data(small, visit):
    data = opened(visit, find="charged", channel=["phone", "sip"], q="billing")["search"]

    assert [["q", "billing"], ["channel", "phone"], ["channel", "sip"]] == data["query"]
    assert data["name"]
    assert "Europe/Berlin" == data["zone"]


def test_commas_of_agents_reach_the_api_as_one_value(small, visit):
    data = opened(visit, agent="a, b")["search"]

    assert [["agent", "a\\, b"]] == data["query"]


@pytest.mark.parametrize(
    ("name", "value"), [("find", "x" * 201), ("find", "a\0b"), ("word", "yes"), ("case", "0")]
)
def test_what_cannot_be_looked_for_is_noted(small, visit, name, value):
    data = opened(visit, **{name: value})

    assert name in data["strips"]["strips"][-1]["text"]


def test_what_is_looked_for_is_no_filter_of_the_list(small, visit):
    data = drawn(visit(find="charged", word="1", case="1"))

    assert small_lake.COUNT == data["pager"]["total"]
    assert "chips" not in data
    assert "strips" not in data


def test_an_empty_lake_explains_how_to_get_data_in(environment, serving, visit):
    serving()
    at = visit().switch_page("search.py").run()

    assert not at.exception
    assert at.subheader[0].value == "There are no sessions yet"


def test_saved_views_are_offered_on_every_page(small, visit):
    views.save(small, "Failed", "", Filters(status=("failed",)), [("sort", "-duration")])
    views.make_default(small, "Failed")
    menu = drawn(visit())["views"]

    assert [
        {
            "name": "Failed",
            "page": "",
            "query": {"status": ["failed"], "sort": ["-duration"]},
            "is_default": True,
        }
    ] == menu["views"]
    assert ("", "", None) == (menu["page"], menu["trouble"], menu["answer"])
    assert "search" == opened(visit)["views"]["page"]


def test_views_that_cannot_be_read_leave_the_page_alone(small, visit):
    (small.state / NAME).mkdir()
    data = drawn(visit())

    assert "cannot be used" in data["views"]["trouble"]
    assert 50 == len(data["table"]["rows"])


@pytest.fixture
def ask(small, monkeypatch):
    """Answer what a browser asks for; gives what it is told."""
    told = {}
    monkeypatch.setattr(views_menu.state, "tell", lambda _, answer: told.update(answer))
    monkeypatch.setattr(views_menu.state, "run_number", lambda: 1)

    def answer(asked, page=""):
        monkeypatch.setattr(views_menu.state, "brought", lambda *_: asked)
        views_menu._answer(page)
        return told["wrong"]

    return answer


def test_a_view_holds_what_filters_and_place_understand(small, ask):
    query = (
        "?status=failed&colour=red&size=25&sort=soon&page=3~abc&id=x&m=2&find=a&word=1&auto=false"
    )

    assert "" == ask({"do": "save", "name": "  Mine ", "query": query}, page="search")
    (view,) = views.saved(small).views
    assert ("Mine", "search") == (view.name, view.page)
    assert (
        ("status", "failed"), ("size", "25"), ("find", "a"), ("word", "1"),
    ) == view.query  # fmt: skip


@pytest.mark.parametrize(
    "asked",
    [
        {"do": "save", "name": "", "query": ""},
        {"do": "save", "name": "n" * 81, "query": ""},
        {"do": "save", "name": "n", "query": "?q=" + "x" * 9000},
        {"do": "save", "name": "a\x07", "query": ""},
    ],
)
def test_what_cannot_be_saved_is_told(small, ask, asked):
    assert "view" in ask(asked) or "name" in ask(asked)
    assert () == views.saved(small).views


@pytest.mark.parametrize("asked", [None, "save", {}, {"do": 3}, {"do": "drop"}, ["save"]])
def test_what_no_browser_of_ours_asks_changes_nothing(small, ask, asked):
    assert "" == ask(asked)
    assert () == views.saved(small).views
