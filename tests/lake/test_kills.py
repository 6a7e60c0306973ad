"""kill -9: what was answered is there once, whatever was going on."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from benchmarks.starts import serve_folder
from lake import cold, compactor, standing
from settings import ROOT
from tests.conftest import IS_SOAK
from tests.lake import killed
from tests.lake.lakes import batch, recalling, write
from tests.lake.senders import said, sending, visible
from tests.lake.test_live import NOW, accept, conversation, event
from tests.lake.whole import assert_whole

pytestmark = pytest.mark.soak

KILLS = 200 if IS_SOAK else 3  # under load; ten more of the compactor alone
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


@contextmanager
def served(settings):
    """Give a server that is killed at the end, its port, and the seconds until it was ready.

    In a soak it is the whole program, else the API alone.
    """
    if IS_SOAK:
        own = {"PARLEY_DEMO": "off", "PARLEY_SEAL_MINUTES": "0"}
        server, address, seconds = serve_folder(settings, **own)
        port = int(address.rpartition(":")[2])
    else:
        begun = time.monotonic()
        server = process(settings, "serve")
        port = int(next(line for line in server.stdout if line.strip().isdigit()))
        seconds = time.monotonic() - begun
    try:
        yield server, port, seconds
    finally:
        server.kill()
        server.communicate(timeout=PATIENCE)


def kill_compacting(settings, words, seconds):
    """Kill a run of the compactor some time after it has come to what it is told to wait for."""
    dying = process(settings, *words)
    dying.stdout.readline()  # or its end, where there was nothing to do
    time.sleep(seconds)
    dying.kill()
    dying.communicate(timeout=PATIENCE)


def test_the_very_first_commit_is_whole_where_its_manifest_was_not_written(own_settings):
    """That one is missing is told, as if it had been deleted, until the next commit."""
    accept(own_settings, conversation("first", 0, NOW))
    before = shown(own_settings)
    process(own_settings, "compact", "manifest").communicate(timeout=PATIENCE)
    assert shown(own_settings) == before
    (told,) = cold.read(own_settings.data.resolve()).set_aside
    assert (told.table, told.is_data) == ("manifest", False)
    accept(own_settings, conversation("next", 10, NOW))
    assert compactor.run(own_settings.model_copy(update={"seal_minutes": 0})).moved == 1
    assert_whole(own_settings)


def test_whatever_is_killed_under_load_what_was_answered_is_there_once(own_settings, counted):
    """The server alone, with the compactor beside it, or the compactor after it, as it deletes."""
    write(own_settings, batch(range(1, 20)))
    chance = random.Random(5)  # noqa: S311  the same moments each time
    answered, slowest, newest = [], 0.0, []
    for number in range(KILLS + 1):
        with served(own_settings) as (server, port, seconds):
            slowest = max(slowest, seconds)
            sessions = {each.rpartition("-")[0] for each in newest}
            assert sorted(newest) == sorted(visible(port, sessions)), "at once after the start"
            if number == KILLS:
                break
            with sending(port, f"k{number}") as told:
                time.sleep(chance.uniform(0.05, 0.6))
                if number % 3 == 1:
                    kill_compacting(own_settings, ["move"], chance.uniform(0, 0.4))
                server.kill()
        answered += told
        if number % 3 == 2:
            kill_compacting(own_settings, ["vacuum"], chance.uniform(0, 0.1))
        kept = said(own_settings)
        assert len(kept) == len(set(kept))
        assert set(answered) <= set(kept)
        newest = [each for each in kept if each.startswith(f"k{number}-")]
        assert_whole(own_settings)
    counted(f"kills, slowest start {slowest:.1f} s", KILLS, seed=5)
    counted("events answered", len(answered), seed=5)
