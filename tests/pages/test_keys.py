"""The page of the API's keys."""

import pytest

from components import api_keys
from lake.keys import PREFIX, Keys, KeyScope
from tests.components.drawn import drawn


@pytest.fixture
def keys(environment):
    return Keys(environment.state)


def opened(visit):
    at = visit(channel="web").switch_page("keys.py").run()
    assert not at.exception
    return at


def test_it_lists_all_keys_and_no_secret(small, visit, keys):
    _, text = keys.create("A script", [KeyScope.EXPORT], now=small.clock(), agents=["agent-1"])
    keys.create("Another", list(KeyScope), now=small.clock())
    data = drawn(opened(visit))["api_keys"]

    assert {key["name"]: key["agents"] for key in data["keys"]} == {
        "A script": ["Billing assistant"], "Another": None,
    }  # fmt: skip
    assert data["fresh"] is None
    assert text.split("_", 3)[3] not in str(data)


def test_it_offers_every_scope_with_words_and_every_agent(small, visit):
    data = drawn(opened(visit))["api_keys"]

    assert [scope["name"] for scope in data["scopes"]] == list(KeyScope)
    assert all(scope["text"] for scope in data["scopes"])
    assert set(api_keys.WORDS) == set(KeyScope)
    assert len(data["agents"]) == 5


ASKED = {"name": "A script", "scopes": ["export", "read:metrics"], "agents": [], "source": "api",
         "days": "30"}  # fmt: skip


@pytest.fixture
def press(monkeypatch, keys, environment):
    """Press a button of the element as its callback hears of it; returns what is kept."""
    kept = {}
    monkeypatch.setattr(api_keys.state, "keep", lambda _, told: kept.update(told))

    def pressed(work, asked):
        kept.clear()
        monkeypatch.setattr(api_keys.state, "pressed", lambda *_: asked)
        api_keys._changed("press", lambda given: work(keys, environment.clock(), given))
        return dict(kept)

    return pressed


def test_a_press_makes_a_key_and_its_text_is_kept_for_one_run(press, keys):
    told = press(api_keys._create, ASKED)

    (key,) = keys.listed()
    assert told["text"].startswith(f"{PREFIX}{key.key_id}_")
    assert (key.scopes, key.agents) == ({KeyScope.EXPORT, KeyScope.READ_METRICS}, None)


def test_presses_rotate_and_revoke(press, keys):
    press(api_keys._create, {**ASKED, "agents": ["agent-1"]})
    (key,) = keys.listed()

    assert press(api_keys._rotate, key.key_id)["text"].startswith(PREFIX)
    assert press(api_keys._revoke, key.key_id) == {"text": None}
    assert keys.one(key.key_id).revoked_at is not None


@pytest.mark.parametrize("wrong", [{"name": " "}, {"scopes": []}, {"scopes": ["everything"]},
                                   {"days": "366"}])  # fmt: skip
def test_what_no_key_can_be_is_told_in_words(press, keys, wrong):
    told = press(api_keys._create, {**ASKED, **wrong})

    assert told["problem"]
    assert keys.listed() == []
