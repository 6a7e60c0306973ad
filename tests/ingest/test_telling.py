"""What sinks are told of accepted events, and that it costs nothing where nobody asks."""

import pytest

from ingest import derive
from ingest.live.accepting import Accepting, Request, no_recall
from lake import hook_types
from lake.outbox import enqueue
from tests.lake.test_live import NOW, conversation, event


@pytest.fixture
def accept(own_settings):
    def accepted(events, *sinks):
        accepting = Accepting(own_settings, no_recall, sinks)
        told = accepting.submit(Request("test", None, events, 0)).result(10)
        accepting.close()
        assert {outcome.status for outcome in told} == {"accepted"}

    return accepted


def test_each_event_is_told_with_its_session_as_it_is_then(accept):
    found = []

    def sink(_connection, told):
        session = told.session
        found.append((told.type, told.status_was, session["status"], session["message_count"],
                      hook_types.types_of(told)))  # fmt: skip

    failed = event(7, "session.ended", "s", NOW, status="failed")
    accept([*conversation("s", 1, NOW)[:-1], failed], sink)
    accept([event(8, "message.created", "s", NOW, sender="user", content="late"),
            event(9, "session.updated", "s", NOW, user_id="u2")], sink)  # fmt: skip

    assert found == [
        ("session.started", None, "active", 0, ("session.started",)),
        ("message.created", "active", "active", 1, ()),
        ("event.created", "active", "active", 1, ()),
        ("message.created", "active", "active", 2, ()),
        ("session.ended", "active", "failed", 2, ("session.failed",)),
        ("message.created", "failed", "failed", 3, ()),
        ("session.updated", "failed", "failed", 3, ("session.updated",)),
    ]


def test_a_session_is_worked_out_once_a_commit_where_nobody_asks(accept, monkeypatch):
    made = []
    real = derive.session
    monkeypatch.setattr(derive, "session", lambda *given: made.append(given) or real(*given))
    messages = [
        event(number, "message.created", "s", NOW, sender="user", content="x")
        for number in range(20)
    ]
    accept(messages, enqueue)

    assert len(made) == 1
