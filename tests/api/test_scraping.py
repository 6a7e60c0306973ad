"""The metrics of the program: well formed, true, open to whom they may, without a word of users."""

import re
from datetime import UTC, datetime

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families
from starlette.applications import Starlette

import observed
from api import needs, service
from api.application import api, route, usual
from lake.journal import Journal
from lake.keys import KeyScope
from observed import Remembered, Taken, WebhookOutcome
from settings import ROOT
from tests.api.conftest import Client
from tests.api.keyed import Ring, bearer
from tests.api.serving import serving, wait_until
from tests.api.test_ingest import event
from tests.lake.lakes import batch, write

MOST = 750  # series
HOSTILE = 'x"}\n# HELP forged\nforged{a="b"} 1'
RUNNING = ("parley_running", ("what", "exports"))
NAME = re.compile(r"(parley|process)_[a-z_]+")
VALUES = re.compile(
    r"[a-zA-Z_]+|[0-9.]+|\+Inf|[1-5]xx|page [a-z_]+|(GET|POST|PATCH|PUT|DELETE) [/a-z_{}.]+"
)


@pytest.fixture(scope="module")
def served(tmp_path_factory, world_settings):
    """A client of the API on a real server over a small lake of its own, and that lake's settings.

    Its clock goes, for what is counted are times.
    """
    folder = tmp_path_factory.mktemp("scraped")
    settings = world_settings.model_copy(
        update={"data": folder / "lake", "state": folder / "state", "now": None,
                "watch_seconds": 0.05, "compact": False}
    )  # fmt: skip
    write(settings, batch(range(3)))
    with (
        serving(settings) as (port, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30) as http,
    ):
        yield http, settings


@pytest.fixture
def scrape(served):
    """Read the metrics as families, by the strict rules of the client library's own parser."""

    def read():
        answer = served[0].get("/metrics")
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        return list(text_string_to_metric_families(answer.text))

    return read


def samples(families):
    return {(each.name, *sorted(each.labels.items())): each.value
            for family in families for each in family.samples}  # fmt: skip


def grown(before, after, name, **labels):
    key = (name, *sorted(labels.items()))
    return after[key] - before.get(key, 0)


def now():
    return datetime.now(UTC)


def test_the_text_is_what_prometheus_reads(scrape):
    """As `promtool check metrics` would: help, type, names by kind, no series twice."""
    families = scrape()
    listed = [(s.name, *sorted(s.labels.items())) for each in families for s in each.samples]

    assert len(listed) == len(set(listed))
    for family in families:
        assert NAME.fullmatch(family.name)
        assert family.documentation.strip()
        assert family.type in ("counter", "gauge", "histogram", "summary")
        for sample in family.samples:
            assert (family.type == "counter") == sample.name.endswith("_total")


def test_no_label_holds_what_somebody_has_sent(served, scrape):
    """Ids, agents, queries, routes that are none, methods, request ids: all of them odd."""
    http, _ = served
    odd = "Zq9odd"
    http.get(f"/sessions/{odd}")
    http.get(f"/{odd}/{odd}")
    http.get("/sessions", params={"q": HOSTILE, "agent": odd})
    http.get("/sessions", params={odd: "1"})
    http.request(odd.upper(), "/sessions")
    http.get("/sessions/metrics", params={"group_by": odd}, headers={"X-Request-Id": odd})
    http.post("/events", json=[event(odd, "session.started", odd, at=now(), agent_id=HOSTILE)])
    http.post("/events", json=[event(odd, odd, odd, at=now())])

    for family in scrape():
        for sample in family.samples:
            for value in sample.labels.values():
                assert odd.lower() not in value.lower()
                assert VALUES.fullmatch(value), (sample.name, value)


def test_there_are_never_too_many_series(scrape):
    """A route has one for each class of status, those of its times, and of its questions' times."""
    others = [s for family in scrape() for s in family.samples if "route" not in s.labels]
    routes = len(list(needs.routes(api))) + 1
    of_a_route = 5 + 6 + 2

    assert len(others) + routes * of_a_route <= MOST


def test_what_is_sent_is_counted_when_it_is_on_the_disk(served, scrape):
    http, _ = served
    before = samples(scrape())
    first = event("in-1", "session.started", "in-1", at=now(), agent_id="a")
    late = event("in-2", "session.updated", "in-1", at=datetime(2026, 1, 1, tzinfo=UTC),
                 user_id="u")  # fmt: skip
    http.post("/events", json=[first, late, first, {"type": "nothing"}])
    wait_until(lambda: grown(before, samples(scrape()), "parley_visible_seconds_count") > 0)
    after = samples(scrape())

    for outcome, count in ((Taken.ACCEPTED, 2), (Taken.DUPLICATE, 1), (Taken.REJECTED, 1)):
        assert grown(before, after, "parley_ingest_events_total", outcome=outcome) == count
    assert grown(before, after, "parley_ingest_out_of_order_total") == 1
    assert grown(before, after, "parley_journal_sessions", state="open") == 1
    seen = grown(before, after, "parley_visible_seconds_count")
    assert grown(before, after, "parley_published_seconds_count") == seen > 0
    assert after[("parley_ingest_waiting_events",)] == 0
    assert after[("parley_journal_bytes",)] > 0


def test_the_journal_is_counted_as_it_is(served, scrape):
    http, settings = served
    said = [event(f"said-{n}", "message.created", "talk", at=now(), sender="user", content="?")
            for n in range(3)]  # fmt: skip
    http.post("/events", json=said)
    http.post("/events", json=[event("over", "session.ended", "talk", at=now())])
    found = samples(scrape())
    journal = Journal(settings.state)
    with journal.reading() as reading:
        rows = reading.connection.execute("select is_over, moved from sessions").fetchall()
        turns = reading.connection.execute("select count(*) from turns").fetchone()[0]
    journal.close()

    assert turns == found[("parley_journal_turns",)]
    assert sum(is_over for is_over, _ in rows) == found[("parley_journal_sessions",
                                                         ("state", "ended"))]  # fmt: skip


def test_requests_and_questions_are_counted_by_their_route(served, scrape):
    http, _ = served
    before = samples(scrape())
    query = {"q": "counted once", "limit": 7}
    for _ in range(3):
        http.get("/sessions", params=query)
    http.get("/sessions?limit=x")
    after = samples(scrape())
    route_name = {"route": "GET /sessions"}

    assert grown(before, after, "parley_http_requests_total", **route_name, status="2xx") == 3
    assert grown(before, after, "parley_http_requests_total", **route_name, status="4xx") == 1
    assert grown(before, after, "parley_http_request_seconds_count", **route_name) == 4
    asked = grown(before, after, "parley_route_question_seconds_count", **route_name)
    assert asked == grown(before, after, "parley_cache_answers_total", result=Remembered.MISS) > 0
    assert asked == grown(before, after, "parley_question_seconds_count")


def test_an_export_is_seen_while_it_runs(served, scrape):
    http, _ = served
    place = service.current().exports
    place.open += 1  # as one does that begins
    try:
        assert samples(scrape())[RUNNING] == 1
    finally:
        place.open -= 1
    assert http.get("/sessions/export", params={"format": "csv"}).status_code == 200
    wait_until(lambda: samples(scrape())[RUNNING] == 0)


@pytest.mark.parametrize("outcome", WebhookOutcome)
def test_the_attempts_of_webhooks_are_counted(scrape, outcome):
    before = samples(scrape())
    observed.webhook_attempt(outcome)

    assert grown(before, samples(scrape()), "parley_webhook_attempts_total", outcome=outcome) == 1


@pytest.mark.parametrize("word", ["", "delivered ", "https://evil.example", HOSTILE])
def test_no_other_word_becomes_an_outcome(word):
    with pytest.raises(ValueError, match="is not a valid"):
        observed.webhook_attempt(word)
    with pytest.raises(ValueError, match="is not a valid"):
        observed.taken([word])


def test_every_metric_is_told_in_the_docs_of_operations(scrape):
    told = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    scrape()
    for family in observed.REGISTRY.collect():
        if family.name.startswith("parley_"):
            name = f"{family.name}_total" if family.type == "counter" else family.name
            assert f"| `{name}` |" in told


# --- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scopes", "agents", "status"),
    [
        ([KeyScope.READ_METRICS], None, 200),
        ([KeyScope.ADMIN], None, 200),
        ([each for each in KeyScope if each not in (KeyScope.READ_METRICS, KeyScope.ADMIN)],
         None, 403),
        (list(KeyScope), ["a1"], 403),
    ],
)  # fmt: skip
def test_figures_of_the_whole_program_are_for_who_may_see_all(
    world, api_settings, scopes, agents, status
):
    headers = bearer(Ring(api_settings).key(scopes, agents=agents))
    client = Client(Starlette(routes=[route()]))

    assert client.get("/metrics", headers=headers).status_code == status


@pytest.mark.parametrize(("peer", "status"), [("127.0.0.1", 200), ("192.0.2.7", 401)])
def test_without_a_key_only_this_machine_may(world, peer, status):
    client = Client(Starlette(routes=[route()]), peer=(peer, 4000))

    assert client.get("/metrics").status_code == status


@pytest.mark.parametrize("peer", ["127.0.0.1", "192.0.2.7"])
def test_the_usual_place_asks_for_the_same(world, monkeypatch, peer):
    """Prometheus looks at /metrics; what stands there is the route of the API, gate and all."""
    client = Client(Starlette(routes=[route(), usual()]), peer=(peer, 4000))
    of_api = client.get("/metrics")
    monkeypatch.setattr("tests.api.conftest.PREFIX", "")
    at_root = client.get("/metrics")

    assert at_root.status_code == of_api.status_code == (200 if peer == "127.0.0.1" else 401)
    assert at_root.headers["content-type"] == of_api.headers["content-type"]
    assert client.get("/sessions").status_code == 404


def test_before_the_start_there_are_none(client):
    assert client.get("/metrics").status_code == 503
