"""kill -9: what was answered is there once, whatever was going on."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime

import httpx
import pytest

from lake import standing
from settings import ROOT
from tests.conftest import IS_SOAK
from tests.lake import killed
from tests.lake.lakes import batch, write
from tests.lake.test_live import NOW, accept, conversation, event

pytestmark = pytest.mark.soak

KILLS = 200 if IS_SOAK else 3  # of a server that is being sent to; ten of the compactor
PATIENCE = 60  # a hang guard, in seconds
SHOWN = """
select session_id, status, message_count, metadata, (
    select count(*) from messages as m where m.session_id = s.session_id)
from sessions as s order by session_id
"""


def process(settings, *words):
    environment = {**os.environ, "PARLEY_DATA": str(settings.data),
                   "PARLEY_STATE": str(settings.state)}  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "tests.lake.killed", *words], cwd=ROOT, env=environment,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def shown(settings):
    """Return what a reader without a server sees."""
    with standing.published(settings) as publication, publication.cursor() as cursor:
        return cursor.execute(SHOWN).fetchall()


def test_a_compactor_that_is_killed_shows_nothing_twice_and_loses_nothing(own_settings, counted):
    """At every step, one after the other on the same lake; then one that is left in peace."""
    write(own_settings, batch(range(1, 20)))
    events = []
    for number in range(40):
        events += conversation(f"live{number}", number * 10, NOW)
    accept(own_settings, events)
    before = shown(own_settings)
    counted("kills", len(killed.STEPS))
    for number, step in enumerate(killed.STEPS):
        dying = process(own_settings, "compact", step)
        dying.communicate(timeout=PATIENCE)
        assert dying.returncode == -signal.SIGKILL, step
        assert shown(own_settings) == before, step
        late = event(1000 + number, "message.created", f"live{number}", NOW,
                     sender="user", content="more")  # fmt: skip
        accept(own_settings, [late], recalling(own_settings))  # while sessions are on their way
        after = shown(own_settings)
        assert after != before, step
        before = after
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-m", "cli", "compact", "--nightly"], cwd=ROOT, check=True,
            env={**os.environ, "PARLEY_DATA": str(own_settings.data), "PARLEY_SEAL_MINUTES": "0",
                 "PARLEY_STATE": str(own_settings.state), "PARLEY_DEMO": "off"},
            stdout=subprocess.DEVNULL, timeout=PATIENCE,
        )  # fmt: skip
        assert shown(own_settings) == before
    with standing.published(own_settings) as publication:
        assert publication.live is None, "all of it lies in the cold files"
        assert len(publication.cold.files["sessions"]) == len(
            {file.period for file in publication.cold.files["sessions"]}
        )


def recalling(settings):
    from lake.recall import stored

    def recall(ids, forgotten):
        with standing.published(settings) as publication:
            return stored(publication, ids, forgotten)

    return recall


class Sender(threading.Thread):
    """Sends messages of one session until the server is gone; knows what was answered."""

    def __init__(self, port, name):
        super().__init__()
        self.port, self.session, self.answered = port, name, []

    def run(self):
        with httpx.Client(base_url=f"http://127.0.0.1:{self.port}/api/v1") as http:
            for number in range(10_000):
                events = [self.event(number * 3 + place) for place in range(3)]
                try:
                    told = http.post("/events", json=events).json()["data"]
                except (httpx.HTTPError, ValueError):
                    return
                self.answered += [row["id"] for row in told if row["status"] == "accepted"]

    def event(self, number):
        return {"type": "message.created", "id": f"{self.session}-{number}",
                "timestamp": datetime.now(UTC).isoformat(),
                "data": {"session_id": self.session, "sender": "user",
                         "content": f"{self.session}-{number}"}}  # fmt: skip


def test_a_server_that_is_killed_keeps_what_it_has_answered(own_settings, counted):
    counted("kills", KILLS, seed=5)
    chance = random.Random(5)  # noqa: S311  the same moments each time
    answered = []
    for number in range(KILLS):
        server = process(own_settings, "serve")
        try:
            port = int(next(line for line in server.stdout if line.strip().isdigit()))
            senders = [Sender(port, f"k{number}-{place}") for place in range(3)]
            for sender in senders:
                sender.start()
            time.sleep(chance.uniform(0.05, 0.6))
        finally:
            server.kill()
            server.communicate(timeout=PATIENCE)
        for sender in senders:
            sender.join(PATIENCE)
            answered += sender.answered

    assert len(answered) > KILLS
    with standing.published(own_settings) as publication, publication.cursor() as cursor:
        kept = [row[0] for row in cursor.execute("select content from messages").fetchall()]
        counts = cursor.execute("select sum(message_count) from sessions").fetchall()
    assert len(kept) == len(set(kept)) == counts[0][0]
    assert set(answered) <= set(kept)
