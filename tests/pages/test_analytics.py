"""Each state of the Analytics page."""

import json

import pytest

from components import board, lens, trend
from errors import QuestionTimeoutError
from queries import charts, engine, metrics
from queries.filters import Filters
from queries.intervals import Interval
from queries.stacks import STACKS
from tests.components.drawn import drawn
from tests.pages import small_lake

TITLES = {panel.title for row in board.ROWS for panel in row}
VIEWS = [{}, {"range": "7d"}, {"channel": "phone", "status": "failed"}, {"q": "desk"}]


@pytest.fixture
def opened(visit):
    """Open the page at an address."""

    def run(**parameters):
        at = visit(**parameters).switch_page("analytics.py").run()
        assert not at.exception
        return at

    return run


def shown(at):
    """Return what each panel was handed, by its title."""
    handed = [json.loads(element.proto.json) for element in at.get("bidi_component")]
    return {data["title"]: data for data in handed if "stamp" in data}


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_every_panel_is_there_and_none_waits(small, opened, view):
    at = opened(**view)

    assert TITLES == set(shown(at))
    assert "bones" not in drawn(at)
    assert "box" not in drawn(at)


def test_panels_stand_in_the_order_of_the_rows_the_first_time_and_later(small, opened):
    at = opened()

    assert list(shown(at)) == [panel.title for row in board.ROWS for panel in row]
    assert list(shown(at.run())) == [panel.title for row in board.ROWS for panel in row]


@pytest.mark.parametrize(("by", "view"), list(zip(STACKS, VIEWS, strict=True)), ids=str)
def test_the_bars_and_what_has_no_start_are_the_total_of_the_card(small, opened, view, by):
    """One number, on each page (P18)."""
    volume = shown(opened(**view, by=by))["Sessions"]
    filters, _ = Filters.from_query({name: [value] for name, value in view.items()})
    with engine.snapshot() as snapshot:
        total = metrics.cards(filters, snapshot).total.value
    undated = int(volume["note"]["text"].split()[0]) if volume["note"] else 0

    assert total == volume["figure"]["value"]
    assert total == undated + sum(sum(series["values"]) for series in volume["series"])


def test_the_shares_are_the_total_as_well(small, opened):
    rows = shown(opened())["Channels"]["rows"]

    assert small_lake.COUNT == sum(row["value"] for row in rows)


@pytest.mark.parametrize("interval", Interval)
def test_every_chart_over_time_takes_the_interval(small, opened, interval):
    panels = shown(opened(interval=interval.value))

    named = {panel["interval"] for panel in panels.values() if "interval" in panel}
    assert {interval.value, "slice"} == named  # what is open at once has slices of its own


def test_open_during_says_so_and_has_no_links(small, opened):
    volume = shown(opened(open="during", range="7d"))["Sessions"]

    assert "open at some moment" in volume["sub"]
    assert not volume["is_linked"]


@pytest.mark.parametrize("name", sorted(lens.PARAMETERS))
def test_what_cannot_be_is_noted_and_the_charts_are_shown(small, opened, name):
    at = opened(**{name: "nonsense"})

    assert name in drawn(at)["strips"]["strips"][-1]["text"]
    assert TITLES == set(shown(at))


def test_nothing_found_is_shown_as_nothing(small, opened):
    panels = shown(opened(q="nobody said this"))

    assert panels["Sessions"]["series"] == []
    assert panels["Channels"]["rows"] == []
    assert {None} == {
        value for line in panels["Failure rate"]["series"] for value in line["values"]
    }
    assert 0 == sum(map(sum, panels["When sessions start"]["values"]))


def test_one_session_is_enough(environment, serving, opened):
    small_lake.write(environment, numbers=[13])
    serving()
    panels = shown(opened())

    assert 1 == panels["Sessions"]["figure"]["value"]
    assert panels["Failure rate"]["figure"]["is_uncertain"]


def test_without_data_it_says_how_to_get_some_in(environment, serving, opened):
    serving()
    at = opened()

    assert at.subheader[0].value == "There are no sessions yet"
    assert shown(at) == {}


@pytest.mark.parametrize(
    ("question", "titles"),
    [("week", {"When sessions start"}), ("lines", {panel.title for panel in trend.CURVES}),
     ("volume", {"Sessions", "Channels"})],
)  # fmt: skip
def test_a_failing_chart_leaves_the_others(small, opened, monkeypatch, question, titles):
    def fail(*_, **__):
        raise QuestionTimeoutError(20)

    monkeypatch.setattr(charts, question, fail)
    at = opened()

    assert TITLES - titles == set(shown(at))
    assert "could not be loaded" in drawn(at)["box"]["title"]


def test_every_panel_explains_itself_when_asked(small, opened):
    at = opened(range="7d", channel="web")
    for panel in (panel for row in board.ROWS for panel in row):
        at.session_state["_asked"] = panel.key
        at.run()
        (found,) = [panel["explained"] for panel in shown(at).values() if panel["explained"]]

        assert "from filtered" in found["sql"]
        assert "web" in dict(found["parameters"])["channel"]
        assert found["zone"] == "Europe/Berlin"
        assert found["show"] is None or found["show"]["channel"] == ["web"]  # not all is a list


def test_an_explanation_is_given_once(small, opened):
    at = opened()
    at.session_state["_asked"] = "duration"
    at.run().run()

    assert {None} == {panel["explained"] for panel in shown(at).values()}
