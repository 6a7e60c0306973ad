"""A folder of plain Parquet, read in place: defaults, metadata, what is left out, no change."""

import json
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lake.files import sha256
from tests.lake.lakes import ids, opened, settle

NOON = datetime(2026, 9, 1, 12)  # noqa: DTZ001  naive on purpose: it is UTC


def put(settings, table, name="a", **columns):
    """Write a Parquet file of the given columns into a table's folder."""
    folder = settings.data / table
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), folder / f"{name}.parquet")


def rows(lake, sql):
    with lake.lease() as publication:
        return publication.cursor().execute(sql).fetchall()


def test_two_columns_are_enough(own_settings):
    put(own_settings, "sessions", session_id=["a", "b"], started_at=[NOON, None])
    with opened(own_settings) as lake:
        settle(lake)
        found = rows(lake, "select * from sessions order by session_id")
        names = [d[0] for d in _description(lake)]
        first = dict(zip(names, found[0], strict=True))

    assert ("web", "chat", "active", "unknown", "unknown", "{}") == tuple(
        first[name] for name in ("channel", "type", "status", "agent_id", "agent_name", "metadata")
    )
    assert (NOON, None) == (first["started_at"], found[1][names.index("started_at")])


def _description(lake):
    with lake.lease() as publication:
        return publication.cursor().execute("select * from sessions").description


def test_extra_columns_become_metadata(own_settings):
    put(
        own_settings, "sessions", session_id=["a", "b"], started_at=[NOON, NOON],
        plan=["pro", None], tags=[["x", "y"], []], score=[4, 5],
        metadata=['{"plan": "free", "deep": {"er": 1}}', None],
    )  # fmt: skip
    with opened(own_settings) as lake:
        found = rows(lake, "select metadata from sessions order by session_id")

    assert {
        "plan": ["free"],
        "deep": ['{"er":1}'],
        "tags": ["x", "y"],
        "score": ["4"],
    } == json.loads(found[0][0])
    assert {"score": ["5"]} == json.loads(found[1][0])


def test_messages_and_events_are_counted_and_read(own_settings):
    put(
        own_settings,
        "sessions",
        session_id=["a", "b"],
        started_at=[NOON, NOON],
        ended_at=[NOON, None],
    )
    put(
        own_settings,
        "messages",
        session_id=["a", "a"],
        sender=["user", "agent"],
        content=["hi", None],
    )
    put(own_settings, "events", session_id=["b"], kind=["error"], detail=["broken"])
    with opened(own_settings) as lake:
        settle(lake)
        counts = rows(
            lake,
            "select session_id, status, duration_ms, message_count, event_count, event_kinds "
            "from sessions order by session_id",
        )
        texts = rows(lake, "select content from messages where session_id = 'a' order by seq")

    assert [("a", "completed", 0, 2, 0, []), ("b", "active", None, 0, 1, ["error"])] == counts
    assert {("hi",), ("",)} == set(texts)


@pytest.mark.parametrize("states_start", [True, False], ids=["stated", "not stated"])
def test_turns_have_the_start_of_their_session_whether_their_file_states_it(
    own_settings, states_start
):
    """By it the transcript of a session is found."""
    put(own_settings, "sessions", session_id=["a", "b"], started_at=[NOON, None])
    stated = {"session_started_at": [NOON, None]} if states_start else {}
    put(own_settings, "messages", session_id=["a", "b"], sender=["user"] * 2, content=["hi", "ho"],
        **stated)  # fmt: skip
    put(own_settings, "events", session_id=["a", "b"], kind=["note"] * 2, **stated)
    with opened(own_settings) as lake:
        settle(lake)
        for table in ("messages", "events"):
            question = f"select session_id, session_started_at from {table} order by session_id"
            assert [("a", NOON), ("b", None)] == rows(lake, question)


def test_rows_that_are_no_session_are_left_out_and_told(own_settings):
    put(
        own_settings, "sessions", session_id=["a", "a", None, "c"],
        started_at=[NOON] * 4, channel=["web", "web", "web", "pigeon"],
    )  # fmt: skip
    with opened(own_settings) as lake, lake.lease() as publication:
        assert ["a"] == ids(publication)
        assert "3 rows" in publication.set_aside[0].reason
        assert not publication.complete


@pytest.mark.parametrize("damage", ["garbage", "foreign", "torn"])
def test_a_bad_file_is_set_aside_and_the_rest_is_shown(own_settings, damage):
    put(own_settings, "sessions", session_id=["a"], started_at=[NOON])
    put(own_settings, "sessions", "b", session_id=["b"] * 1, started_at=[NOON])
    path = own_settings.data / "sessions/b.parquet"
    if damage == "foreign":
        put(own_settings, "sessions", "b", other=[1])
    else:
        path.write_bytes(b"garbage" if damage == "garbage" else path.read_bytes()[:-20])
    with opened(own_settings) as lake:
        settle(lake)
        with lake.lease() as publication:
            assert ["a"] == ids(publication)
            assert [str(path)] == [item.path for item in publication.set_aside]


def test_the_folder_is_never_changed_and_a_new_file_is_noticed(own_settings):
    put(own_settings, "sessions", session_id=["a"], started_at=[NOON])
    path = own_settings.data / "sessions/a.parquet"
    before = (sha256(path), path.stat().st_mtime_ns)
    with opened(own_settings) as lake:
        settle(lake)
        name = lake.publication_name()
        put(own_settings, "sessions", "b", session_id=["b"], started_at=[NOON])
        settle(lake, lambda publication: publication.name != name)
        with lake.lease() as publication:
            assert ["a", "b"] == ids(publication)

    assert before == (sha256(path), path.stat().st_mtime_ns)
    assert {"sessions"} == {path.name for path in own_settings.data.iterdir()}
