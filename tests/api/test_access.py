"""Who may ask what: every route with every sort of credentials."""

import re
import sqlite3
import time
from datetime import timedelta

import pytest
from starlette.responses import PlainTextResponse

from api import access, needs, service
from api.application import PREFIX, api
from api.limits import Rate
from api.needs import UNDECLARED
from lake.keys import KeyScope
from queries import engine
from settings import Auth
from tests.api.conftest import Client
from tests.api.hooked import BODIES, own_alert, own_webhook
from tests.api.keyed import COLUMNS, Ring, bearer
from tests.queries.conftest import Shelf

ROUTES = [(method, path, asked) for method, path, asked in needs.routes(api)]
CLOSED = [route for route in ROUTES if route[2].scope is not None]
FAR = ("192.0.2.7", 4000)
SENT = [{"type": "session.started", "id": "1", "timestamp": "2026-01-01T00:00:00Z",
         "data": {"session_id": "sent", "agent_id": "a1"}}]  # fmt: skip
BY_HAND = {f"/sessions/{{session_id}}/{act}" for act in ("end", "notes", "notes/{at}", "tags")}
UNAUTHORISED = ("none", "garbage", "unknown", "wrong secret", "expired", "revoked")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Keys are known as soon as they are made; how soon they are elsewhere has a test below."""
    monkeypatch.setattr(access, "FRESH_SECONDS", -1)


@pytest.fixture
def ring(world, api_settings):
    """Keys for the API over the world; one of them is there, so that keys are asked for."""
    made = Ring(api_settings)
    made.key()
    return made


@pytest.fixture
def session_id(world_rows):
    return next(row["session_id"] for row in world_rows if row["agent_id"] == "a1")


def filled(path, session_id):
    """Return a path with an id, and with what its route cannot do without."""
    told = api.openapi()["paths"].get(path, {}).get("get", {}).get("parameters", ())
    needed = [each for each in told if each["in"] == "query" and each["required"]]
    query = "&".join(f"{each['name']}={each['schema'].get('enum', ['user'])[0]}" for each in needed)
    return re.sub(r"\{\w+\}", session_id, path) + (f"?{query}" if query else "")


def own(client, path, session_id, headers=None, method="GET"):
    """Return a path with what it is about: the session, or what is made for it."""
    if "{webhook_id}" in path:
        return own_webhook(service.current().settings, path)
    if path in BY_HAND:
        return by_hand(client, method, path, session_id, headers)
    if "{alert_id}" in path:
        return own_alert(service.current().settings, path)
    if "{export_id}" not in path:
        return filled(path, session_id)
    made = client.get("/sessions/export?format=csv", headers=headers).headers
    rest = f"?cursor={made['x-export-cursor']}&received=0" if path.endswith("/rest") else ""
    return path.replace("{export_id}", made["x-export-id"]) + rest


def by_hand(client, method, path, session_id, headers):
    """Return the path of an act on a session that is live, with a note where one is removed."""
    told = {**SENT[0], "id": f"begin {path}", "data": {"session_id": session_id, "agent_id": "a1"}}
    assert client.request("POST", "/events", headers=headers, json=told).is_success
    written = path.replace("{session_id}", session_id)
    if "{at}" not in path:
        return f"{written}?tag=x" if method == "DELETE" else written
    made = client.request(
        "POST", f"/sessions/{session_id}/notes", headers=headers, json={"text": "A note"}
    )
    assert made.is_success, made.text
    return written.replace("{at}", made.json()["data"]["at"])


def named(routes):
    return [f"{method} {path}" for method, path, _ in routes]


@pytest.mark.parametrize(("method", "path", "asked"), ROUTES, ids=named(ROUTES))
def test_every_route_says_what_it_asks_for(method, path, asked):
    """One that does not is closed; declare it by `@requires(...)` or `@anyone()`."""
    assert asked.is_declared


@pytest.mark.parametrize("sort", COLUMNS)
@pytest.mark.parametrize("route", CLOSED, ids=named(CLOSED))
def test_every_route_with_every_sort_of_credentials(client, ring, session_id, route, sort):
    method, path, asked = route
    headers = ring.credentials(asked.scope, sort, is_of_all=asked.is_of_all)
    is_others = sort in UNAUTHORISED or sort in ("wrong scope", "other agent")
    asker = bearer(ring.key()) if is_others else headers
    written = own(client, path, session_id, asker, method)
    body = SENT if (method, path) == ("POST", "/events") else BODIES.get((method, path))
    response = client.request(method, written, headers=headers, json=body)

    if sort in UNAUTHORISED:
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
    elif sort == "wrong scope" or (sort == "other agent" and asked.is_of_all):
        assert response.status_code == 403
    elif sort == "other agent" and "{" in path:
        assert response.status_code == 404
    else:
        assert response.is_success
        assert (session_id in response.text) <= (sort != "other agent")


def test_a_session_of_another_agent_is_as_absent_as_one_that_is_not(client, ring, session_id):
    headers = bearer(ring.key(agents=["a2"]))
    for path in ("/sessions/{}", "/sessions/{}/messages"):
        hidden = client.get(path.format(session_id), headers=headers)
        absent = client.get(path.format("nothing"), headers=headers)

        assert hidden.status_code == absent.status_code == 404
        assert hidden.text.replace(session_id, "nothing") == absent.text


@pytest.mark.parametrize("include", ["messages", "events", "messages,events"])
def test_what_was_said_needs_its_own_scope(client, ring, session_id, include):
    headers = bearer(ring.key([KeyScope.READ_SESSIONS]))
    found = client.get(f"/sessions/{session_id}", headers=headers).json()["data"]

    assert (found["messages"], found["events"]) == (None, None)
    assert client.get(f"/sessions?include={include}", headers=headers).status_code == 403
    assert client.get("/sessions", headers=headers).status_code == 200


def test_an_undeclared_route_is_closed_to_all_but_administrators(client, ring):
    async def route():
        return PlainTextResponse("open")

    api.add_api_route("/undeclared", route)
    try:
        others = [scope for scope in KeyScope if scope is not KeyScope.ADMIN]
        assert needs.declared(route) == UNDECLARED
        assert client.get("/undeclared", headers=bearer(ring.key(others))).status_code == 403
        assert client.get("/undeclared").status_code == 401
        assert client.get("/undeclared", headers=bearer(ring.key())).status_code == 200
    finally:
        api.router.routes.pop()


def test_what_is_asked_is_not_told_to_who_may_not_ask(client, ring):
    """The gate stands before the parameters: no 422 tells what there is."""
    assert client.get("/sessions?limit=x").status_code == 401
    wrong = bearer(ring.key([KeyScope.EXPORT]))
    assert client.get("/sessions?limit=x", headers=wrong).status_code == 403


ODD = ("", "/", "%0A", "%0D", "%00", "%2F", "%20", "/..%2F", ";a", "%0A%0A", "/%0A", "//", "%FF",
       "/../sessions", "%E2%80%A8", "?")  # fmt: skip


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("route", CLOSED, ids=named(CLOSED))
def test_no_way_of_writing_a_path_leads_around_the_gate(client, ring, route, odd):
    method, path, _ = route
    for written in (f"{path}{odd}", f"{odd}{path}", path.replace("/", f"/{odd}", 1), path.upper()):
        for verb in {method, "HEAD", "OPTIONS", "POST"}:
            response = client.request(verb, filled(written, "x"))
            assert response.status_code in (400, 401, 404, 405, 307), (verb, written)
            assert response.status_code != 401 or "data" not in response.json()


# --- Without keys -------------------------------------------------------------------------------


@pytest.mark.parametrize("route", CLOSED, ids=named(CLOSED))
def test_without_any_key_this_machine_reads_and_sends(client, world, session_id, route):
    method, path, asked = route
    body = SENT if (method, path) == ("POST", "/events") else BODIES.get((method, path))
    answer = client.request(method, own(client, path, session_id, method=method), json=body)

    assert answer.is_success == (asked.scope in access.KEYLESS)


@pytest.mark.parametrize("route", CLOSED, ids=named(CLOSED))
def test_without_any_key_nobody_else_does(client, world, session_id, route):
    method, path, _ = route
    far = Client(client.app, peer=FAR)

    assert far.request(method, filled(path, session_id)).status_code == 401


def test_a_bad_key_is_refused_although_none_would_do(client, world):
    assert client.get("/sessions", headers=bearer("sk_live_nothing_at_all")).status_code == 401


def test_an_expired_key_opens_nothing(client, world, api_settings):
    """Who had one asked for keys; that it has run out must not let everybody in."""
    ring = Ring(api_settings)
    ring.credentials(KeyScope.READ_SESSIONS, "expired")

    assert client.get("/sessions").status_code == 401


def test_once_all_keys_are_revoked_it_is_as_before_the_first(client, world, api_settings):
    Ring(api_settings).credentials(KeyScope.READ_SESSIONS, "revoked")

    assert client.get("/sessions").status_code == 200


@pytest.mark.parametrize("auth", [each for each in Auth if each is not Auth.NONE])
def test_where_people_sign_in_this_machine_needs_a_key_too(
    client, api_settings, publications, auth
):
    settings = api_settings.model_copy(update={"auth": auth})
    with service.running(settings) as held, engine.running(Shelf(publications["index"]), settings):
        cookie = held.cookie.header(is_secure=False).split(";")[0]

        assert client.get("/sessions").status_code == 401
        assert client.get("/sessions", headers={"Cookie": cookie}).status_code == 401
        assert client.get("/healthz").status_code == 200


# --- Time, and where keys may not be ------------------------------------------------------------


def test_a_revoked_key_is_refused_within_five_seconds(client, ring, monkeypatch):
    """The running server reads what a command has written: here without waiting for its second."""
    monkeypatch.setattr(access, "FRESH_SECONDS", 1.0)
    text = ring.key()
    headers = bearer(text)
    assert client.get("/sessions", headers=headers).status_code == 200
    ring.keys.revoke(text.split("_")[2], now=ring.now)
    known = service.current().access
    known._read_at -= 1.001  # a second goes by

    assert client.get("/sessions", headers=headers).status_code == 401
    assert access.FRESH_SECONDS <= 5


def test_the_last_use_is_kept(client, ring):
    text = ring.key()
    client.get("/sessions", headers=bearer(text))
    held = service.current().access
    held._noted_at -= access.USE_SECONDS + 1
    client.get("/healthz")
    patience = time.monotonic() + 10
    while ring.keys.one(text.split("_")[2]).last_used_at is None and time.monotonic() < patience:
        time.sleep(0.01)

    assert ring.keys.one(text.split("_")[2]).last_used_at == ring.now


def test_no_key_is_ever_logged_or_stored(client, ring, api_settings, caplog):
    caplog.set_level("DEBUG")
    texts = [ring.key() for _ in range(3)]
    for text in texts:
        client.get("/sessions", headers=bearer(text))
        client.get("/sessions", headers=bearer(text + "x"))
        client.get("/sessions?limit=x", headers=bearer(text))
    secrets = [text.split("_", 3)[3] for text in texts]
    stored = b"".join(path.read_bytes() for path in api_settings.state.rglob("*") if path.is_file())

    for secret in secrets:
        assert secret not in caplog.text
        assert secret.encode() not in stored


def test_a_key_in_the_address_is_no_key(client, ring):
    for name in ("key", "api_key", "token", "access_token", "authorization"):
        assert client.get(f"/sessions?{name}={ring.key()}").status_code == 401


def test_where_the_keys_cannot_be_read_nobody_is_let_in(client, ring, api_settings):
    text = ring.key()
    path = api_settings.state / "keys.db"
    for each in api_settings.state.glob("keys.db*"):
        each.unlink()
    path.write_bytes(b"no database" * 1000)

    answer = client.get("/sessions", headers=bearer(text))
    assert answer.status_code == 503
    assert "keys" in answer.json()["detail"]
    assert client.get("/healthz").status_code == 200


def test_a_rotated_key_goes_on_until_the_old_secret_ends(client, ring, monkeypatch):
    old = ring.key()
    _, new = ring.keys.rotate(old.split("_")[2], now=ring.now, overlap=timedelta(hours=1))
    statuses = [client.get("/sessions", headers=bearer(text)).status_code for text in (old, new)]
    assert statuses == [200, 200]
    with sqlite3.connect(ring.keys._path) as connection:
        connection.execute("update secrets set ends_at = ? where ends_at < ?",
                           (ring.now.isoformat(timespec="microseconds"), "2027"))  # fmt: skip
    connection.close()

    statuses = [client.get("/sessions", headers=bearer(text)).status_code for text in (old, new)]
    assert statuses == [401, 200]


def test_before_the_start_only_health_answers(client):
    assert client.get("/healthz").status_code == 200
    assert client.get("/sessions").status_code == 503


def test_the_prefix_is_the_only_place_of_the_routes():
    assert PREFIX == "/api/v1"
    assert {asked.rate for _, _, asked in ROUTES} <= set(Rate)
