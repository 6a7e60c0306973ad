"""What is kept of alerts: made, changed, ended, and told to webhooks in the same write."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts import telling
from alerts.desk import Change, Desk
from hooks.desk import Desk as HookDesk
from lake import alert_events, alert_rows, outbox
from lake.alert_file import connected
from lake.alert_refusals import AlertNotFoundError
from lake.alert_rows import Kind, Reason, Seen
from lake.hook_file import writing
from lake.hook_types import HookType
from tests.alerts.conftest import ANY, FAILURES

HOSTILE = "<script>alert(1)</script>'; drop table alerts; --"
URL = "https://93.184.215.14/hook"


@pytest.fixture
def noted(own_settings):
    """Write what was found of an alert, as who looks does it; returns what has happened."""

    def note(alert, *, is_firing, value=0.5, at=None):
        seen = Seen(at or own_settings.clock(), value, 40)
        body = telling.body(own_settings.page_url)
        with connected(own_settings.state) as connection, writing(connection):
            return alert_events.noted(connection, alert, seen, body, is_firing=is_firing)

    return note


def kinds(desk, alert_id=None):
    return [(each.kind, each.reason) for each in desk.history(alert_id)[0]]


def test_what_was_asked_for_is_there_after_a_restart(desk, own_settings):
    made = desk.add(replace(FAILURES, name=HOSTILE))

    assert Desk(own_settings).listed() == [made]
    assert made.rule.name == HOSTILE
    assert (made.state, made.made_by, made.seen) == ("waiting", "the page", None)


def test_nothing_is_made_where_somebody_only_looks(desk, own_settings):
    assert desk.listed() == desk.firing() == []
    assert desk.history() == ([], 0)
    assert not own_settings.state.exists()


def test_a_firing_has_one_beginning_and_one_end(desk, noted):
    made = desk.add(FAILURES)
    first = noted(made, is_firing=True)
    assert noted(desk.one(made.alert_id), is_firing=True) is None
    last = noted(desk.one(made.alert_id), is_firing=False, value=0.1)

    assert (first.kind, last.kind) == (Kind.FIRED, Kind.RESOLVED)
    assert first.firing_id == last.firing_id
    assert desk.history()[0] == [last, first]
    assert desk.one(made.alert_id).state == "ok"
    assert desk.one(made.alert_id).seen.value == 0.1


def test_what_was_looked_at_before_a_change_is_not_written(desk, noted):
    made = desk.add(FAILURES)
    desk.change(made.alert_id, Change(threshold=0.9))
    assert noted(made, is_firing=True) is None
    desk.change(made.alert_id, Change(is_enabled=False))
    assert noted(desk.one(made.alert_id), is_firing=False) is None
    desk.remove(made.alert_id)
    assert noted(made, is_firing=True) is None

    assert desk.history() == ([], 0)


@pytest.mark.parametrize(
    ("change", "reason"),
    [(Change(threshold=0.9), Reason.CHANGED), (Change(filter=""), Reason.CHANGED),
     (Change(is_enabled=False), Reason.DISABLED)],
)  # fmt: skip
def test_who_ends_a_rule_ends_its_firing(desk, noted, change, reason):
    made = desk.add(FAILURES)
    noted(made, is_firing=True)
    desk.change(made.alert_id, change)

    assert kinds(desk) == [(Kind.RESOLVED, reason), (Kind.FIRED, Reason.VALUE)]
    assert desk.firing() == []


@pytest.mark.parametrize(
    "change",
    [Change(), Change(name="Another"), Change(is_enabled=True), Change(threshold=0.2),
     Change(metric="failure_rate")],
)  # fmt: skip
def test_what_is_the_same_rule_goes_on_firing(desk, noted, change):
    made = desk.add(FAILURES)
    noted(made, is_firing=True)
    after = desk.change(made.alert_id, change)

    assert after.state == "firing"
    assert noted(after, is_firing=True) is None
    assert kinds(desk) == [(Kind.FIRED, Reason.VALUE)]


@pytest.fixture
def hooked(own_settings):
    """Have a webhook told of alerts; returns what waits for it, oldest first."""
    hooks = HookDesk(own_settings)

    def make(types=(HookType.ALERT_FIRED, HookType.ALERT_RESOLVED), agents=None, **given):
        own = HookDesk(own_settings, agents)
        subscription, _ = own.add(URL, list(types), **{"filter": {}, **given})

        def waiting():
            sent, _ = hooks.sent(subscription.subscription_id)
            bodies = [hooks.message(subscription.subscription_id, each.message_id)[0].body
                      for each in reversed(sent)]  # fmt: skip
            return [json.loads(body) for body in bodies]

        return waiting

    return make


def test_webhooks_are_told_of_both_ends_with_the_way_to_the_sessions(desk, noted, hooked):
    waiting, others = hooked(), hooked([HookType.FAILED])
    made = desk.add(FAILURES)
    event = noted(made, is_firing=True)
    desk.remove(made.alert_id)
    fired, resolved = waiting()

    assert others() == []
    assert (fired["type"], resolved["type"]) == ("alert.fired", "alert.resolved")
    data = fired["data"]
    assert (data["name"], data["value"], data["n"]) == ("Failures", 0.5, 40)
    assert (data["threshold"], data["resolve"], data["least_n"]) == (0.2, 0.18, 30)
    assert data["firing_id"] == resolved["data"]["firing_id"] == event.firing_id
    assert (data["reason"], resolved["data"]["reason"]) == ("value", "removed")
    start, end = data["window_start"], data["window_end"]
    assert fired["timestamp"] == end
    assert f"started_after={start[:13]}" in data["links"]["sessions"]
    assert "channel=web" in data["links"]["sessions"]
    assert "status=failed" in data["links"]["sessions"]


def test_conditions_of_a_webhook_have_no_say(desk, noted, hooked):
    waiting = hooked(filter={"channel": ["phone"]})
    noted(desk.add(FAILURES), is_firing=True)

    assert len(waiting()) == 1


@pytest.mark.parametrize(
    ("of_alert", "of_webhook", "count"),
    [(None, None, 1), (["a1"], None, 1), (None, ["a1"], 0), (["a1"], ["a1"], 1),
     (["a1"], ["a1", "a2"], 1), (["a1", "a2"], ["a1"], 0), (["a2"], ["a1"], 0)],
)  # fmt: skip
def test_a_webhook_of_some_agents_is_told_of_no_others(
    own_settings, noted, hooked, of_alert, of_webhook, count
):
    agents = None if of_webhook is None else frozenset(of_webhook)
    waiting = hooked(agents=agents)
    desk = Desk(own_settings, None if of_alert is None else frozenset(of_alert))
    noted(desk.add(FAILURES), is_firing=True)

    assert len(waiting()) == count


def test_a_firing_that_cannot_be_told_is_not_written(desk, noted, hooked, monkeypatch):
    """State, history and outbox are one transaction."""
    hooked()
    made = desk.add(FAILURES)
    monkeypatch.setattr(outbox, "put", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        noted(made, is_firing=True)

    assert desk.one(made.alert_id).state == "waiting"
    assert desk.history() == ([], 0)


def test_what_happened_long_ago_is_forgotten(desk, noted, own_settings):
    now = own_settings.clock()
    made = desk.add(FAILURES)
    noted(made, is_firing=True, at=now - timedelta(days=3))
    noted(desk.one(made.alert_id), is_firing=False, at=now)
    with connected(own_settings.state) as connection, writing(connection):
        alert_events.forget(connection, now - timedelta(days=1))

    assert kinds(desk) == [(Kind.RESOLVED, Reason.VALUE)]


def test_who_sees_some_agents_sees_what_is_about_no_others(own_settings):
    everything = Desk(own_settings)
    of_all = everything.add(FAILURES)
    own = Desk(own_settings, frozenset({"a1", "a2"}))
    made = own.add(ANY)
    other = Desk(own_settings, frozenset({"a1"}))

    assert [each.alert_id for each in everything.listed()] == [made.alert_id, of_all.alert_id]
    assert own.listed() == [made]
    assert other.listed() == []
    for hidden, asked in ((of_all, own), (made, other)):
        for work in (asked.one, asked.remove, asked.history):
            with pytest.raises(AlertNotFoundError):
                work(hidden.alert_id)
        with pytest.raises(AlertNotFoundError):
            asked.change(hidden.alert_id, Change(name="Mine"))


def test_a_rule_that_cannot_be_read_any_more_is_still_listed(desk, own_settings, noted):
    made = desk.add(FAILURES)
    with connected(own_settings.state) as connection:
        connection.execute("update alerts set metric = 'gone'")
        (found,) = alert_rows.read(connection)

    assert found.rule.metric == "gone"
    assert telling.sessions(found, Seen(own_settings.clock())) is None
    noted(found, is_firing=True)
    desk.remove(made.alert_id)
    assert desk.listed() == []
