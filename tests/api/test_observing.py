"""The id of a request, on its lines and its answer; and that no line tells what people wrote."""

import io
import json
import logging
import re

import pytest
import structlog

import logs
import observed
from api.observing import request_id
from queries import engine
from tests.api.conftest import Client
from tests.api.keyed import COLUMNS, Ring, bearer
from tests.api.test_access import CLOSED, filled, named

ID = "X-Request-Id"
WORDS = "Zq9whatpeoplewrite"
GOOD = ("a", "0", "7f2c-11.AB_9", "x" * 64)
BAD = ("", "x" * 65, "a b", "a\tb", "é", 'a"b', "{}", "a/b", "<b>", "a,b", "%0A", "a;b")


class Lines:
    """What was logged, a line an entry; as text, and as what it holds."""

    def __init__(self):
        self.stream = io.StringIO()

    @property
    def text(self):
        return self.stream.getvalue()

    def told(self):
        return [json.loads(line) for line in self.text.split("\n") if line]

    def requests(self):
        return [line for line in self.told() if line["event"] == "request"]


@pytest.fixture
def lines():
    """The log as the program writes it, with all that it tells when it is asked for more."""
    root = logging.getLogger()
    handlers, level, known = list(root.handlers), root.level, structlog.get_config()
    made = Lines()
    logs.configure(made.stream)
    root.setLevel(logging.DEBUG)
    yield made
    root.handlers[:], root.level = handlers, level
    structlog.configure(**known)


@pytest.mark.parametrize("given", GOOD)
def test_an_id_that_is_given_is_on_every_line_and_given_back(client, world, lines, given):
    answer = client.get("/sessions", headers={ID: given})
    told = [line for line in lines.told() if line["logger"].startswith("parley")]

    assert answer.headers[ID] == given
    assert {given} == {line["request_id"] for line in told}


@pytest.mark.parametrize("given", [*BAD, None], ids=range(len(BAD) + 1))
def test_one_that_may_not_stand_in_a_log_is_replaced(given):
    made = {request_id(given) for _ in range(50)}

    assert len(made) == 50
    assert all(re.fullmatch("[0-9a-f]{16}", each) for each in made)


@pytest.mark.parametrize(("method", "path", "asked"), CLOSED, ids=named(CLOSED))
def test_every_answer_has_an_id_also_of_who_is_refused(client, world, lines, method, path, asked):
    answers = [
        client.request(method, filled(path, "x")),
        Client(client.app, peer=("192.0.2.7", 1)).request(method, filled(path, "x")),
    ]
    told = lines.requests()

    assert [answer.headers[ID] for answer in answers] == [line["request_id"] for line in told]
    assert [answer.status_code for answer in answers] == [line["status"] for line in told]
    assert {line["route"] for line in told} == {f"{method} {path}"}


def test_before_the_start_too(client, lines):
    assert client.get("/sessions", headers={ID: "early"}).headers[ID] == "early"
    assert [(line["status"], line["request_id"]) for line in lines.requests()] == [(503, "early")]


def test_threads_that_ask_keep_the_id(client, world, lines, monkeypatch):
    """What a question logs belongs to the request, in whichever thread it is asked."""
    seen = []
    asked = engine.fetch

    def fetch(*given, **more):
        structlog.get_logger("parley.test").info("asking")
        seen.append(observed.FROM.get())
        return asked(*given, **more)

    monkeypatch.setattr("queries.question.fetch", fetch)
    client.get("/sessions", headers={ID: "mine"})
    told = [line["request_id"] for line in lines.told() if line["event"] == "asking"]

    assert told
    assert set(told) == {"mine"}
    assert set(seen) == {"GET /sessions"}


def test_two_requests_do_not_share_an_id(client, world, lines):
    for name in ("one", "two"):
        client.get("/sessions", headers={ID: name})
    told = [line["request_id"] for line in lines.requests()]

    assert told == ["one", "two"]
    assert structlog.contextvars.get_contextvars() == {}


def test_nothing_that_people_wrote_is_logged(client, world, lines, monkeypatch):
    """Neither addresses, headers, bodies, nor the words of errors that quote them."""
    for query in (f"q={WORDS}", f"agent={WORDS}", f"metadata={WORDS}%3D1", f"{WORDS}=1",
                  f"limit={WORDS}"):  # fmt: skip
        client.get(f"/sessions?{query}")
    for path in (f"/sessions/{WORDS}", f"/{WORDS}", f"/search/messages?find={WORDS}",
                 f"/sessions/{WORDS}/export?format=json"):  # fmt: skip
        client.get(path, headers={ID: f"{WORDS} no", "User-Agent": WORDS, "Cookie": WORDS})
    said = {"session_id": WORDS, "sender": "user", "content": WORDS}
    sent = {"type": "message.created", "id": WORDS, "timestamp": "2026-01-01T00:00Z"}
    wrong = {"type": WORDS, "id": WORDS}
    for told in (sent | {"data": said}, wrong, f"{WORDS}"):
        body = json.dumps(told) if told != WORDS else f'{{"type": "{WORDS}"'
        kind = {"Content-Type": "application/json"}
        client.request("POST", "/events", content=body, headers=kind)
    monkeypatch.setattr("queries.sessions.page", _quoting)
    assert client.get(f"/sessions?q={WORDS}again").status_code == 500

    assert len(lines.told()) > 12
    assert WORDS.lower() not in lines.text.lower()
    assert "ValueError" in lines.text


def _quoting(*_given, **_more):
    raise ValueError(f"could not convert {WORDS!r}")


@pytest.mark.parametrize("sort", COLUMNS)
def test_no_key_is_logged(client, world, api_settings, lines, sort):
    """Of a key that is good its id is told, by which it can be found and revoked."""
    ring = Ring(api_settings)
    asked = CLOSED[0][2]
    headers = ring.credentials(asked.scope, sort)
    client.get("/sessions/export?format=csv", headers=headers)
    client.get("/metrics", headers=headers)
    text = headers.get("Authorization", " nothing").split(" ", 1)[1]
    secret = text.split("_", 3)[-1]

    assert lines.told()
    assert secret not in lines.text
    assert ("key:" in lines.text) <= (sort in ("right", "rotated", "other agent", "wrong scope"))


def test_what_is_asked_all_the_time_is_told_only_to_who_wants_to_know(client, running, lines):
    logging.getLogger().setLevel(logging.INFO)
    client.get("/healthz")
    client.get("/nothing")
    assert not lines.told()

    client.get("/sessions", headers=bearer("sk_live_nothing_at_all"))
    assert [line["status"] for line in lines.told()] == [401]
