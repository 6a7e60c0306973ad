"""What follows from a session: the same for every format, because it is derived in one place."""

import dataclasses

import pytest

from ingest.error_key import error_key
from models import Status
from tests.ingest import imports

AT = "2026-05-01T10:00:0{}Z"


def said(sender, second=None, **given):
    sent_at = None if second is None else AT.format(second)
    return {"sender": sender, "content": "", "sent_at": sent_at, **given}


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([], None),
        ([said("user", 1)], None),
        ([said("agent", 1)], None),
        ([said("user", 1), said("agent", 4)], 3000),
        ([said("agent", 0), said("user", 1), said("user", 2), said("agent", 4)], 3000),
        ([said("user"), said("agent", 4), said("user", 5), said("agent", 6)], None),
        ([said("user", 1), said("agent")], None),
        ([said("user", 4), said("agent", 1)], None),
        ([said("agent", 4, seq=2), said("user", 1, seq=1)], 3000),
    ],
)
def test_first_response_is_from_the_first_question_to_the_next_answer(session, messages, expected):
    assert expected == session(messages=messages)["first_response_ms"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({}, (None, None, None)),
        ({"messages": [said("user", 3)]}, (3, 3, 0)),
        ({"messages": [said("user", 3)], "started_at": None}, (None, 3, None)),
        ({"messages": [said("user", 3)], "ended_at": None}, (3, None, None)),
        ({"messages": [said("user", 3)], "status": "active"}, (3, None, None)),
        ({"messages": [said("user", 5), said("agent", 3)]}, (3, 5, 2000)),
        (
            {"messages": [said("user", 5)], "events": [{"kind": "note", "at": AT.format(2)}]},
            (2, 5, 3000),
        ),
        ({"started_at": AT.format(7), "ended_at": AT.format(1)}, (7, 1, None)),
        (
            {"started_at": "2026-05-01T12:00:01+02:00", "ended_at": "2026-05-01T10:00:04"},
            (1, 4, 3000),
        ),
    ],
)
def test_start_and_end_are_the_stated_ones_or_those_of_the_turns(session, line, expected):
    told = session(**line)
    bounds = [None if second is None else AT.format(second) for second in expected[:2]]

    assert [*bounds, expected[2]] == [
        told[name] for name in ("started_at", "ended_at", "duration_ms")
    ]


def test_last_message_is_the_latest_not_the_last_in_the_file(session):
    assert AT.format(9) == session(messages=[said("user", 9), said("agent", 3)])["last_message_at"]


ERRORS = [
    {"kind": "error", "name": "first", "detail": "first text"},
    {"kind": "error", "name": "last", "detail": "Order 12 failed"},
    {"kind": "note", "detail": "after"},
]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({"status": "failed", "events": ERRORS}, ("Order 12 failed", "order failed")),
        (
            {"status": "failed", "events": ERRORS, "error": "own"},
            ("Order 12 failed", "order failed"),
        ),
        ({"status": "failed", "error": "Own 7"}, ("Own 7", "own")),
        ({"status": "failed", "events": [{"kind": "error", "name": "n"}]}, ("n", "n")),
        ({"status": "failed"}, (None, None)),
        ({"status": "completed", "events": ERRORS, "error": "own"}, (None, None)),
    ],
)
def test_error_is_that_of_a_failed_session(session, line, expected):
    told = session(**line)

    assert expected == (told["error"], told["error_key"])


@pytest.mark.parametrize(
    ("error", "key"),
    [
        ("Order 1042 of 'u-7' timed out after 30 s", "order of timed out after s"),
        ("order 7 of 'Bob' timed out after 5 s", "order of timed out after s"),
        ("Can't reach Bob's server at 10.0.0.1:8080", "can t reach bob s server at"),
        ("GET https://api.example.com/v1?x=1 failed", "get failed"),
        ("user a.b@example.com not found", "user not found"),
        ('KeyError: “name”, `x`, «y», "z"', "keyerror"),
        ("2026-05-01T10:00:00Z fe80::1 0x7fde 9b2e-11 refused", "refused"),
        ("Ошибка 55", "ошибка"),
        ("404", "404"),
        ("x" * 500, "x" * 200),
    ],
)
def test_error_key_keeps_only_what_is_the_same_each_time(error, key):
    assert key == error_key(error)


def test_turns_without_seq_are_ordered_by_time_where_all_have_one(session):
    events = [{"kind": "note", "at": AT.format(second)} for second in (1, 5)]
    told = session(messages=[said("user", 1), said("agent", 3)], events=events)

    assert [0, 2] == [message["seq"] for message in told["messages"]]
    assert [1, 3] == [event["seq"] for event in told["events"]]


def test_turns_without_seq_and_times_are_messages_first(session):
    told = session(messages=[said("user"), said("agent")], events=[{"kind": "note"}])

    assert [0, 1] == [message["seq"] for message in told["messages"]]
    assert [2] == [event["seq"] for event in told["events"]]


def test_clock_skew_is_counted_not_imported(parley):
    late = {"session_id": "s", "started_at": AT.format(7), "ended_at": AT.format(1)}
    batch = parley(imports.ndjson([late])).batch

    assert [None] == batch.sessions["duration_ms"].to_pylist()


def test_kinds_are_distinct_and_sorted(parley):
    events = [{"kind": kind} for kind in ("note", "error", "note")]
    batch = parley(imports.ndjson([{"session_id": "s", "events": events}])).batch

    assert [["error", "note"]] == batch.sessions["event_kinds"].to_pylist()


@pytest.mark.parametrize("status", [None, *Status])
def test_status_that_is_not_stated_is_marked(session, status):
    told = session(dataclasses.replace(imports.OPTIONS, default_status=status))

    assert (status or "completed") == told["status"]
    assert {"status_assumed": ["true"]} == told["metadata"]


def content_hash(parley, **line):
    return parley(imports.ndjson([line])).batch.sessions["content_hash"][0].as_py()


def test_hash_is_of_the_content_not_of_its_spelling(parley):
    one = {
        "session_id": "s",
        "status": "active",
        "started_at": AT.format(1),
        "metadata": {"a": 1, "b": [2]},
    }
    same = {
        "metadata": {"b": ["2"], "a": ["1"]}, "started_at": "2026-05-01T12:00:01.000+02:00",
        "channel": "web", "updated_at": AT.format(9), "status": "active", "session_id": "s",
    }  # fmt: skip

    assert content_hash(parley, **one) == content_hash(parley, **same)


@pytest.mark.parametrize(
    "change",
    [
        {"user_id": "u"},
        {"metadata": {"a": "1"}},
        {"messages": [said("user")]},
        {"messages": [said("user", seq=1)]},
        {"events": [{"kind": "note"}]},
        {"status": "active"},
    ],
)
def test_hash_changes_with_everything_that_is_stored(parley, change):
    assert content_hash(parley, session_id="s") != content_hash(parley, session_id="s", **change)


def test_hash_stays_the_same_from_version_to_version(parley):
    """Otherwise the next import of an old file would replace all that it holds."""
    line = {"session_id": "s", "messages": [said("user", 1)], "events": [{"kind": "note"}]}

    assert content_hash(parley, **line) == "dc3a4f0fd28968bd6095d088bada3bfb"
