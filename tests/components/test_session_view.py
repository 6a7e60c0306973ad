"""An open session with literal frames: what is handed to the browser."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.components.drawn import drawn


def run(script, **arguments):
    return drawn(AppTest.from_function(script, kwargs=arguments, default_timeout=20).run())


def session(**changes):
    """Runs inside AppTest, where only what it imports itself is known."""
    from datetime import UTC, datetime
    from types import SimpleNamespace

    import polars as pl

    from components import session_view, state
    from queries.neighbours import Neighbours
    from queries.session import Whole

    start = datetime.fromisoformat("2026-11-22T14:00")
    row = {
        "session_id": "s1", "external_id": None, "agent_name": "Order desk", "source": "test",
        "channel": "sip", "type": "voice", "status": "completed", "started_at": start,
        "ended_at": start, "duration_ms": 1000, "first_response_ms": None, "end_reason": None,
        "user_id": None, "error": None, "message_count": 1, "event_count": 2,
        "metadata": '{"tags":["x","y"],"plan":["free"]}',
    }  # fmt: skip
    messages = [{"seq": 2, "sent_at": None, "sender": "user", "content": "<b>hi</b>"}]
    events = [
        {"seq": seq, "at": start, "kind": kind, "name": "", "detail": kind}
        for seq, kind in ((3, "error"), (1, "connected"))
    ]
    with state.viewing("", SimpleNamespace(publication=SimpleNamespace(name="c1"))):
        session_view.show(
            Whole({**row, **changes}, pl.DataFrame(messages), pl.DataFrame(events)),
            lambda: Neighbours(1, 1, None, None),
            now=datetime(2026, 11, 22, 14, 10, tzinfo=UTC), zone="Europe/Berlin",
        )  # fmt: skip


def facts(**changes):
    told = run(session, **changes)["session"]["facts"]
    return {fact.pop("label"): fact for fact in told}


def test_messages_and_events_are_one_order():
    assert [1, 2, 3] == run(session)["session"]["turns"]["seq"]


def test_metadata_is_listed_by_key_with_all_values():
    assert [["plan", ["free"]], ["tags", ["x", "y"]]] == run(session)["session"]["metadata"]


def test_messages_and_events_are_counted():
    assert "1" == facts()["Messages"]["text"]
    assert "2, 1 error" == facts()["Events"]["text"]


def test_an_active_session_lasts_since_its_start():
    told = facts(status="active", duration_ms=None)["Duration"]

    assert {"duration": None, "since": 1_795_356_000_000} == told


def test_a_failed_session_shows_its_error():
    assert {"text": "timed out"} == facts(status="failed", error="timed out")["Error"]


def test_a_call_tells_direction_and_recording():
    told = facts(
        metadata='{"direction":["inbound"],"recording_url":["https://calls.example/1.ogg"]}'
    )

    assert {"text": "inbound"} == told["Direction"]
    assert {"href": "https://calls.example/1.ogg", "text": "Open at calls.example"} == told[
        "Recording"
    ]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "//a.example/x", "https://"]
)
def test_only_addresses_of_the_web_become_links(address):
    assert {"text": address} == facts(metadata=f'{{"recording_url":["{address}"]}}')["Recording"]


def test_a_chat_has_no_recording():
    assert "Recording" not in facts(
        type="chat", metadata='{"recording_url":["https://calls.example/1.ogg"]}'
    )


def head(number, previous_id, next_id):
    from datetime import datetime

    import polars as pl

    from components import session_head
    from queries.neighbours import Neighbours
    from queries.session import Whole

    row = {
        "session_id": "0123456789abcdef", "external_id": None, "agent_name": "Order desk",
        "channel": "sip", "started_at": datetime.fromisoformat("2026-11-22T14:00"),
        "message_count": 1, "event_count": 1200, "status": "active",
        "metadata": '{"tags":["vip","<b>"]}',
    }  # fmt: skip
    at = datetime.fromisoformat("2026-11-22T14:00:01.250")
    events = pl.DataFrame({
        "at": [at, None, at], "kind": ["note", "note", "error"], "name": ["Ann", "Bo", ""],
        "detail": ["Called back", "No time", "lost"],
    })  # fmt: skip
    beside = None if number == 0 else Neighbours(234, number, previous_id, next_id)
    session_head.show(Whole(row, pl.DataFrame(), events), beside, None)


def test_the_head_names_place_and_neighbours():
    found = run(head, number=5, previous_id="a", next_id=None)["head"]

    assert {"number": 5, "total": 234, "before": "a", "after": None} == found["neighbours"]
    assert ("01234567…", "1 message, 1,200 events") == (found["short"], found["counts"])


def test_the_head_has_tags_and_the_notes_that_can_be_removed():
    found = run(head, number=5, previous_id="a", next_id=None)["head"]

    assert ["vip", "<b>"] == found["tags"]
    assert [("Ann", "Called back")] == [(note["who"], note["text"]) for note in found["notes"]]
    assert found["notes"][0]["at"] % 1000 == 250
    assert found["is_active"]


def test_the_head_is_there_without_neighbours():
    assert run(head, number=0, previous_id=None, next_id=None)["head"]["neighbours"] is None
