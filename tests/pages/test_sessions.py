"""Each state of the Sessions page."""

import pytest

from components.place import Place
from errors import QuestionTimeoutError
from queries import facets, metrics, neighbours, sessions
from queries.filters import Filters
from tests.components.drawn import drawn
from tests.pages import small_lake


def shown(at):
    assert not at.exception
    return [row["id"] for row in drawn(at)["table"]["rows"]]


def test_the_list_shows_the_newest_fifty(small, visit):
    at = visit()

    assert shown(at) == [small_lake.name(number) for number in range(50)]
    assert drawn(at)["pager"]["total"] == small_lake.COUNT
    assert at.title[0].value == "Sessions"


def test_filters_of_the_address_narrow_rows_cards_and_chips(small, visit):
    data = drawn(visit(channel=["phone", "sip"], status="failed"))

    assert {row["channel"] for row in data["table"]["rows"]} <= {"phone", "sip"}
    assert data["pager"]["total"] == len(data["table"]["rows"])
    assert [chip["value"] for chip in data["chips"]["chips"]] == ["Phone", "SIP", "Failed"]
    assert data["cards"]["cards"][0]["value"] == str(data["pager"]["total"])


def test_the_search_field_takes_the_address(small, visit):
    at = visit(q="billing")

    assert at.text_input(key="q").value == "billing"
    assert drawn(at)["pager"]["total"] == 26


def test_the_search_field_narrows_at_once(small, visit):
    at = visit()
    at.text_input(key="q").set_value("billing").run()

    assert drawn(at)["pager"]["total"] == 26


def test_a_page_of_this_list_is_shown(small, visit):
    page = f"2~{Place().digest(Filters().to_query())}"

    assert shown(visit(page=page))[0] == small_lake.name(50)


def test_a_page_of_another_list_is_the_first(small, visit):
    assert shown(visit(page="2~000000"))[0] == small_lake.name(0)


@pytest.mark.parametrize("sort", sessions.SORTS)
def test_every_sort_shows_every_session_once(small, visit, sort):
    assert len(set(shown(visit(sort=sort, size="250")))) == small_lake.COUNT


def test_nothing_found_is_said(small, visit):
    data = drawn(visit(q="nobody said this"))

    assert data["box"]["title"] == "No sessions found"
    assert "table" not in data
    assert "pager" not in data


@pytest.mark.parametrize(
    ("name", "value"),
    [("channel", "fax"), ("range", "soon"), ("page", "x"), ("size", "7"), ("colour", "red"),
     ("hour", "99"), ("started_after", "yesterday"), ("metadata", "=="), ("sort", "\u0000")],
)  # fmt: skip
def test_a_value_that_cannot_be_is_noted_and_the_rest_shown(small, visit, name, value):
    at = visit(**{name: value})

    assert len(shown(at)) == 50
    assert name in drawn(at)["strips"]["strips"][-1]["text"]


def test_one_session_is_shown_over_the_list(small, visit):
    at = visit(id=small_lake.name(13), channel="phone")
    data = drawn(at)

    assert (data["head"]["id"], data["head"]["session_id"]) == (small_lake.name(13),) * 2
    assert data["session"]["turns"]["seq"] == [1, 2, 4, 5, 6, 7, 8]
    assert at.text_input(key="q")  # a bound field that is not drawn leaves the address
    assert "table" not in data


def test_the_neighbours_of_a_session_are_those_of_the_list(small, visit):
    listed = shown(visit(channel="phone", sort="duration"))
    head = drawn(visit(channel="phone", sort="duration", id=listed[3]))["head"]

    assert {"number": 4, "total": len(listed), "before": listed[2], "after": listed[4]} == head[
        "neighbours"
    ]


def test_failing_neighbours_leave_the_session_alone(small, visit, monkeypatch):
    monkeypatch.setattr(neighbours, "neighbours", fail)
    data = drawn(visit(id=small_lake.name(13)))

    assert data["head"]["neighbours"] is None
    assert data["session"]["turns"]["seq"]
    assert "box" not in data


def test_an_unknown_session_is_said(small, visit):
    data = drawn(visit(id="nobody"))

    assert data["box"]["title"] == "There is no session 'nobody'."
    assert data["box"]["link"]["change"] == {"id": []}


def test_the_clock_rests_when_auto_refresh_is_off(small, visit):
    assert drawn(visit())["clock"]["is_on"]
    assert not drawn(visit(auto="false"))["clock"]["is_on"]


def test_the_clock_stands_still_only_over_a_session_that_has_ended(small, visit):
    ended, live, unknown = small_lake.name(20), small_lake.name(1), "on-its-way"
    told = [drawn(visit(id=each))["clock"]["is_on"] for each in (ended, live, unknown)]

    assert [False, True, True] == told


def fail(*_args, **_options):
    raise QuestionTimeoutError(20)


def test_failing_figures_leave_the_rows_alone(small, visit, monkeypatch):
    monkeypatch.setattr(metrics, "cards", fail)
    at = visit()

    assert len(shown(at)) == 50
    assert drawn(at)["box"]["title"] == "The figures could not be loaded."


def test_failing_rows_leave_the_figures_alone(small, visit, monkeypatch):
    monkeypatch.setattr(sessions, "page", fail)
    data = drawn(visit())

    assert len(data["cards"]["cards"]) == 4
    assert data["box"]["title"] == "The sessions could not be loaded."


def test_failing_filters_leave_the_page_alone(small, visit, monkeypatch):
    monkeypatch.setattr(facets, "counts", fail)

    assert len(shown(visit())) == 50


def test_an_empty_lake_explains_how_to_get_data_in(environment, serving, visit):
    serving()
    at = visit()

    assert not at.exception
    assert at.subheader[0].value == "There are no sessions yet"
    assert any("python -m cli import" in code.value for code in at.code)
    assert str(environment.data) in at.text[0].value


def test_a_program_that_is_not_ready_says_so(environment, visit):
    at = visit()

    assert not at.exception
    assert drawn(at)["box"]["title"] == "The page could not be loaded."


def test_a_damaged_file_is_named(environment, serving, visit):
    small_lake.write(environment)
    victim = next((environment.data / "sessions").rglob("*.parquet"))
    victim.write_bytes(b"not parquet")
    serving()

    strips = drawn(visit())["strips"]["strips"]
    assert strips[0]["title"] == "Totals are incomplete:"
    assert strips[0]["tone"] == "amber"


def test_the_export_menu_counts_what_the_list_counts(small, visit):
    data = drawn(visit(channel="phone", status="failed"))

    assert data["export"]["total"] == data["table"]["total"] > 0


def test_what_hides_the_head_is_in_the_style_that_every_run_sends(small, visit):
    """What a run does not send again Streamlit takes away at its end, which is after the rows."""
    (of_list,) = styles(visit())
    (of_session,) = styles(visit(id=small_lake.name(3)))

    assert ".st-key-listing)" in of_session
    assert ".st-key-listing)" not in of_list
    assert of_session.startswith(of_list.removesuffix("</style>"))


def styles(at):
    """Return the elements of a page that are styles."""
    return [each.proto.body for each in at.get("html") if "<style>" in each.proto.body]
