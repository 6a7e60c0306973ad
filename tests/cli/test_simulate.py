"""Live traffic: every conversation in its order, through the API, at the rate that is asked for."""

from collections import defaultdict
from datetime import UTC, datetime
from itertools import islice

import httpx
from typer.testing import CliRunner

from cli.__main__ import app
from ingest.demo import acting
from ingest.demo.agents import AGENTS
from ingest.live.sent import read
from tests.api.serving import serving, wait_until

NOW = datetime(2026, 11, 20, tzinfo=UTC)


def test_every_act_is_an_event_and_every_conversation_keeps_its_order():
    acts = list(islice(acting.live(3, 7, 5.0, NOW), 3000))
    told = defaultdict(list)
    for number, (type_, data) in enumerate(acts):
        read({"type": type_, "id": str(number), "timestamp": NOW.isoformat(), "data": data}, NOW)
        told[data["session_id"]].append((type_, data))

    ended = [own for own in told.values() if own[-1][0] == "session.ended"]
    assert len(ended) > 20
    for own in told.values():
        assert [type_ for type_, _ in own].count("session.started") == (
            own[0][0] == "session.started"
        )
        seqs = [data["seq"] for _, data in own if "seq" in data]
        assert seqs == sorted(set(seqs))
    assert {own[0][1]["agent_id"] for own in told.values()} == {a.agent_id for a in AGENTS[:3]}


def test_what_is_simulated_arrives(own_settings):
    rate = 20.0
    with serving(own_settings) as (port, _):
        url = f"http://127.0.0.1:{port}"
        command = ["simulate", "--url", url, "--rate", str(rate), "--seconds", "1.5"]
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
        sent = int(done.output.rsplit("\r", 1)[1].split(" ")[0].replace(",", ""))
        assert 1 <= sent <= 1.5 * rate + 1  # a busy machine sends less
        with httpx.Client(base_url=f"{url}/api/v1") as http:
            wait_until(lambda: http.get("/sessions").json()["data"])
            row = http.get("/sessions").json()["data"][0]
        assert (row["source"], row["status"]) == ("api", "active")


def test_without_a_server_it_says_so():
    from errors import ParleyError

    command = ["simulate", "--url", "http://127.0.0.1:9", "--seconds", "1"]
    done = CliRunner().invoke(app, command)

    assert isinstance(done.exception, ParleyError)
    assert "no server" in done.exception.sentence
