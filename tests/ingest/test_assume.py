"""`--assume-times`: the same times at each import, only where the source has none."""

import dataclasses

import pytest

from ingest.options import Period
from tests.ingest import imports
from tests.ingest.test_derive import AT, said

PERIOD = Period.parse("2026-01-01..2026-01-31")
ASSUMING = dataclasses.replace(imports.OPTIONS, assume_times=PERIOD)


def test_assumed_times_are_the_same_each_time_and_differ_between_sessions(parley):
    lines = [{"session_id": f"s{n}", "messages": [said("user"), said("agent")]} for n in range(50)]
    first, second = (
        imports.exported(parley(imports.ndjson(order), options=ASSUMING).batch)
        for order in (lines, lines[::-1])
    )

    assert first == second
    assert len({line["started_at"] for line in first}) == 50
    for line in first:
        assert "2026-01-01" <= line["started_at"] < "2026-02-01"
        assert ["true"] == line["metadata"]["times_assumed"]
        assert line["ended_at"] == line["last_message_at"]
        assert 2000 <= line["first_response_ms"] <= 20_000


def test_assumed_times_follow_the_order_of_the_turns(session):
    told = session(
        ASSUMING,
        messages=[said("agent", seq=3), said("user", seq=1)],
        events=[{"kind": "note", "seq": 2}],
    )
    first, last = told["messages"]

    assert first["sent_at"] < told["events"][0]["at"] < last["sent_at"]


def test_assumed_end_of_a_running_session_stays_open(session):
    assert session(ASSUMING, status="active")["ended_at"] is None


@pytest.mark.parametrize(
    "line",
    [
        {"started_at": AT.format(1)},
        {"ended_at": AT.format(1)},
        {"messages": [said("user", 1), said("agent")]},
        {"events": [{"kind": "note", "at": AT.format(1)}]},
    ],
)
def test_no_time_is_assumed_where_the_source_states_one(session, line):
    assert session(**line) == session(ASSUMING, **line)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-01-01..2026-01-01", "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00"),
        (
            "2026-01-01T10:00:00+02:00..2026-01-02",
            "2026-01-01T08:00:00+00:00",
            "2026-01-03T00:00:00+00:00",
        ),
        ("2026-01-01..2026-01-01T01:00", "2026-01-01T00:00:00+00:00", "2026-01-01T01:00:00+00:00"),
    ],
)
def test_period_is_from_until(text, start, end):
    period = Period.parse(text)

    assert (start, end) == (period.start.isoformat(), period.end.isoformat())


@pytest.mark.parametrize("text", ["", "2026-01-01", "a..b", "2026-01-02..2026-01-01", ".."])
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError, match=r".+"):
        Period.parse(text)
