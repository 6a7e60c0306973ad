"""What lies before the first live session keeps its name while live ones come."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.api.serving import live_lake, serving, wait_until
from tests.api.test_ingest import event

NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def http(tmp_path_factory):
    with (
        serving(live_lake(tmp_path_factory.mktemp("settled"))) as (port, _),
        httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30) as client,
    ):
        yield client


def name(http, before):
    answer = http.get("/sessions", params={"range": "custom", "started_before": before.isoformat()})
    assert answer.status_code == 200
    return answer.headers["etag"], answer.json()["meta"]["total_items"]


def test_live_sessions_rename_only_what_reaches_them(http):
    first = event("a", "session.started", "live-1", at=NOW, started_at=NOW.isoformat())
    assert http.post("/events", json=[first]).status_code == 200
    now, history = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
    wait_until(lambda: http.get("/sessions/live-1").status_code == 200)
    before = name(http, now), name(http, history)
    again = event("b", "session.started", "live-2", at=NOW, started_at=NOW.isoformat())
    assert http.post("/events", json=[again]).status_code == 200
    wait_until(lambda: http.get("/sessions/live-2").status_code == 200)
    after = name(http, now), name(http, history)

    assert before[0][0] != after[0][0]
    assert before[0][1] + 1 == after[0][1]
    assert before[1] == after[1]


def test_a_session_that_is_told_of_late_renames_the_history_it_lies_in(http):
    """Live sessions begin where it does from then on."""
    history = NOW - timedelta(hours=1)
    before = name(http, history)
    begun = NOW - timedelta(days=30)
    late = event("c", "session.started", "late", at=NOW, started_at=begun.isoformat())
    assert http.post("/events", json=[late]).status_code == 200
    wait_until(lambda: http.get("/sessions/late").status_code == 200)
    after = name(http, history)

    assert before[0] != after[0]
    assert before[1] + 1 == after[1]
