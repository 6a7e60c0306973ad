"""Agents and events by the API are those of the page's questions."""

from collections import Counter
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.shapes import EventList
from api.shapes_metrics import AgentList
from queries import activity, agents, engine
from queries.agents import METRIC_NAMES, SORTS
from queries.filters import Filters, Scope
from tests.api.test_metrics import behind
from tests.api.test_sessions import asked
from tests.conftest import IS_SOAK
from tests.queries import world as rows_of

pytestmark = pytest.mark.soak


@settings(max_examples=200 if IS_SOAK else 30)
@given(filters=rows_of.filters(), sort=st.sampled_from(SORTS))
def test_agents_are_those_of_the_table(client, world, oracle, filters, sort):
    filters = filters.within(Scope())
    response = client.get(f"/agents?{asked(filters, sort=sort)}")
    AgentList.model_validate_json(response.content)
    told = response.json()["data"]
    with engine.snapshot() as held:
        table = agents.table(filters, held, sort=sort)

    assert table["agent_id"].to_list() == [row["agent_id"] for row in told]
    assert table["is_near"].to_list() == [row["approximate"] for row in told]
    for name in METRIC_NAMES:
        assert table[name].to_list() == [row["metrics"][name] for row in told]
    counts = Counter(row["agent_id"] for row in oracle.filtered(filters))
    assert counts == {row["agent_id"]: row["metrics"]["sessions"] for row in told}
    for row in told[:2]:
        if row["links"]["sessions"] is not None:
            assert behind(client, row["links"]) == row["metrics"]["sessions"]


def test_pages_of_agents_are_the_whole(client, world):
    whole = client.get("/agents").json()
    address, seen = "/agents?limit=2", []
    while address:
        response = client.get(address)
        seen += response.json()["data"]
        link = response.headers.get("link")
        assert response.json()["meta"]["has_more"] == (link is not None)
        address = link and f"/agents{link[1 : link.index('>')]}"

    assert whole["data"] == seen
    assert whole["meta"]["total_items"] == len(seen)


@settings(max_examples=200 if IS_SOAK else 30)
@given(filters=rows_of.filters(), limit=st.sampled_from([1, 40, 1000]))
def test_events_are_those_of_the_log(client, world, filters, limit):
    filters = filters.within(Scope())
    response = client.get(f"/events?{asked(filters, limit=limit)}")
    EventList.model_validate_json(response.content)
    with engine.snapshot() as held:
        found = activity.page(filters, held, size=limit)

    own = [(row["session_id"], row["seq"]) for row in found.rows.iter_rows(named=True)]
    told = response.json()
    assert own == [(row["session_id"], row["seq"]) for row in told["data"]]
    assert (found.older is not None) == told["meta"]["has_more"]
    assert (told["meta"]["total_items"], told["meta"]["total_pages"]) == (None, None)


@pytest.mark.parametrize("query", ["", "channel=web", "event=note", "event=error"])
def test_a_walk_over_events_sees_each_once(client, world, query):
    whole = client.get(f"/events?limit=1000&{query}").json()["data"]
    address, seen = f"/events?limit=100&{query}", []
    while address:
        response = client.get(address)
        seen += response.json()["data"]
        link = response.headers.get("link")
        address = link and f"/events{link[1 : link.index('>')]}"

    assert whole == seen
    assert len(seen) == len({(row["session_id"], row["seq"]) for row in seen})


def test_every_event_leads_to_its_session(client, world):
    for row in client.get("/events?limit=50").json()["data"][::10]:
        path = urlsplit(row["links"]["session"]).path.removeprefix("/api/v1")
        session = client.get(path).json()["data"]
        assert session["session_id"] == row["session_id"]
        assert row["seq"] in [event["seq"] for event in session["events"]]


def test_a_cursor_of_another_list_is_refused(client, world):
    events = client.get("/events?limit=1").json()["meta"]["next_cursor"]
    sessions = client.get("/sessions?limit=1").json()["meta"]["next_cursor"]

    assert client.get(f"/events?cursor={sessions}").status_code == 422
    assert client.get(f"/sessions?cursor={events}").status_code == 422
    assert client.get(f"/events?channel=web&cursor={events}").status_code == 422


def test_filters_are_the_same_everywhere(client, world):
    assert Filters().to_query() == []
    for path in ("/sessions", "/sessions/metrics", "/agents", "/events"):
        refused = client.get(f"{path}?chanel=web")
        assert refused.status_code == 422
        assert "did you mean 'channel'" in refused.json()["detail"]
