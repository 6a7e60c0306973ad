"""The page of alerts."""

import pytest

from alerts import news
from alerts.desk import Change, Desk
from alerts.watch import Watch
from alerts.wishes import Wish
from components import alert_form, alerts
from lake.alert_file import connected
from queries import engine
from queries.catalog import METRICS
from queries.filters import Filters
from queries.rules import Condition, Window
from tests.components.drawn import drawn

HOSTILE = "<img src=x onerror=alert(1)> **Bold** {{x}}"
TYPED = {"id": None, "of": "", "name": " Many ", "metric": "sessions", "window": "24h",
         "condition": "above", "threshold": "3", "resolve": "", "least": ""}  # fmt: skip
MANY = Wish(HOSTILE, "sessions", "7d", "above", 1, "channel=web")


@pytest.fixture
def desk(environment):
    return Desk(environment)


@pytest.fixture
def opened(visit):
    def open_page(**parameters):
        at = visit(**parameters).switch_page("alerts.py").run()
        assert not at.exception
        return drawn(at)

    return open_page


@pytest.fixture
def press(monkeypatch, desk):
    """Press a button of the element as its callback hears of it; returns what is kept."""
    kept, told = {}, {}
    monkeypatch.setattr(alerts.state, "keep", lambda _, given: kept.update(given))
    monkeypatch.setattr(alerts.state, "tell", lambda _, given: (told.clear(), told.update(given)))
    monkeypatch.setattr(alerts.state, "told", lambda _: dict(told))

    def pressed(name, asked, **query):
        kept.clear()
        filters, _ = Filters.from_query({key: [value] for key, value in query.items()})
        monkeypatch.setattr(alerts.state, "pressed", lambda *_: asked)
        alerts._listening(desk, filters)[f"on_{name}_change"]()
        return dict(kept)

    pressed.told = told
    return pressed


def test_without_alerts_the_form_shows_the_number_of_the_last_days(small, opened):
    data = opened(channel="web")["alerts"]

    assert (data["alerts"], data["history"]["total"]) == ([], 0)
    assert data["form"]["fields"]["metric"] == "failure_rate"
    assert data["filter"] == ["Channel: Web"]
    assert data["tried"]["threshold"] is None
    assert len(data["tried"]["starts"]) == len(data["tried"]["values"]) > 0
    assert data["tried"]["count"] == 0


def test_it_offers_every_metric_window_and_condition_in_words(small, opened):
    data = opened()["alerts"]

    assert [each["value"] for each in data["metrics"]] == list(METRICS)
    assert [each["value"] for each in data["windows"]] == list(Window)
    assert [each["value"] for each in data["conditions"]] == list(Condition)
    assert set(alert_form.SHORT) == set(Condition)


@pytest.mark.parametrize(("asked", "metric"), [("duration_p90", "duration_p90"),
                                               ("happiness", "failure_rate")])  # fmt: skip
def test_a_link_names_the_metric(small, opened, asked, metric):
    assert opened(metric=asked)["alerts"]["form"]["fields"]["metric"] == metric


def test_another_link_begins_another_form(small, opened, monkeypatch):
    monkeypatch.setattr(alert_form.state, "told", lambda _: {"id": None, "of": "failed",
                                                             "fields": TYPED})  # fmt: skip

    assert opened(metric="failed")["alerts"]["form"]["fields"]["name"] == " Many "
    other = opened(metric="handoffs")["alerts"]["form"]
    assert (other["fields"]["name"], other["fields"]["metric"]) == ("", "handoffs")


def test_a_range_is_said_to_have_no_say(small, opened):
    data = opened(range="7d", channel="web")["alerts"]

    assert data["has_range"]
    assert data["filter"] == ["Channel: Web"]
    assert len(data["tried"]["starts"]) > 24 * 4 * 7 / 4


def test_an_alert_that_fires_is_on_the_page_and_beside_the_way_to_it(small, opened, desk):
    made = desk.add(MANY)
    assert opened()["nav"]["fires"] is None
    Watch(small).look()
    elements = opened(status="failed")
    (row,) = elements["alerts"]["alerts"]

    assert (row["name"], row["state"], row["value"]) == (HOSTILE, "firing", row["n"])
    assert row["value"] > 1
    assert row["edit"]["channel"] == ["web"]
    assert row["edit"]["status"] == []
    assert row["edit"]["alert"] == [made.alert_id]
    assert elements["nav"]["fires"] == {"path": "alerts", "count": 1, "names": [HOSTILE]}
    assert elements["firing"]["count"] == 1
    (event,) = elements["alerts"]["history"]["events"]
    assert (event["kind"], event["name"], event["value"]) == ("fired", HOSTILE, row["value"])


def test_what_fires_while_a_page_is_made_has_it_run_once_more(small, opened, monkeypatch):
    asked = alerts.Desk.listed

    def listed(desk):
        found = asked(desk)
        news.happened()  # just after somebody has looked
        return found

    monkeypatch.setattr(alerts.Desk, "listed", listed)
    with engine.snapshot() as snapshot:
        assert opened()["clock"]["name"] != news.named(snapshot.publication.name)


def test_an_opened_alert_stands_in_the_form_as_it_was_typed(small, opened, desk):
    wish = Wish("Slow", "duration_p90", "6h", "below", 90_000, "", resolve=120_000, least=5)
    made = desk.add(wish)
    form = opened(alert=made.alert_id)["alerts"]["form"]

    assert form["id"] == made.alert_id
    assert form["fields"] == {
        "name": "Slow", "metric": "duration_p90", "window": "6h", "condition": "below",
        "threshold": "90", "resolve": "120", "least": "5",
    }  # fmt: skip
    assert opened(alert="nothing")["alerts"]["form"]["id"] is None


def test_the_form_makes_an_alert_of_the_filters_of_the_address(press, desk):
    press("try", TYPED)
    assert "Many" in press("save", TYPED, channel="web", range="7d")["note"]
    (made,) = desk.listed()

    assert (made.rule.name, made.rule.filter, made.rule.threshold) == ("Many", "channel=web", 3)
    assert (made.rule.resolve, made.rule.least, made.made_by) == (3, 0, "the page")
    assert press.told == {"saved": 1}  # what was typed is not made again by a second press


def test_what_is_typed_is_in_the_units_of_people(press, desk):
    for metric, condition, kept in (
        ("failure_rate", "above", 0.055), ("sessions", "up", 0.055),
        ("duration_p95", "above", 5500), ("sessions", "above", 5.5),
    ):  # fmt: skip
        press("save", {**TYPED, "metric": metric, "condition": condition, "threshold": "5,5"})
        assert desk.listed()[0].rule.threshold == pytest.approx(kept)
        draft = alert_form.fields_of(alert_form.wish_of(desk.listed()[0].rule))
        assert draft["threshold"] == "5.5"


@pytest.mark.parametrize(
    "wrong",
    [{"threshold": ""}, {"threshold": "many"}, {"name": ""}, {"metric": "happiness"},
     {"resolve": "9"}, {"least": "-1"}],
)  # fmt: skip
def test_what_cannot_be_is_told_in_words_and_stays_in_the_form(press, desk, wrong):
    typed = {**TYPED, **wrong}

    assert press("save", typed)["problem"]
    assert desk.listed() == []
    assert press.told["fields"] == typed


def test_presses_change_turn_off_and_on_and_remove(press, desk, environment):
    made = desk.add(MANY)
    press("save", {**TYPED, "id": made.alert_id, "name": "Other", "threshold": "9"})
    assert (desk.one(made.alert_id).rule.name, desk.one(made.alert_id).rule.filter) == ("Other", "")
    press("turn", {"id": made.alert_id, "is_enabled": False})
    assert desk.one(made.alert_id).state == "off"
    press("turn", {"id": made.alert_id, "is_enabled": True})
    assert desk.one(made.alert_id).state == "waiting"
    press("remove", made.alert_id)
    assert desk.listed() == []
    assert "no such alert" in press("remove", made.alert_id)["problem"]


def test_the_rule_in_the_form_is_tried(small, opened, desk):
    made = desk.add(Wish("Any", "sessions", "24h", "above", 0))
    found = opened(alert=made.alert_id)["alerts"]["tried"]

    assert found["count"] == 1
    assert found["spans"][0][0] == 0
    assert found["firings"][0]["until"] is None
    assert found["firings"][0]["value"] > 0
    desk.change(made.alert_id, Change(threshold=10**6))
    assert opened(alert=made.alert_id)["alerts"]["tried"]["count"] == 0


def test_without_data_nothing_is_tried(environment, serving, opened):
    serving()

    assert opened()["alerts"]["tried"]["starts"] == []


def test_one_that_cannot_be_read_any_more_is_listed_with_the_reason(small, opened, desk):
    desk.add(MANY)
    with connected(small.state) as connection:
        connection.execute("update alerts set metric = 'gone'")
    (row,) = opened()["alerts"]["alerts"]

    assert "gone" in row["error"]
    assert row["name"] == HOSTILE


def test_a_broken_file_of_alerts_leaves_the_other_pages_alone(small, visit):
    small.state.mkdir(exist_ok=True)
    (small.state / "journal.db").write_bytes(b"no database at all" * 100)
    at = visit()

    assert not at.exception
    assert drawn(at)["nav"]["fires"] is None
    assert drawn(at)["table"]["rows"]
