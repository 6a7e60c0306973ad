"""Turns, tool calls with their results, silences: from frames to what is drawn."""

from datetime import datetime, timedelta

import polars as pl
import pytest

from components import transcript
from models import EventKind, SessionType

START = datetime.fromisoformat("2026-11-22T14:00")


def at(seconds):
    return None if seconds is None else START + timedelta(seconds=seconds)


def turns(*told):
    """Return the turns of (kind, name or text, second), numbered in their order."""
    said, happened = [], []
    for seq, (kind, text, second) in enumerate(told):
        if kind in ("user", "agent"):
            said.append({"seq": seq, "sent_at": at(second), "sender": kind, "content": text})
        else:
            event = {"seq": seq, "at": at(second), "kind": kind, "name": text, "detail": f"d{seq}"}
            happened.append(event)
    return transcript.turns(pl.DataFrame(said), pl.DataFrame(happened))


def pairs(*told):
    return [
        (row["seq"], row.get("answer_seq")) for row in turns(*told) if row["kind"] == "tool_call"
    ]


def call(name, second=0):
    return (EventKind.TOOL_CALL, name, second)


def result(name, second=1):
    return (EventKind.TOOL_RESULT, name, second)


def test_a_result_belongs_to_its_call():
    (row,) = turns(call("find"), result("find", 2))

    assert ("d0", "d1", 1) == (row["text"], row["answer"], row["answer_seq"])
    assert 2000 == row["answered_at"] - row["at"]


def test_calls_side_by_side_get_their_results_in_order():
    assert [(0, 2), (1, 3)] == pairs(call("find"), call("find"), result("find"), result("find"))
    assert [(0, 3), (1, 2)] == pairs(call("a"), call("b"), result("b"), result("a"))


@pytest.mark.parametrize("between", ["error", "agent", "user"])
def test_a_call_that_failed_takes_no_result_of_the_next(between):
    assert [(0, None), (2, 3)] == pairs(call("pay"), (between, "x", 1), call("pay"), result("pay"))


def test_words_between_call_and_result_do_not_part_them():
    assert [(0, 2)] == pairs(call("find"), ("user", "hurry", 1), result("find"))


def test_a_result_without_a_call_is_a_turn_of_its_own():
    assert ["tool_result"] == [row["kind"] for row in turns(result("find"))]


@pytest.mark.parametrize("kind", SessionType)
def test_a_pause_is_silence_from_its_bound_on(kind):
    bound = transcript.SILENCE_MS[kind] / 1000
    rows = turns(("user", "a", 0), ("agent", "b", bound - 1), ("user", "c", 2 * bound - 1))

    assert [(2, transcript.SILENCE_MS[kind])] == transcript.silences(rows, kind)


def test_what_happens_breaks_a_silence():
    rows = turns(("user", "a", 0), call("find", 50), result("find", 100), ("agent", "b", 150))

    assert [] == transcript.silences(rows, SessionType.CHAT)


def test_notes_and_turns_without_a_time_break_no_silence():
    rows = turns(("user", "a", 0), ("note", "later", 30), ("agent", "b", None), ("user", "c", 61))

    assert [(3, 61_000)] == transcript.silences(rows, SessionType.CHAT)


def test_times_that_go_back_are_no_silence():
    rows = turns(("user", "a", 500), ("agent", "b", 0), ("user", "c", 520))

    assert [] == transcript.silences(rows, SessionType.CHAT)


def test_columns_hold_names_and_answers_only_where_there_are_some():
    columns = transcript.columns(turns(("user", "a", 0), call("find"), result("find")))

    assert ["user", "tool_call"] == columns["kind"]
    assert ({1: "find"}, {1: "d2"}) == (columns["name"], columns["answer"])


def test_a_session_without_turns_has_none():
    assert [] == transcript.turns(pl.DataFrame(), pl.DataFrame())
