"""What is put beside each other is the same question, and the table says what was measured."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import polars as pl
import pytest

from benchmarks.peers import page, serving
from benchmarks.peers.page import Taken
from benchmarks.peers.sessions import CHANNEL, COLUMNS, FIRST, STATUS, Question, Sessions
from benchmarks.peers.sides import all_sides
from models import Channel, Status

BEGIN = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def sessions():
    """Twelve days of sessions, of every channel and status."""
    rows = [
        {
            **dict.fromkeys(COLUMNS, "any"),
            "session_id": f"{number * 7919 % 1000:04}-{number:05}",
            "channel": list(Channel)[number % 5],
            "status": list(Status)[number % 3],
            "started_at": BEGIN + timedelta(minutes=17 * number),
            "ended_at": BEGIN + timedelta(minutes=17 * number + 3),
        }
        for number in range(1000)
    ]
    return Sessions(pl.DataFrame(rows))


def newest(rows):
    return [row["session_id"] for row in reversed(rows)][:FIRST]


def test_the_expected_answers_are_those_of_plain_counting(sessions):
    rows = sessions.rows.rows(named=True)
    wanted = sessions.some(3)[1]
    days = [f"{row['started_at']:%Y-%m-%d}" for row in rows]
    right = {
        Question.NEWEST: newest(rows),
        Question.FILTERED: newest(
            [row for row in rows if (row["channel"], row["status"]) == (CHANNEL, STATUS)]
        ),
        Question.COUNT: len(rows),
        Question.BY_STATUS: Counter(row["status"] for row in rows),
        Question.BY_DAY: Counter(days),
        Question.BY_DAY_AND_CHANNEL: Counter(
            f"{day} {row['channel']}" for day, row in zip(days, rows, strict=True)
        ),
        Question.ONE: [wanted],
        Question.FOUND: [wanted],
    }

    assert right == {question: sessions.expected(question, wanted) for question in Question}


@pytest.mark.parametrize("side", all_sides(), ids=lambda side: side.label)
def test_each_side_takes_every_question_about_the_session_that_is_named(side, sessions):
    one, other = sessions.some(2)
    for question in Question:
        asked, again = (side.asked(question, each, sessions) for each in (one, other))

        assert asked is not None
        assert asked.requests
        assert (asked.requests != again.requests) == (question in {Question.ONE, Question.FOUND})


def test_what_a_peer_is_installed_from_is_pinned_to_the_last_package():
    files = sorted(serving.HERE.glob("requirements-*.txt"))

    assert files
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines()[1:]:
            assert "==" in line, f"{file.name}: {line}"


def known(label, *, is_ours=False, is_tracing=False):
    """What a page knows of a side."""
    told = {"notes": "It is not run.", "version": "1.0", "label": label}
    return SimpleNamespace(**told, is_ours=is_ours, is_tracing=is_tracing)


@pytest.fixture
def taken():
    """Ours, a slow tracing peer, one that cannot count, and a fast one that is none."""
    return [
        Taken(known("Ours", is_ours=True), {Question.NEWEST: [2, 1, 9], Question.COUNT: [4]}, [1]),
        Taken(known("Slow", is_tracing=True), {Question.NEWEST: [80], Question.COUNT: [20]}, [5]),
        Taken(known("Tracing", is_tracing=True), {Question.NEWEST: [30]}, [1.5]),
        Taken(known("Table"), {Question.NEWEST: [3], Question.COUNT: [1]}, [0.5]),
    ]


def test_the_table_has_medians_and_a_dash_for_what_cannot_be_asked(taken):
    lines = page.table(taken).splitlines()

    assert f"| {Question.NEWEST} | 2.0 | 80.0 | 30.0 | 3.0 | 15.0 x |" in lines
    assert f"| {Question.COUNT} | 4.0 | 20.0 | - | 1.0 | 5.0 x |" in lines
    assert f"| {Question.ONE} | - | - | - | - | - |" in lines
    assert "| first row in Chromium | 1.00 s | 5.00 s | 1.50 s | 0.50 s | 1.5 x |" in lines


def test_a_bound_that_is_not_kept_is_told_on_the_page(taken):
    missed = [
        f"Ours: {Question.COUNT}: 5.0 x, not 10 x",
        "Ours: first row in Chromium: 1.5 x, not 2 x",
    ]

    assert missed == page.missed(taken)
    text = page.written(taken, "1")
    assert all(f"\n- {each}" in text for each in missed)
    assert text.count("It is not run.") == 1
    assert page.table(taken) in text
