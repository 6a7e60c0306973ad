from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from ingest import demo
from ingest.demo import generate
from ingest.demo.rhythm import rhythm
from tests.demo.conftest import END, ZONE, frames
from tests.demo.truth import complaints

ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]


def test_the_same_arguments_give_the_same_data():
    first, again = frames(300), frames(300)

    assert all(one.equals(other) for one, other in zip(first, again, strict=True))


def test_another_seed_gives_other_data():
    sessions, messages, _ = frames(300)
    others, said, _ = frames(300, seed=8)

    assert not set(sessions["session_id"]) & set(others["session_id"])
    assert not messages["content"].equals(said["content"])


def test_the_size_of_the_batches_changes_nothing(monkeypatch):
    whole = frames(300)
    monkeypatch.setattr(demo, "BATCH", 7)
    parts = frames(300)

    assert all(one.equals(other) for one, other in zip(whole, parts, strict=True))


def test_batches_have_the_stated_size(monkeypatch):
    monkeypatch.setattr(demo, "BATCH", 100)

    assert [100, 100, 50] == [len(b.sessions) for b in generate(250, end=END, zone=ZONE)]


def untroubled(sessions, end):
    """Return the ended sessions that the incident cannot have touched."""
    begin, until = rhythm(end, 90, ZONE, 7).incident
    started = pl.col("started_at").dt.epoch("us")
    return sessions.filter((pl.col("status") != "active") & ~started.is_between(begin, until))


@pytest.mark.parametrize("later", [timedelta(minutes=3), timedelta(days=10, hours=5)])
def test_another_end_moves_the_same_conversations(later):
    sessions, messages, events = frames(4_000)
    moved, said, done = frames(4_000, end=END + later)
    both = untroubled(sessions, END).join(
        untroubled(moved, END + later), on="session_id", how="inner", maintain_order="left"
    )
    same = ["agent_id", "channel", "type", "status", "user_id", "message_count", "metadata"]

    assert sessions["session_id"].equals(moved["session_id"])
    assert len(both) > 0.98 * len(sessions)
    assert (both["started_at_right"] - both["started_at"]).abs().median() > timedelta(minutes=1)
    assert (both["content_hash"] != both["content_hash_right"]).mean() > 0.99
    assert all(both[name].equals(both[f"{name}_right"], null_equal=True) for name in same)
    for before, after, columns in (
        (messages, said, ["session_id", "seq", "sender", "content"]),
        (events, done, ["session_id", "seq", "kind", "name", "detail"]),
    ):
        kept = [
            rows.join(both, on="session_id", how="semi").select(columns).sort(columns[:2])
            for rows in (before, after)
        ]
        assert kept[0].equals(kept[1])


@given(
    sessions=st.integers(0, 80),
    days=st.integers(1, 60),
    seed=st.integers(0, 2**32 - 1),
    end=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  the strategy adds the zone
    zone=st.sampled_from(ZONES),
)
@settings(max_examples=25)
def test_any_sample_data_is_true_to_itself(sessions, days, seed, end, zone):
    for batch in generate(sessions, days=days, seed=seed, end=end, zone=zone):
        assert [] == complaints(batch, end - timedelta(days=days), end)


def test_a_large_batch_is_true_to_itself():
    batch = next(generate(3_000, end=END, zone=ZONE))

    assert [] == complaints(batch, END - timedelta(days=90), END)


def test_nothing_is_made_of_nothing():
    assert [] == list(generate(0, end=END, zone=ZONE))


@pytest.mark.parametrize(
    "wrong", [{"sessions": -1}, {"days": 0}, {"seed": -1}, {"zone": "Mars/Olympus"}]
)
def test_arguments_that_cannot_be_used_are_refused(wrong):
    arguments = {"sessions": 10, "end": END, "zone": ZONE} | wrong
    with pytest.raises(ValidationError):
        next(generate(**arguments))
