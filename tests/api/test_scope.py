"""A key sees what it would see if the other agents' sessions did not exist.

Two keys with agents that have nothing in common, over all sessions; and for each a lake that holds
only its own. Every answer must be the same text, whoever asked first and is remembered.
"""

import random
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette

from api import access, needs, service
from api.application import api, route
from lake import cold, index
from lake.writer import Writer
from queries import engine
from queries.filters import Scope
from tests.api.conftest import Client
from tests.api.keyed import Ring, bearer
from tests.api.test_access import filled
from tests.api.test_sessions import asked
from tests.conftest import IS_SOAK, RANDOM
from tests.queries import world
from tests.queries.conftest import Shelf, Shown

pytestmark = pytest.mark.soak

SEEN = {"first": ["a1", "Ω"], "second": ["a2", "fresh"]}
OPTIONS = {
    "/sessions": [
        "", "sort=-duration&limit=7", "include=messages,events&limit=5", "page=2&limit=9",
    ],
    "/sessions/metrics": [
        "", "group_by=agent&compare=previous", "interval=week&group_by=agent",
        "group_by=weekday&include=sparklines", "group_by=channel&compare=previous&metric=failed",
    ],
    "/agents": ["", "sort=change&limit=2"],
    "/events": ["", "limit=7"],
    "/search/messages": ["find=a", "find=user&limit=5&word=true"],
    "/sessions/export": ["format=csv", "format=ndjson", "format=csv&metadata_columns=true"],
    "/sessions/recipes": [""],
    "/sessions/export/size": ["format=csv", "format=json", "format=parquet"],
}  # fmt: skip


@pytest.fixture(scope="module")
def lakes(tmp_path_factory, world_rows, world_settings, publications):
    """All sessions, and those of each key alone; published under one name."""
    made = {"all": publications["index"]}
    for name, agents in SEEN.items():
        folder = tmp_path_factory.mktemp(name)
        own = world_settings.model_copy(update={"data": folder / "lake", "state": folder / "state"})
        with Writer(own) as writer:
            writer.add(world.batch([row for row in world_rows if row["agent_id"] in agents]))
            writer.commit()
        state = cold.read(own.data.resolve())
        index.build(own, state, lambda _: None)
        made[name] = Shown(index.open_built(own, state), made["all"].name, state)
    yield made
    for name in SEEN:
        made[name].instance.retire()


@pytest.fixture
def ask(api_settings, lakes, monkeypatch):
    """Asks over a lake with a key; what was asked over all sessions stays remembered."""
    monkeypatch.setattr(access, "FRESH_SECONDS", -1)
    ring = Ring(api_settings)
    headers = {name: bearer(ring.key(agents=agents)) for name, agents in SEEN.items()}
    client = Client(Starlette(routes=[route()]))
    engines = {name: engine.Engine(Shelf(lake), api_settings) for name, lake in lakes.items()}
    services = {name: service.Service(api_settings) for name in lakes}

    @contextmanager
    def over(name):
        engine._Process.engine, service._Process.service = engines[name], services[name]
        try:
            yield
        finally:
            engine._Process.engine = service._Process.service = None

    def asking(lake, key, path):
        with over(lake):
            return client.get(path, headers=headers[key])

    yield asking
    for each in services.values():
        each.close()
    for each in engines.values():
        each.close()


@settings(max_examples=RANDOM, suppress_health_check=list(HealthCheck))
@given(filters=world.filters(), seed=st.integers(0, 2**20), is_first=st.booleans())
def test_a_key_sees_what_it_would_if_there_were_nothing_else(ask, counted, filters, seed, is_first):
    chance = random.Random(seed)  # noqa: S311  the same choice each time
    query = asked(filters.within(Scope()))
    routes = list(OPTIONS) if IS_SOAK else chance.sample(list(OPTIONS), 3)  # in time for a test
    paths = [f"{path}?{query}&{chance.choice(OPTIONS[path])}" for path in routes]
    order = ("first", "second") if is_first else ("second", "first")

    for path in paths:
        answers = {key: ask("all", key, path) for key in order}
        for key in reversed(order):
            alone = ask(key, key, path)
            assert alone.status_code == answers[key].status_code == 200
            if path.startswith("/sessions/export?"):  # one that broke off would be equal to any
                assert len(alone.content) or alone.headers["x-total-count"] == "0"
            assert alone.text == answers[key].text
            if "etag" in alone.headers:  # is remembered by now, the other key's too
                assert alone.text == ask("all", key, path).text
            for name in ("etag", "link"):
                assert alone.headers.get(name) == answers[key].headers.get(name)


@pytest.mark.parametrize("key", SEEN)
def test_every_route_of_one_session_is_there_or_absent(ask, world_rows, key):
    paths = [path for verb, path, _ in needs.routes(api)
             if verb == "GET" and "{session_id}" in path]  # fmt: skip
    for row in world_rows[::23]:
        for path in paths:
            own = filled(path, row["session_id"])
            over_all, alone = ask("all", key, own), ask(key, key, own)
            assert over_all.text == alone.text
            is_seen = row["agent_id"] in SEEN[key]
            assert over_all.status_code == alone.status_code == (200 if is_seen else 404)


def test_two_viewers_have_different_names_for_an_answer(ask):
    first, second = (ask("all", key, "/sessions?channel=web").headers["etag"] for key in SEEN)

    assert first != second


def test_a_name_of_another_viewer_is_no_name_of_ones_own(ask):
    """An ETag must not tell that somebody else's answer is the same."""
    stolen = ask("all", "first", "/sessions").headers["etag"]

    assert stolen != ask("all", "second", "/sessions").headers["etag"]


def test_every_list_that_a_key_can_ask_for_is_compared_here():
    """A new route joins OPTIONS, or is about one session, exports, webhooks, alerts, or all."""
    routes = [(path, asking) for _, path, asking in needs.routes(api) if asking.scope is not None]
    asked_for = {path for path, _ in routes}
    # These have tests of their own: test_history.py, test_webhooks.py, test_alerts.py.
    others = {path for path in asked_for if "{session_id}" in path}
    others |= {path for path in asked_for if path.startswith(("/exports", "/webhooks", "/alerts"))}
    others |= {path for path, asking in routes if asking.is_of_all}

    assert asked_for - others == set(OPTIONS)
