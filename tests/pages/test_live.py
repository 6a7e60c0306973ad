"""Each state of the Live page."""

import pytest

from errors import QuestionTimeoutError
from queries import live
from tests.components.drawn import drawn
from tests.pages import small_lake


def opened(visit, **parameters):
    at = visit(**parameters).switch_page("live.py").run()
    assert not at.exception
    return drawn(at)


def fail(*_arguments, **_options):
    raise QuestionTimeoutError(20)


def figures(data):
    return {card["label"]: card for card in data["cards"]["cards"]}


def test_what_goes_on_is_listed_longest_silence_first(small, visit):
    data = opened(visit)["live"]

    assert [small_lake.name(number) for number in (2, 1, 0)] == data["columns"]["id"]
    assert data["total"] == 3
    assert data["columns"]["sender"] == ["user"] * 3
    assert data["columns"]["said"][0].startswith("INV-20931 <img")


def test_figures_lead_to_what_they_count(small, visit):
    data = opened(visit, channel=["web", "phone"], range="24h")
    found = figures(data)

    assert found["Open now"]["value"] == "2"
    assert found["Open now"]["path"] == ""
    assert found["Open now"]["change"]["status"] == ["active"]
    assert "range" not in found["Open now"]["change"]
    assert found["Silent over 2 min"]["change"] == {"show": ["silent"]}
    assert found["Failed, last hour"]["change"]["status"] == ["failed"]


def test_dates_are_said_to_count_nothing_out(small, visit):
    shown = opened(visit, range="24h")

    assert shown["live"]["total"] == 3
    assert "Dates count nothing out" in shown["strips"]["strips"][-1]["text"]
    assert "strips" not in opened(visit) or not opened(visit)["strips"]["strips"]


def test_a_session_lies_beside_the_list(small, visit):
    data = opened(visit, watch=small_lake.name(1))

    assert data["session"]["beside"]["id"] == small_lake.name(1)
    assert data["session"]["is_live"]
    assert data["live"]["watched"] == small_lake.name(1)
    assert data["clock"]["is_on"]


def test_a_session_that_is_not_there_is_said_beside_the_list(small, visit):
    data = opened(visit, watch="nobody")

    assert "nobody" in data["box"]["title"]
    assert data["live"]["total"] == 3


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ({"q": "nobody said this"}, "No sessions found"),
        ({"status": "completed"}, "No sessions found"),
        ({"show": "stuck"}, "No session is stuck"),
    ],
)
def test_nothing_is_said(small, visit, given, title):
    assert opened(visit, **given)["box"]["title"] == title


def test_an_empty_lake_is_welcomed(environment, serving, visit):
    serving()
    at = visit().switch_page("live.py").run()

    assert at.subheader[0].value == "There are no sessions yet"


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("live.now", "The sessions"),
        ("live.usual", "The figures"),
        ("live.latest", "The latest events"),
        ("charts.lately", "The chart"),
    ],
)
def test_what_fails_says_so_alone(small, visit, monkeypatch, question, part):
    monkeypatch.setattr(f"queries.{question}", fail)
    data = opened(visit)

    assert data["box"]["title"] == f"{part} could not be loaded."
    assert ("live" in data) == (part != "The sessions")


def test_there_are_no_usual_numbers_of_a_young_lake(small, visit):
    assert figures(opened(visit))["Open now"]["delta"]["against"] == "No usual number yet"


def test_what_was_open_ends_now_and_is_drawn_anew_by_the_minute_only(small, visit):
    data = opened(visit)["trend"]

    assert data["title"] == "Open at once, last 24 h"
    assert data["is_until_now"]
    assert data["sub"].startswith("open during")
    assert data == opened(visit)["trend"]


def test_so_many_are_listed_unless_all_are_wanted(small, visit, monkeypatch):
    monkeypatch.setattr(live, "MOST", 2)

    assert len(opened(visit)["live"]["columns"]["id"]) == 2
    assert len(opened(visit, rows="all")["live"]["columns"]["id"]) == 3


def test_the_clock_looks_every_second_here(small, visit):
    assert opened(visit)["clock"]["every_ms"] == 1000
