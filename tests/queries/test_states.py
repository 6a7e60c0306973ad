"""Readers see only states that existed, whatever happens meanwhile, and cards equal to rows.

A server's lake follows journal and compactor as it does in production; two readers ask it without a
pause while events come in any order, sessions move, and the server starts anew.
"""

import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import seed as seeded
from hypothesis import settings as profile
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from errors import NotReadyError
from ingest.live.accepting import Accepting, Request
from lake import compactor
from lake.serving import Lake
from queries import engine, metrics, sessions
from queries.filters import Filters
from settings import Settings
from tests.conftest import IS_SOAK
from tests.lake.journal_model import Models
from tests.lake.test_journal import EVENTS, NOW, read_of, times, told_of
from tests.lake.test_journal import sessions as named

pytestmark = pytest.mark.soak

SEEDS, STEPS = (50, 100) if IS_SOAK else (5, 20)
READERS = 2
PATIENCE = 30  # a hang guard, in seconds
COLUMNS = ("status", "user_id", "agent_id")  # of what `read_of` gives, the first three


class Reader(threading.Thread):
    """Reads the newest state again and again; keeps what it has not believed."""

    def __init__(self, states):
        super().__init__(daemon=True)
        self.states, self.at, self.read, self.wrong = states, 0, 0, []
        self.is_over = threading.Event()

    def run(self):
        while not self.is_over.wait(0.001):
            try:
                with engine.snapshot() as snapshot:
                    self.look(snapshot)
            except NotReadyError:
                continue  # between two servers
            except Exception as error:  # noqa: BLE001  told by the machine, whatever it is
                self.wrong.append(error)
                return

    def look(self, snapshot):
        rows = read_of(snapshot.publication)
        later = range(self.at, len(self.states))  # than what it has seen: it never goes back
        self.at = next((each for each in later if self.states[each] == rows), None)
        assert self.at is not None, rows
        for filters in (Filters(), Filters(agent=("a",)), Filters(status=("active",))):
            kept = matching(rows, filters)
            cards = metrics.card_numbers(filters, snapshot)
            statuses = Counter(row["status"] for row in kept)
            shown = (cards.total.value, cards.active.value, cards.top_channel.value)
            assert (len(kept), statuses["active"], len(kept)) == shown, (rows, filters)
            assert len(rows) == cards.total.unfiltered, rows
            assert len(kept) == sessions.count(filters, snapshot)
            page = sessions.page(filters, snapshot)
            assert sorted(row["session_id"] for row in kept) == sorted(page["session_id"])
        self.read += 1


def matching(rows, filters):
    """Return the rows that a filter leaves, with their id, each with names."""
    named_rows = [
        {"session_id": key} | dict(zip(COLUMNS, row, strict=False)) for key, row in rows.items()
    ]
    return [
        row
        for row in named_rows
        if (not filters.agent or row["agent_id"] in filters.agent)
        and (not filters.status or row["status"] in filters.status)
    ]


class Served(RuleBasedStateMachine):
    """A server's lake, the way into its journal, the compactor, and readers."""

    folder = None  # of the test
    read = None  # how many states the readers of all tries have read

    def __init__(self):
        super().__init__()
        self.models, self.lake, self.readers = Models(), None, []
        self.states = [{}]

    @initialize()
    def start(self):
        folder = Path(tempfile.mkdtemp(dir=self.folder))  # another one for each try
        self.settings = Settings(
            data=folder / "lake", state=folder / "state", demo="off", zone="UTC", now=NOW,
            memory_mb=256, threads=1, seal_minutes=0, watch_seconds=0.01, compact=False, cache_mb=8,
        )  # fmt: skip
        self.begin()
        self.readers = [Reader(self.states) for _ in range(READERS)]
        for reader in self.readers:
            reader.start()

    def begin(self):
        self.lake = Lake(self.settings)
        self.lake.start()
        engine.start(self.lake, self.settings)
        self.accepting = Accepting(self.settings, self.lake.recall)

    def end(self):
        self.accepting.close()
        engine.stop()
        self.lake.close()

    @rule(sent=st.lists(st.tuples(named, times, st.integers(0, 400), EVENTS), min_size=1,
                        max_size=6))  # fmt: skip
    def send(self, sent):
        events, asked = told_of(sent)
        expected = [self.models.take(event) for event in events]
        self.states.append(self.models.rows())  # before anybody can see it
        end = time.monotonic() + PATIENCE
        while True:
            try:
                told = self.accepting.submit(Request("api", None, asked, 0)).result(PATIENCE)
            except NotReadyError:  # an old commit; the server notices the new one
                assert time.monotonic() < end, "the new commit was never noticed"
                continue
            assert [outcome.status for outcome in told] == expected
            return

    @rule(is_nightly=st.booleans())
    def compact(self, is_nightly):
        self.settle()  # a session is sealed after an hour, and shown within a second
        moved = self.models.move(is_nightly=is_nightly)
        assert moved == compactor.run(self.settings, is_nightly=is_nightly).moved
        self.be_read()

    def be_read(self):
        """Wait until each reader has read again."""
        before = [reader.read for reader in self.readers]
        end = time.monotonic() + PATIENCE
        while any(
            reader.read == count and not reader.wrong
            for reader, count in zip(self.readers, before, strict=True)
        ):
            assert time.monotonic() < end, "nothing is read"
            time.sleep(0.001)

    @rule()
    def restart(self):
        self.settle()
        self.end()
        self.begin()
        self.be_read()

    @rule()
    def settle(self):
        """All that was accepted is shown, soon."""
        expected = self.models.rows()
        end = time.monotonic() + PATIENCE
        while True:
            with self.lake.lease() as publication:
                found = read_of(publication)
            if found == expected:
                break
            assert time.monotonic() < end, (found, expected)
            time.sleep(0.005)
        self.be_read()

    @invariant()
    def readers_believe_what_they_see(self):
        assert [wrong for reader in self.readers for wrong in reader.wrong] == []

    def teardown(self):
        for reader in self.readers:
            reader.is_over.set()
            reader.join(PATIENCE)
            self.read.append(reader.read)
        if self.lake is not None:
            self.end()
        self.readers_believe_what_they_see()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_readers_see_only_states_that_existed(tmp_path, counted, seed):
    machine = type("Seeded", (Served,), {"folder": tmp_path, "read": []})
    seeded(seed)(machine)
    run_state_machine_as_test(
        machine,
        settings=profile(max_examples=4 if IS_SOAK else 2, stateful_step_count=STEPS,
                         deadline=None, derandomize=False, database=None),
    )  # fmt: skip
    assert sum(machine.read) > 0
    counted(f"steps, {sum(machine.read):,} states read", STEPS, seed=seed)
