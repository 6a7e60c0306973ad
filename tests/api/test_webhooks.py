"""Webhooks by the API: what is asked for is kept, told, tried, sent again, and nobody else's."""

import json

import pytest

from api import access
from api.small import MOST_BYTES
from hooks.desk import Desk
from lake import subscriptions
from lake.hook_types import HookType
from lake.keys import KeyScope
from tests.api.hooked import PERIOD, WISH
from tests.api.keyed import Ring, bearer
from tests.hooks.conftest import receive  # noqa: F401  a fixture
from tests.hooks.events import accept, accepted

FILTER = {"channel": ["web"], "type": ["chat"], "status": ["active"], "agent": ["a,1", "a2"],
          "source": ["api"], "metadata": ["plan=pro", "note contains ,"]}  # fmt: skip


@pytest.fixture
def api_settings(api_settings):
    return api_settings.model_copy(update={"webhook_networks": ("127.0.0.0/8",)})


@pytest.fixture
def ring(running, api_settings, monkeypatch):
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
        answer = ask("POST", "/webhooks", {**WISH, **given})
        assert answer.status_code == 201, answer.text
        return answer.json()["data"]

    return made


def test_a_webhook_is_answered_as_it_was_asked_for(ask, make):
    made = make(filter=FILTER, description=" To the CRM ", types=list(HookType))
    secret = made.pop("secret")

    assert secret.startswith("whsec_")
    assert (made["url"], made["description"]) == (WISH["url"], "To the CRM")
    assert made["filter"] == {**FILTER, "metadata": sorted(FILTER["metadata"])}
    assert (made["types"], made["state"]) == (sorted(HookType), "live")
    assert ask("GET", f"/webhooks/{made['webhook_id']}").json() == {"data": made}
    assert ask("GET", "/webhooks").json()["data"] == [made]


def test_a_secret_is_told_once_and_kept_by_nobody(ask, make):
    answer = ask("POST", "/webhooks", WISH)
    made = answer.json()["data"]
    assert answer.headers["cache-control"] == "no-store"
    turned = ask("POST", f"/webhooks/{made['webhook_id']}/rotate?overlap_hours=1").json()["data"]
    assert turned["secret"] != made["secret"]
    assert [one["ends_at"] is None for one in turned["secrets"]] == [True, False]

    for path in ("/webhooks", f"/webhooks/{made['webhook_id']}"):
        told = ask("GET", path).text
        assert made["secret"] not in told
        assert turned["secret"] not in told


def test_a_change_leaves_the_rest_as_it_was(ask, make):
    made = make(filter=FILTER, description="To the CRM")
    path = f"/webhooks/{made['webhook_id']}"
    changed = ask("PATCH", path, {"types": ["session.handoff"]}).json()["data"]
    assert changed == {**made, "types": ["session.handoff"], "secret": None}

    bare = ask("PATCH", path, {"filter": {}, "is_enabled": False}).json()["data"]
    assert (bare["filter"], bare["state"]) == ({name: [] for name in FILTER}, "off")
    assert bare["reason"]
    assert ask("PATCH", path, {"is_enabled": True}).json()["data"]["state"] == "live"


@pytest.mark.parametrize("wrong", [{"is_enabled": 0}, {"is_enabled": "yes"}, {"url": 1},
                                   {"state": "off"}])  # fmt: skip
def test_a_change_that_is_none_is_refused(ask, make, wrong):
    path = f"/webhooks/{make()['webhook_id']}"

    assert ask("PATCH", path, wrong).status_code == 422
    assert ask("GET", path).json()["data"]["state"] == "live"


def test_another_address_brings_another_secret(ask, make):
    made = make()
    path = f"/webhooks/{made['webhook_id']}"
    changed = ask("PATCH", path, {"url": "https://93.184.215.14/other"}).json()["data"]

    assert changed["secret"] not in (None, made["secret"])
    assert len(changed["secrets"]) == 1


def test_one_that_was_removed_is_absent(ask, make):
    path = f"/webhooks/{make()['webhook_id']}"
    answer = ask("DELETE", path)
    assert (answer.status_code, answer.content) == (204, b"")

    for method in ("GET", "DELETE"):
        assert ask(method, path).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"url": "https://10.0.0.1/"}, "public"),
        ({"url": "http://93.184.215.14/"}, "https"),
        ({"types": []}, "types"),
        ({"types": ["session.everything"]}, "types"),
        ({"filter": {"channel": ["pigeon"]}}, "channel"),
        ({"filter": {"metadata": ["nonsense"]}}, "metadata"),
        ({"filter": {"q": ["x"]}}, "q"),
        ({"filter": {"agent": [""]}}, "agent"),
        ({"description": "x" * 201}, "description"),
        ({"description": "a\nb"}, "description"),
        ({"description": "\ud800"}, "description"),
        ({"\udfff": 1}, "unicode"),
        ({"secret": "whsec_mine"}, "secret"),
    ],
    ids=lambda each: str(each).encode("unicode_escape").decode()[:40],
)
def test_what_cannot_be_is_refused_with_its_name(client, ring, wrong, words):
    body = json.dumps({**WISH, **wrong})
    headers = {**bearer(ring.key()), "content-type": "application/json"}
    answer = client.request("POST", "/webhooks", content=body, headers=headers)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert words in answer.text.lower()


def test_what_is_too_large_is_not_read(client, ring):
    headers = {**bearer(ring.key()), "content-type": "application/json"}
    large = b'{"url": "' + b"x" * MOST_BYTES + b'"}'

    async def parts():
        for start in range(0, len(large), 10_000):
            yield large[start : start + 10_000]

    for content in (large, parts()):
        answer = client.request("POST", "/webhooks", content=content, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("body", [b"\xff", b"\xef\xbb\xbf{}", b"{", b"", b"[]", b"null"])
def test_what_is_no_text_or_no_json_is_refused(client, ring, body):
    headers = {**bearer(ring.key()), "content-type": "application/json"}
    answer = client.request("POST", "/webhooks", content=body, headers=headers)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_there_are_not_endlessly_many(ask, make, monkeypatch):
    monkeypatch.setattr(subscriptions, "MOST", 1)
    make()

    assert ask("POST", "/webhooks", WISH).status_code == 409


def test_a_test_tells_what_came_back(ask, make, receive):  # noqa: F811
    receiver = receive()
    made = make(url=receiver.url)
    told = ask("POST", f"/webhooks/{made['webhook_id']}/test").json()["data"]
    (attempt,) = told["attempts"]

    assert (told["state"], told["type"], told["session_id"]) == ("delivered", "webhook.test", None)
    assert (attempt["status"], attempt["answer"], attempt["error"]) == (200, "thanks", None)
    assert receiver.requests[0].body == told["body"].encode()
    path = f"/webhooks/{made['webhook_id']}"
    assert ask("GET", f"{path}/deliveries/{told['message_id']}").json() == {"data": told}
    assert ask("GET", path).json()["data"]["last_status"] == 200


def test_the_log_is_told_by_pages_and_states_and_sent_again(ask, make, api_settings):
    made = make(types=list(HookType))
    path = f"/webhooks/{made['webhook_id']}"
    accept(api_settings.state, *(accepted(session_id=f"s{n}") for n in range(3)))
    assert ask("GET", path).json()["data"]["waiting"] == 3
    first = ask("GET", f"{path}/deliveries?limit=2").json()
    second = ask("GET", f"{path}/deliveries?limit=2&page=2").json()

    rows = first["data"] + second["data"]
    assert [row["session_id"] for row in rows] == ["s2", "s1", "s0"]
    assert [first["meta"]["has_more"], second["meta"]["has_more"]] == [True, False]
    assert first["meta"]["total_items"] == 3
    assert ask("GET", f"{path}/deliveries?state=delivered").json()["data"] == []
    one = f"{path}/deliveries/{rows[0]['message_id']}"
    assert ask("GET", one).json()["data"]["attempts"] == []
    assert ask("POST", f"{one}/replay").json() == {"data": {"replayed": 1}}
    assert ask("POST", f"{path}/replay", PERIOD).json() == {"data": {"replayed": 0}}
    whole = {"after": "2026-01-01T00:00:00+01:00", "before": "9999-01-01T00:00:00Z"}
    assert ask("POST", f"{path}/replay", whole).json() == {"data": {"replayed": 3}}
    failed = {**whole, "only_failed": True}
    assert ask("POST", f"{path}/replay", failed).json() == {"data": {"replayed": 0}}


@pytest.mark.parametrize(
    "wrong",
    [{}, *({**PERIOD, name: value} for name, value in
           {"after": "yesterday", "more": 1, "before": 0, "only_failed": 0}.items())],
)  # fmt: skip
def test_a_period_that_is_none_is_refused(ask, make, wrong):
    assert ask("POST", f"/webhooks/{make()['webhook_id']}/replay", wrong).status_code == 422


def test_who_sees_some_agents_sees_what_tells_of_no_others(ask, make, client, ring, api_settings):
    of_all = make()["webhook_id"]
    headers = bearer(ring.key(agents=["a1"]))
    own = ask("POST", "/webhooks", {**WISH, "types": ["session.started"]}, headers=headers)
    own_id = own.json()["data"]["webhook_id"]
    assert own.json()["data"]["agents"] == ["a1"]

    listed = ask("GET", "/webhooks", headers=headers).json()["data"]
    assert [row["webhook_id"] for row in listed] == [own_id]
    for method, more in (("GET", ""), ("DELETE", ""), ("POST", "/rotate"), ("POST", "/test"),
                         ("GET", "/deliveries"), ("GET", "/deliveries/x")):  # fmt: skip
        hidden = ask(method, f"/webhooks/{of_all}{more}", headers=headers)
        absent = ask(method, f"/webhooks/nothing{more}", headers=headers)
        assert (hidden.status_code, hidden.text) == (404, absent.text)
    accept(api_settings.state, accepted(agent_id="a1"), accepted(agent_id="a2"))
    told, _ = Desk(api_settings).sent(own_id)
    assert len(told) == 1
    assert {row["webhook_id"] for row in ask("GET", "/webhooks").json()["data"]} == {of_all, own_id}


def test_a_message_is_found_under_its_own_webhook_alone(ask, make, api_settings):
    first, second = make(types=list(HookType)), make()
    accept(api_settings.state, accepted())
    (row,) = ask("GET", f"/webhooks/{first['webhook_id']}/deliveries").json()["data"]
    foreign = f"/webhooks/{second['webhook_id']}/deliveries/{row['message_id']}"

    assert ask("GET", foreign).status_code == 404
    assert ask("POST", f"{foreign}/replay").status_code == 404


def test_nobody_but_administrators_asks(client, ring):
    others = [scope for scope in KeyScope if scope is not KeyScope.ADMIN]
    headers = bearer(ring.key(others))

    assert client.get("/webhooks", headers=headers).status_code == 403
    assert client.request("POST", "/webhooks", headers=headers, json=WISH).status_code == 403


def test_a_form_of_another_site_makes_nothing(client, ring):
    """A body that is not said to be JSON is not read as such."""
    headers = {**bearer(ring.key()), "content-type": "text/plain"}
    answer = client.request("POST", "/webhooks", content=b"{}", headers=headers)

    assert answer.status_code == 422
