"""Events in any order, twice, late; compaction, restarts: what is read is what the model says."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
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
from ingest.live.sent import read
from lake import cold, compactor, index
from lake.journal import Journal
from lake.kinds import Kind
from lake.publication import Publication
from lake.recall import stored
from lake.tail import Tail
from settings import Settings
from tests.conftest import IS_SOAK
from tests.lake.journal_model import Models

pytestmark = pytest.mark.soak

SEEDS, STEPS = (50, 100) if IS_SOAK else (5, 25)
FIRST = datetime(2026, 10, 31, 23, 59, 30, tzinfo=UTC)  # the month ends in the middle
NOW = datetime(2026, 11, 20, tzinfo=UTC)
ROWS = """
select session_id, status, user_id, agent_id, epoch(started_at) as started_at,
    epoch(ended_at) as ended_at, metadata, epoch(updated_at) as updated_at,
    message_count, event_count
from sessions order by session_id
"""
TURNS = """
select session_id, seq, content as text, session_started_at from messages
union all select session_id, seq, name, session_started_at from events
order by session_id, seq
"""

texts = st.sampled_from(["a", "b", "c"])
times = st.integers(0, 60)
sessions = st.sampled_from(["s0", "s1", "s2", "s3"])
seqs = st.none() | st.integers(0, 6)
metadata = st.none() | st.dictionaries(st.sampled_from(["k", "l"]), texts, max_size=2)


def data(**fields):
    return st.fixed_dictionaries(fields).map(
        lambda given: {name: value for name, value in given.items() if value is not None}
    )


EVENTS = st.one_of(
    st.tuples(st.just("session.started"),
              data(user_id=st.none() | texts, agent_id=st.none() | texts, metadata=metadata)),
    st.tuples(st.just("session.updated"),
              data(user_id=st.none() | texts, metadata=metadata,
                   status=st.sampled_from([None, "active", "failed", "cancelled"]))),
    st.tuples(st.just("session.ended"),
              data(status=st.sampled_from([None, None, "failed", "cancelled"]))),
    st.tuples(st.just("message.created"), data(sender=st.just("user"), content=texts, seq=seqs)),
    st.tuples(st.just("event.created"), data(kind=st.just("note"), name=texts, seq=seqs)),
)  # fmt: skip


def read_of(publication):
    """Return what is published, as the models tell it: a row of each session by id."""
    if publication.is_empty:
        return {}
    first = FIRST.timestamp()
    with publication.cursor() as cursor:
        rows = cursor.execute(ROWS).fetchall()
        turns = cursor.execute(TURNS).fetchall()
        total = cursor.execute("select count(*), count(distinct session_id) from ids").fetchall()
    assert total == [(len(rows), len(rows))]
    starts = {row[0]: row[4] for row in rows}
    assert all(starts[t[0]] == t[3].replace(tzinfo=UTC).timestamp() for t in turns)
    found = {}
    for session_id, status, user, agent, start, end, pairs, updated, said, happened in rows:
        own = tuple((seq, text) for id_, seq, text, _ in turns if id_ == session_id)
        assert said + happened == len(own)
        found[session_id] = (
            status, user, agent, start - first, None if end is None else end - first,
            pairs.replace('":', '": ').replace(',"', ', "'), updated - first, own,
        )  # fmt: skip
    return found


def told_of(sent):
    """Return events as they are sent, with the seconds of each, and as they are read."""
    events = [
        {"type": type_, "id": f"e{number}", "at": at,
         "timestamp": (FIRST + timedelta(seconds=at)).isoformat(),
         "data": {"session_id": session_id, **fields}}
        for session_id, at, number, (type_, fields) in sent
    ]  # fmt: skip
    return events, [read({n: v for n, v in event.items() if n != "at"}, NOW) for event in events]


class Machine(RuleBasedStateMachine):
    """The journal, the compactor and a reader, against a dictionary of models."""

    folder = None  # of the test

    def __init__(self):
        super().__init__()
        self.models = Models()
        self.base = self.tail = self.shown = None

    @initialize(kind=st.sampled_from(["index", "parquet"]))
    def start(self, kind):
        folder = Path(tempfile.mkdtemp(dir=self.folder))  # another one for each try
        self.kind = kind
        self.settings = Settings(
            data=folder / "lake", state=folder / "state", demo="off", zone="UTC", now=NOW,
            memory_mb=256, threads=1, seal_minutes=0,
        )  # fmt: skip
        self.accepting = Accepting(self.settings, self.recall)
        self.open()

    def recall(self, ids, forgotten):
        return stored(self.base, ids, forgotten)

    def open(self):
        """Publish the newest cold files, as a server that has noticed them, or starts."""
        if self.base is not None:
            self.base.instance.retire()
        state = cold.read(self.settings.data.resolve())
        if self.kind == "index" and state.kind is Kind.DELTA:
            index.build(self.settings, state, lambda _: None)
            instance, kind = index.open_built(self.settings, state), "index"
        else:
            instance, kind = index.over_parquet(self.settings, state), "parquet"
        self.base = self.shown = Publication(state.name, kind, state, instance)
        self.journal = Journal(self.settings.state)
        self.tail = Tail(self.base, self.journal)

    @rule(sent=st.lists(st.tuples(sessions, times, st.integers(0, 400), EVENTS), min_size=1,
                        max_size=6))  # fmt: skip
    def send(self, sent):
        events, asked = told_of(sent)
        try:
            told = self.accepting.submit(Request("api", None, asked, 0)).result(10)
        except NotReadyError:  # an old commit; the server notices the new one
            self.open()
            told = self.accepting.submit(Request("api", None, asked, 0)).result(10)
        assert [outcome.status for outcome in told] == [self.models.take(event) for event in events]

    @rule(is_nightly=st.booleans(), is_noticed=st.booleans())
    def compact(self, is_nightly, is_noticed):
        self.publish()  # a server lags by a second, a session is sealed after an hour
        moved = self.models.move(is_nightly=is_nightly)
        assert moved == compactor.run(self.settings, is_nightly=is_nightly).moved
        if is_noticed:
            self.open()

    @rule()
    def restart(self):
        self.accepting.close()
        self.accepting = Accepting(self.settings, self.recall)
        self.open()

    @rule()
    def publish(self):
        if newest := self.tail.newest():
            self.shown = newest
            self.tail.forget()
        assert read_of(self.shown) == self.models.rows()

    @invariant()
    def nothing_disappears(self):
        if self.base is not None:
            assert set(self.models) >= set(read_of(self.shown))

    def teardown(self):
        if self.base is not None:
            self.accepting.close()
            self.journal.close()
            self.base.instance.retire()


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_journal_does_what_the_model_says(tmp_path, counted, seed):
    from hypothesis import seed as seeded

    counted("steps", STEPS, seed=seed)
    machine = type("Seeded", (Machine,), {"folder": tmp_path})
    seeded(seed)(machine)
    run_state_machine_as_test(
        machine,
        settings=profile(max_examples=4, stateful_step_count=STEPS,
                         deadline=None, derandomize=False, database=None),
    )  # fmt: skip
