"""Sending what happens: what is answered, what is kept, and that every answer shows it."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from api import ingest as route
from lake.keys import Keys, KeyScope
from settings import ROOT
from tests.api.serving import live_lake, serving, wait_until
from tests.lake.lakes import batch, write

NOW = datetime.now(UTC)


def event(number, type_, session_id="s-1", *, at=NOW, **data):
    return {"type": type_, "id": f"e{number}", "timestamp": at.isoformat(),
            "data": {"session_id": session_id, **data}}  # fmt: skip


STARTED = event(1, "session.started", agent_id="a", channel="sip")
SAID = event(2, "message.created", sender="user", content="Where is it?")
ENDED = event(3, "session.ended", status="failed", error="lost")


class Api:
    def __init__(self, port):
        self.http = httpx.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.http.close()

    def send(self, events, **headers):
        return self.http.post("/events", json=events, headers=headers)

    def told(self, events, **headers):
        response = self.send(events, **headers)
        assert response.status_code == 200, response.text
        return [row["status"] for row in response.json()["data"]]

    def session(self, session_id):
        response = self.http.get(f"/sessions/{session_id}")
        return response.json()["data"] if response.status_code == 200 else None

    def total(self, **filters):
        rows = self.http.get("/sessions", params=filters).json()
        return rows["meta"]["total_items"]


@pytest.fixture(scope="module")
def live_settings(tmp_path_factory):
    """A lake of fifty sessions; one server for all tests of this file that need no other."""
    return live_lake(tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def api(live_settings):
    with serving(live_settings) as (port, _), Api(port) as made:
        yield made


def test_what_is_accepted_is_in_every_answer(api):
    before = api.total()
    assert api.told([STARTED, SAID, ENDED]) == ["accepted"] * 3
    wait_until(lambda: api.total() == before + 1)

    row = api.session("s-1")
    assert (row["channel"], row["status"], row["error"]) == ("sip", "failed", "lost")
    assert [turn["content"] for turn in row["messages"]] == ["Where is it?"]
    assert api.total(channel="sip") == 1
    assert api.total(q="s-1") == 1
    metrics = api.http.get("/sessions/metrics", params={"channel": "sip"}).json()["data"]
    assert metrics["metrics"]["sessions"]["value"] == 1
    for form in ("csv", "json", "ndjson"):
        file = api.http.get("/sessions/export", params={"format": form, "channel": "sip"}).text
        assert "s-1" in file
    found = api.http.get("/search/messages", params={"find": "where is", "range": "24h"}).text
    assert "s-1" in found


def test_the_same_id_counts_once_even_at_the_same_time(api):
    events = [event(f"same{number}", "message.created", "s-2", sender="user", content="x")
              for number in range(5)]  # fmt: skip
    with ThreadPoolExecutor(8) as pool:
        told = [status for each in pool.map(api.told, [events] * 8) for status in each]

    assert (told.count("accepted"), told.count("duplicate")) == (5, 35)


def test_one_that_is_wrong_is_told_in_its_place_and_the_others_are_taken(api):
    good = event("g1", "session.started", "s-3")
    wrong = [
        ({}, "type"), (7, ""), ({**good, "id": ""}, "id"), ({**good, "more": 1}, "more"),
        ({**good, "type": "session.paused"}, "type"), ({**good, "timestamp": 7}, "timestamp"),
        ({**good, "timestamp": "2026-01-01T00:00:00"}, "timestamp"),
        ({**good, "timestamp": "1969-01-01T00:00:00Z"}, "1970"),
        ({**good, "timestamp": (NOW + timedelta(days=2)).isoformat()}, "ahead"),
        ({**good, "data": {"session_id": "export"}}, "session_id"),
        ({**good, "data": {"session_id": "a/b"}}, "session_id"),
        ({**good, "data": {"session_id": "s-3", "channel": "fax"}}, "channel"),
        ({**good, "data": {"session_id": "s-3", "metadata": {"a": "x" * 3}, "typ": 1}}, "typ"),
        (event("w", "session.ended", "s-3", status="active"), "status"),
        (event("w", "message.created", "s-3", sender="bot", content=""), "sender"),
        (event("w", "message.created", "s-3", sender="user", content="", seq=-1), "seq"),
    ]  # fmt: skip
    rows = api.send([event_ for event_, _ in wrong] + [good]).json()["data"]

    assert [row["status"] for row in rows] == ["rejected"] * len(wrong) + ["accepted"]
    assert all(word in row["reason"] for row, (_, word) in zip(rows, wrong, strict=False))
    assert api.send(wrong[0][0]).status_code == 422, "a single one"


def test_a_line_each(api):
    lines = [json.dumps(event("l1", "session.started", "s-4")), "", "{", '"\\ud800"']
    response = api.http.post(
        "/events", content="\n".join(lines), headers={"Content-Type": route.NDJSON}
    )

    assert [row["status"] for row in response.json()["data"]] == ["accepted", *["rejected"] * 2]


def test_a_whole_number_may_be_written_with_a_fraction_of_nothing(api):
    said = event("f1", "message.created", "s-f", sender="user", content="a", seq=4.0)
    half = event("f2", "message.created", "s-f", sender="user", content="a", seq=4.5)

    assert api.told([said, half]) == ["accepted", "rejected"]


def test_a_seq_is_given_once(api):
    first = event("q1", "message.created", "s-5", sender="user", content="a", seq=4)
    second = event("q2", "event.created", "s-5", kind="note", seq=4)

    assert api.told([first, second]) == ["accepted", "rejected"]


def test_what_is_too_much_is_refused_before_it_is_held(api):
    many = [event(number, "session.started", "s-6") for number in range(route.MOST_EVENTS + 1)]

    assert api.send(many).status_code == 413
    huge = {**STARTED, "data": {"session_id": "s-6", "metadata": {"a": "x" * route.MOST_BYTES}}}
    assert api.send(huge).status_code == 413
    assert api.session("s-6") is None


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_page_of_another_site_cannot_send(api, kind):
    """These kinds of content need no preflight, and are not read."""
    response = api.http.post("/events", content=json.dumps(STARTED), headers={"Content-Type": kind})

    assert response.status_code == 415


def test_an_old_session_is_spoken_of_again(api):
    late = event("old", "message.created", "s7", sender="user", content="One thing more")
    before = api.session("s7")
    rows = api.send([late]).json()["data"]
    assert rows[0]["reason"] == "data.session_id: this session comes from another source"

    assert before == api.session("s7")


def test_the_example_of_the_documentation_runs(api):
    text = (ROOT / "docs/ingest.md").read_text(encoding="utf-8")
    code = re.findall(r"```python\n(.*?)```", text, re.DOTALL)[0]
    port = api.http.base_url.port
    exec(code.replace("127.0.0.1:8501", f"127.0.0.1:{port}").replace("s-1", "s-doc"), {})  # noqa: S102

    wait_until(lambda: (api.session("s-doc") or {}).get("status") == "completed")


# --- Servers of their own, after those that share one: a process has one API -------------------


def test_a_key_writes_under_its_source_and_for_its_agents_only(own_settings):
    keys = Keys(own_settings.state)
    now = own_settings.clock()
    made = {"now": now, "source": "test"}
    _, own = keys.create("One", [KeyScope.INGEST], agents=["a"], **made)
    _, every = keys.create("All", list(KeyScope), **made)
    write(own_settings, batch(range(9)))
    with serving(own_settings) as (port, _), Api(port) as api:
        headers = {"Authorization": f"Bearer {own}"}
        other = event("b", "session.started", "s-9", agent_id="b")
        assert api.told([STARTED, other], **headers) == ["accepted", "rejected"]
        late = event("old", "message.created", "s7", sender="user", content="One thing more")
        assert api.told([late], **headers) == ["accepted"]
        api.http.headers["Authorization"] = f"Bearer {every}"
        wait_until(lambda: len(api.session("s7")["messages"]) == 3)
        assert api.session("s-1")["source"] == "test"
        assert [turn["seq"] for turn in api.session("s7")["messages"]] == [1, 3, 4]
        assert api.total() == 10
