"""The page of webhooks."""

import pytest

from components import webhooks
from hooks.desk import Desk
from lake.hook_types import HookType
from tests.components.drawn import drawn
from tests.hooks.conftest import receive  # noqa: F401  a fixture
from tests.hooks.events import accept, accepted
from tests.hooks.receiver import reply

ASKED = {"url": " https://93.184.215.14/hook ", "types": ["session.failed"], "channel": ["web"],
         "type": [], "status": [], "agent": ["agent-1"], "metadata": "plan=pro\n\n n>5 ",
         "source": "api, crm", "description": "To the CRM"}  # fmt: skip


@pytest.fixture
def desk(environment):
    allowed = {"webhook_networks": ("127.0.0.0/8",)}
    return Desk(environment.model_copy(update=allowed))


def opened(visit):
    at = visit(channel="web").switch_page("webhooks.py").run()
    assert not at.exception
    return at


@pytest.fixture
def press(monkeypatch, desk):
    """Press a button of the element as its callback hears of it; returns what is kept and told."""
    kept, told = {}, {}
    monkeypatch.setattr(webhooks.state, "keep", lambda _, given: kept.update(given))
    monkeypatch.setattr(webhooks.state, "tell", lambda _, given: told.update(given))
    monkeypatch.setattr(webhooks.state, "told", lambda _: dict(told))

    def pressed(name, asked):
        kept.clear()
        monkeypatch.setattr(webhooks.state, "pressed", lambda *_: asked)
        webhooks._listening(desk)[f"on_{name}_change"]()
        return dict(kept)

    return pressed


@pytest.fixture
def made(press, desk):
    """A webhook that was made by the form."""
    secret = press("create", ASKED)["secret"]
    (found,) = desk.listed()
    assert secret == found.secrets[0].text
    return found


def test_it_lists_all_webhooks_and_no_secret(small, visit, desk):
    made, secret = desk.add("https://93.184.215.14/", list(HookType),
                            filter={"channel": ["web"], "metadata": ["plan=pro"]})  # fmt: skip
    accept(small.state, accepted())
    data = drawn(opened(visit))["webhooks"]
    (row,) = data["hooks"]

    assert (row["id"], row["url"], row["state"]) == (
        made.subscription_id, "https://93.184.215.14/", "live",
    )  # fmt: skip
    assert row["types"] == sorted(HookType)
    assert row["filter"] == ["channel: web", "metadata: plan=pro"]
    assert (row["waiting"], row["last"], row["secrets"]) == (1, None, 1)
    assert (data["fresh"], data["log"]) == (None, None)
    assert secret not in str(data)


def test_it_offers_every_type_with_words_and_every_closed_list(small, visit):
    data = drawn(opened(visit))["webhooks"]

    assert [kind["value"] for kind in data["types"]] == list(HookType)
    assert all(kind["text"] for kind in data["types"])
    lists = {each["name"]: len(each["options"]) for each in data["filters"]}
    assert lists == {"channel": 6, "type": 3, "status": 4, "agent": 5}


def test_the_form_asks_for_what_stands_in_it(made):
    conditions = made.wanted.conditions

    assert (made.wanted.url, made.wanted.description) == (
        "https://93.184.215.14/hook", "To the CRM",
    )  # fmt: skip
    assert (conditions.channel, conditions.agent) == (("web",), ("agent-1",))
    assert conditions.source == ("api", "crm")
    assert {pair.key for pair in conditions.metadata} == {"plan", "n"}


@pytest.mark.parametrize("wrong", [{"url": "https://10.0.0.1/"}, {"types": []}, {"url": "x"},
                                   {"metadata": "nonsense"}])  # fmt: skip
def test_what_cannot_be_is_told_in_words(press, desk, wrong):
    assert press("create", {**ASKED, **wrong})["problem"]
    assert desk.listed() == []


def test_presses_rotate_turn_off_and_on_and_remove(press, desk, made):
    subscription_id = made.subscription_id
    secret = press("rotate", subscription_id)["secret"]
    assert desk.one(subscription_id).secrets[0].text == secret
    assert press("disable", subscription_id) == {}
    assert desk.one(subscription_id).state == "off"
    assert press("enable", subscription_id) == {}
    assert desk.one(subscription_id).state == "live"
    assert press("remove", subscription_id) == {}
    assert desk.listed() == []
    assert "no such webhook" in press("remove", subscription_id)["problem"]


def test_a_test_opens_the_log_at_what_came_back(press, desk, receive):  # noqa: F811
    receiver = receive()
    made, _ = desk.add(receiver.url, ["session.failed"], filter={})
    assert "answered 200" in press("test", made.subscription_id)["note"]
    log = webhooks._log(desk)
    assert (log["url"], log["total"]) == (receiver.url, 1)
    assert [each["status"] for each in log["opened"]["attempts"]] == [200]
    assert log["opened"]["body"].encode() == receiver.requests[0].body

    receiver.answer = lambda _: reply(500)
    assert "answered 500" in press("test", made.subscription_id)["problem"]
    press("open", {"log": None, "message": None})
    assert webhooks._log(desk) is None


def test_a_message_is_sent_again(press, desk, environment, made):
    accept(environment.state, accepted(agent_id="agent-1", status="failed",
                                       metadata={"plan": ["pro"], "n": ["9"]}))  # fmt: skip
    (message,), _ = desk.sent(made.subscription_id)
    asked = {"log": made.subscription_id, "message": message.message_id}

    assert "sent again" in press("replay", asked)["note"]
    press("open", asked)
    assert webhooks._log(desk)["opened"]["attempts"] == []
    assert "no such" in press("replay", {**asked, "message": "x"})["problem"]
