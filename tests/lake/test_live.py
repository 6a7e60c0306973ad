"""Live sessions beside the cold files: every relation reads as if all had been imported."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pytest

from ingest.live.accepting import Accepting, Request, no_recall
from ingest.live.sent import read
from lake import cold, index
from lake.journal import Journal
from lake.live import tables
from lake.publication import Publication
from lake.recall import stored
from lake.schema import SCHEMAS
from lake.tail import Tail
from lake.writer import Writer
from tests.lake.lakes import FIRST, batch, write

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
# `session_no` and `pair` are of another kind here and there.
QUESTIONS = (
    "select * exclude (session_no) from sessions order by session_id",
    "select session_id, nth, key, value from pairs where nth >= 0 order by all",
    "select s.session_id, gap_us from returns join sessions s using (session_no) order by all",
    "select * from ids order by session_id",
    """select * exclude (session_started_at_stored, sent_at_stored, period)
    from messages order by all""",
    "select * exclude (session_started_at_stored, at_stored, period) from events order by all",
    # How often each value with a number occurs, as far as it is said to be usual.
    """select n.key, n.value, count(*) from pairs join pair_names as n using (pair)
    where n.value is not null and nth <> 0 group by all having count(*) >= 5 order by all""",
    """select key, count(*) from pairs join pair_names using (pair, key)
    where nth = 1 group by all order by all""",
)


def event(number, type_, session_id, at, **data):
    moment = at.isoformat()
    return read({"type": type_, "id": f"e{number}", "timestamp": moment,
                 "data": {"session_id": session_id, **data}}, NOW)  # fmt: skip


def conversation(session_id, number, at, *, user="u1", tags=("x",)):
    """Return the events of a session."""
    minute = timedelta(minutes=1)
    return [
        event(number, "session.started", session_id, at, agent_id="a", user_id=user,
              metadata={"tags": list(tags), "order": session_id}),
        event(number + 1, "message.created", session_id, at + minute, sender="user", content="Hi"),
        event(number + 2, "event.created", session_id, at + minute, kind="tool_call", name="f"),
        event(number + 3, "message.created", session_id, at + 2 * minute, sender="agent",
              content="Yes"),
        event(number + 4, "session.ended", session_id, at + 3 * minute),
    ]  # fmt: skip


def of_users(numbers):
    """Return sessions of two users, the last ones a few hours before the first live one."""
    made = batch(numbers)
    place = made.sessions.schema.get_field_index("user_id")
    users = pa.array([f"u{number % 2}" for number in numbers], pa.string())
    return replace(made, sessions=made.sessions.set_column(place, "user_id", users))


def accept(settings, events, recall=no_recall):
    """Have the events accepted; returns what became of them."""
    accepting = Accepting(settings, recall)
    try:
        return accepting.submit(Request("test", None, events, 0)).result(10)
    finally:
        accepting.close()


def opened(settings, kind):
    """Return the cold publication of a kind."""
    state = cold.read(settings.data.resolve())
    if kind == "index":
        index.build(settings, state, lambda _: None)
        return Publication(state.name, kind, state, index.open_built(settings, state))
    return Publication(state.name, kind, state, index.over_parquet(settings, state))


def asked(publication):
    with publication.cursor() as cursor:
        return [cursor.execute(question).fetchall() for question in QUESTIONS]


def imported(settings, folder, journal):
    """Return the answers of a lake into which all was written that is live elsewhere."""
    own = settings.model_copy(update={"data": folder, "state": folder.with_name("other-state")})
    with journal.reading() as reading:
        held = reading.changed(0, 0)
    with Writer(own) as writer:
        before = cold.read(settings.data.resolve())
        connection = index.over_parquet(settings, before).cursor()
        writer.add(_batch(connection, before))
        writer.add(tables([h.row for h in held], {h.session_id: h.turns for h in held}))
        writer.commit()
    return asked(opened(own, "index"))


def _batch(connection, state):
    from lake.relations import raw
    from lake.schema import Batch

    read_ = {
        table: connection.execute(raw(table, state.files[table])).to_arrow_table()
        for table in SCHEMAS
    }
    return Batch(**{table: rows.cast(SCHEMAS[table]) for table, rows in read_.items()})


@pytest.mark.parametrize("kind", ["index", "parquet"])
def test_live_rows_read_as_if_they_had_been_imported(own_settings, tmp_path, kind):
    write(own_settings, batch(range(60)), batch(range(60, 63), mark="r"), of_users(range(77, 80)))
    base = opened(own_settings, kind)
    journal = Journal(own_settings.state)
    tail = Tail(base, journal)

    def recall(ids, forgotten):
        return stored(base, ids, forgotten)

    events = []
    for number in range(8):  # users come back; some values become usual
        at = NOW - timedelta(hours=number)
        tags = ("x", "yr" if number < 3 else "y", f"z{number % 2}")
        user = f"u{number % 2}"
        told = conversation(f"live{number}", number * 10, at, user=user, tags=tags)
        events += told if number % 3 else told[:-1]
    assert {"accepted"} == {told.status for told in accept(own_settings, events, recall)}
    first = tail.newest()
    answers = asked(first)
    assert imported(own_settings, tmp_path / "lake2", journal) == answers

    late = [
        event(900, "message.created", "s5", NOW, sender="user", content="One thing more"),
        event(901, "session.updated", "s10", NOW, metadata={"tags": ["late"]}, user_id="u1"),
        event(902, "session.ended", "live0", NOW + timedelta(minutes=5), status="failed"),
        event(903, "session.started", "live9", FIRST, user_id="u1", started_at=str(FIRST)),
    ]
    assert {"accepted"} == {told.status for told in accept(own_settings, late, recall)}
    second = tail.newest()
    assert imported(own_settings, tmp_path / "lake3", journal) == asked(second)
    assert asked(first) == answers, "who reads the one before still reads it"
    assert tail.newest() is None
    tail.forget()
    assert imported(own_settings, tmp_path / "lake4", journal) == asked(second)
