"""Alerts by the API: what is asked for is kept, tried, told, and nobody else's."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from alerts.watch import Watch
from api import access
from api.shapes_alerts import AlertAnswer, AlertHistory, AlertList, TriedAnswer
from lake import alerts as stored
from lake.keys import KeyScope
from queries import backtest
from queries.catalog import METRICS
from queries.rules import STEPS, Condition, Window
from tests.api.hooked import ALERT, TRY
from tests.api.keyed import Ring, bearer

HOSTILE = "<img src=x onerror=alert(1)>'; drop table alerts --"


@pytest.fixture
def ring(world, api_settings, monkeypatch):
    monkeypatch.setattr(access, "FRESH_SECONDS", -1)
    return Ring(api_settings)


@pytest.fixture
def ask(client, ring):
    """Ask with a key that may do everything; returns the answer."""
    headers = bearer(ring.key())

    def asked(method, path, body=None, **options):
        return client.request(method, path, json=body, **{"headers": headers, **options})

    return asked


@pytest.fixture
def make(ask):
    def made(**given):
        answer = ask("POST", "/alerts", {**ALERT, **given})
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    return made


@pytest.fixture
def firing(make, api_settings):
    """An alert that fires."""
    made = make(metric="sessions", condition="above", threshold=0, window="7d", filter="")
    Watch(api_settings).look()
    return made


def test_an_alert_is_answered_as_it_was_asked_for(ask, make):
    made = make(name=f" {HOSTILE} ", filter="status=failed&channel=web&agent=a%2C1", resolve=0.1)

    assert AlertAnswer.model_validate({"data": made})
    assert (made["name"], made["state"], made["made_by"]) == (HOSTILE, "waiting", "key A script")
    assert parse_qs(made["filter"]) == {
        "channel": ["web"], "status": ["failed"], "agent": ["a,1"],
    }  # fmt: skip
    assert (made["threshold"], made["resolve"], made["least_n"]) == (0.2, 0.1, 30)
    assert ask("GET", f"/alerts/{made['alert_id']}").json() == {"data": made}
    listed = ask("GET", "/alerts").json()
    assert AlertList.model_validate(listed)
    assert listed["data"] == [made]


@pytest.mark.parametrize("condition", Condition)
def test_every_metric_can_be_watched_and_tried(ask, condition):
    for metric in METRICS:
        asked = {**TRY, "metric": metric, "condition": condition, "threshold": 0.5, "window": "24h"}
        answer = ask("POST", "/alerts/backtest", asked)
        tried = answer.json()["data"]

        assert TriedAnswer.model_validate(answer.json())
        assert len(tried["points"]) == 30 * 24
        is_below = condition is Condition.BELOW
        assert tried["resolve"] >= 0.5 if is_below else tried["resolve"] <= 0.5


@pytest.mark.parametrize("window", Window)
def test_a_try_is_a_chart_of_so_many_points(ask, window):
    tried = ask("POST", "/alerts/backtest", {**TRY, "window": window}).json()["data"]

    assert 0 < len(tried["points"]) <= backtest.MOST
    assert tried["step_seconds"] == STEPS[window].total_seconds()


def test_a_try_leads_to_the_sessions_that_would_have_fired_it(ask):
    asked = {**TRY, "metric": "sessions", "threshold": 0, "window": "24h", "filter": ""}
    fired = ask("POST", "/alerts/backtest", asked).json()["data"]["firings"][0]
    query = urlsplit(fired["links"]["sessions"]).query

    found = ask("GET", f"/sessions?{query}&limit=1").json()
    assert found["meta"]["total_items"] == fired["value"] == fired["n"] > 0


def test_a_change_leaves_the_rest_as_it_was(ask, make):
    made = make()
    path = f"/alerts/{made['alert_id']}"
    changed = ask("PATCH", path, {"name": "Another"}).json()["data"]
    assert changed == {**made, "name": "Another"}

    moved = ask("PATCH", path, {"threshold": 0.5}).json()["data"]
    assert (moved["threshold"], moved["resolve"]) == (0.5, 0.45)
    off = ask("PATCH", path, {"is_enabled": False}).json()["data"]
    assert off["state"] == "off"
    assert ask("PATCH", path, {"is_enabled": True}).json()["data"]["state"] == "waiting"


def test_what_has_fired_is_told_until_it_is_forgotten(ask, firing):
    path = f"/alerts/{firing['alert_id']}"
    row = ask("GET", path).json()["data"]
    history = ask("GET", f"{path}/history").json()

    assert row["state"] == "firing"
    assert AlertHistory.model_validate(history)
    (event,) = history["data"]
    assert (event["kind"], event["reason"]) == ("fired", "value")
    assert event["firing_id"] == row["firing_id"]
    query = urlsplit(event["links"]["sessions"]).query
    found = ask("GET", f"/sessions?{query}").json()["meta"]
    assert found["total_items"] == event["value"] > 0
    ask("PATCH", path, {"threshold": 10**6})
    kinds = [each["kind"] for each in ask("GET", f"{path}/history").json()["data"]]
    assert kinds == ["resolved", "fired"]
    second = ask("GET", f"{path}/history?limit=1&page=2").json()
    assert ([each["kind"] for each in second["data"]], second["meta"]["has_more"]) == (
        ["fired"], False,
    )  # fmt: skip


def test_one_that_was_removed_is_absent(ask, firing):
    path = f"/alerts/{firing['alert_id']}"
    answer = ask("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")

    for method, more in (("GET", ""), ("DELETE", ""), ("GET", "/history")):
        assert ask(method, f"{path}{more}").status_code == 404


def test_the_name_of_the_data_changes_when_something_fires(ask, make, api_settings):
    make(metric="sessions", condition="above", threshold=0, window="7d", filter="")
    before = ask("GET", "/snapshot").json()["name"]
    Watch(api_settings).look()
    after = ask("GET", "/snapshot").json()["name"]
    Watch(api_settings).look()

    assert before != after == ask("GET", "/snapshot").json()["name"]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"name": "a\nb"}, "name"),
        ({"metric": "happiness"}, "happiness"),
        ({"window": "1y"}, "window"),
        ({"condition": "odd"}, "condition"),
        ({"threshold": -1}, "threshold"),
        ({"threshold": 1.5}, "threshold"),
        ({"threshold": "0.5"}, "threshold"),
        ({"condition": "down", "threshold": 1.5}, "threshold"),
        ({"condition": "below", "threshold": 0}, "threshold"),
        ({"resolve": 0.3}, "resolve"),
        ({"condition": "below", "resolve": 0.1}, "resolve"),
        ({"condition": "below", "resolve": 1.1}, "resolve"),
        ({"least_n": -1}, "least_n"),
        ({"filter": "channel=pigeon"}, "channel"),
        ({"filter": "range=7d"}, "range"),
        ({"filter": "started_after=2026-01-01T00:00:00Z"}, "started_after"),
        ({"filter": "q=" + "x" * 5000}, "filter"),
        ({"filter": "nonsense=1"}, "nonsense"),
        ({"secret": 1}, "secret"),
    ],
    ids=lambda each: str(each)[:40],
)
def test_what_cannot_be_is_refused_with_its_name(ask, wrong, words):
    answer = ask("POST", "/alerts", {**ALERT, **wrong})

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.text


def test_no_number_is_one_that_is_none(client, ring):
    headers = {**bearer(ring.key()), "content-type": "application/json"}
    for number in ("NaN", "Infinity", "1e400"):
        body = json.dumps({**ALERT, "threshold": 0}).replace(
            '"threshold": 0', f'"threshold": {number}'
        )
        assert client.request("POST", "/alerts", content=body, headers=headers).status_code == 422


def test_there_are_not_endlessly_many(ask, make, monkeypatch):
    monkeypatch.setattr(stored, "MOST", 1)
    make()

    assert ask("POST", "/alerts", ALERT).status_code == 409


def test_who_sees_some_agents_sees_what_is_about_no_others(ask, make, ring, api_settings):
    of_all = make(metric="sessions", threshold=0, window="7d", filter="")["alert_id"]
    headers = bearer(ring.key(agents=["a1"]))
    wish = {**ALERT, "metric": "sessions", "threshold": 0, "window": "7d", "filter": ""}
    own = ask("POST", "/alerts", wish, headers=headers).json()["data"]
    assert own["agents"] == ["a1"]
    Watch(api_settings).look()

    listed = ask("GET", "/alerts", headers=headers).json()["data"]
    assert [row["alert_id"] for row in listed] == [own["alert_id"]]
    everything, part = (ask("GET", f"/alerts/{each}").json()["data"]["last"]
                        for each in (of_all, own["alert_id"]))  # fmt: skip
    assert 0 < part["value"] < everything["value"]
    assert ask("POST", "/alerts/backtest", {**wish, "name": None}).status_code == 422
    tried = ask("POST", "/alerts/backtest", TRY | {"filter": "agent=a2", "metric": "sessions"},
                headers=headers).json()["data"]  # fmt: skip
    assert all(point["n"] == 0 for point in tried["points"])
    for method, more in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/history")):
        body = {"name": "Mine"} if method == "PATCH" else None
        hidden = ask(method, f"/alerts/{of_all}{more}", body, headers=headers)
        absent = ask(method, f"/alerts/nothing{more}", body, headers=headers)
        assert (hidden.status_code, hidden.text) == (404, absent.text)


def test_who_reads_metrics_changes_nothing(client, ring, make):
    made = make()
    headers = bearer(ring.key([KeyScope.READ_METRICS]))

    def status(method, path, body=None):
        return client.request(method, path, headers=headers, json=body).status_code

    assert status("GET", "/alerts") == status("POST", "/alerts/backtest", TRY) == 200
    assert status("POST", "/alerts", ALERT) == 403
    assert status("PATCH", f"/alerts/{made['alert_id']}", {"name": "Mine"}) == 403
    assert status("DELETE", f"/alerts/{made['alert_id']}") == 403


def test_a_word_among_alerts_has_its_own_methods(client, world):
    answer = client.request("OPTIONS", "/alerts/backtest")

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
