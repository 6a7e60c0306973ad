"""One session: information, messages, events; by its id alone, within the viewer's scope."""

import json
from datetime import datetime

import duckdb
import pytest

from errors import SessionNotFoundError
from lake.files import StoredFile
from lake.relations import cold
from lake.schema import SESSION_COLUMNS
from queries import session
from queries.filters import Scope
from queries.statement import sql

EVERYONE = Scope()


def test_information_has_the_columns_of_the_contract(snapshot, world_rows):
    for row in world_rows[:20]:
        known = session.information(row["session_id"], snapshot, EVERYONE)

        assert tuple(known) == SESSION_COLUMNS
        start = row["started_at"] and row["started_at"].replace(tzinfo=None)
        assert (row["agent_name"], start) == (known["agent_name"], known["started_at"])
        assert row["metadata"] == json.loads(known["metadata"])


def test_messages_and_events_come_in_order_with_and_without_a_start(snapshot, world_rows):
    for row in world_rows[:9]:
        session_id = row["session_id"]
        messages = session.messages(session_id, snapshot, EVERYONE)
        events = session.events(session_id, snapshot, EVERYONE)

        assert ["seq", "sent_at", "sender", "content"] == messages.columns
        assert [1, 3] == messages["seq"].to_list()
        assert f"user {session_id}" == messages["content"][0]
        assert ["seq", "at", "kind", "name", "detail"] == events.columns
        assert [(2, "note")] == events.select("seq", "kind").rows()


@pytest.mark.parametrize("question", [session.information, session.messages, session.events])
def test_an_unknown_id_and_one_out_of_scope_are_the_same(snapshot, world_rows, question):
    row = next(row for row in world_rows if row["agent_id"] == "a1")
    wrong = [
        ("nothing", EVERYONE),
        (row["session_id"].upper() + "x", EVERYONE),
        (row["session_id"], Scope(frozenset({"a2"}))),
        (row["session_id"], Scope(frozenset())),
    ]
    for session_id, scope in wrong:
        with pytest.raises(SessionNotFoundError, match=session_id):
            question(session_id, snapshot, scope)
    question(row["session_id"], snapshot, Scope(frozenset({"a1"})))


def test_an_external_id_is_for_search_only(snapshot, world_rows):
    row = next(row for row in world_rows if row["external_id"])

    with pytest.raises(SessionNotFoundError):
        session.information(row["external_id"], snapshot, EVERYONE)


@pytest.mark.parametrize("name", ["session_messages", "session_events"])
def test_the_start_of_a_session_prunes_the_read(tmp_path, name):
    """All rows have one id, so that only the start can tell the row groups apart."""
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    file = tmp_path / "turns.parquet"
    connection.sql(
        "select 's' as session_id, timestamptz '2026-01-01' + to_minutes(range) as "
        "session_started_at, 1 as seq, null::timestamptz as sent_at, 'user' as sender, "
        "'x' as content, null::timestamptz as at, 'note' as kind, 'n' as name, 'd' as detail "
        "from range(40960)"
    ).write_parquet(str(file), row_group_size=4096)
    for table in ("messages", "events"):
        stored = StoredFile(str(file), "2026-01", 0, 40960)
        connection.execute(f"create view {table} as {cold(table, [stored])}")
    bound = {"session_id": "s", "started_at": datetime(2026, 1, 9, 3)}  # noqa: DTZ001  as bound

    plan = connection.sql(f"explain analyze {sql(name).text}", params=bound).fetchall()[0][1]
    assert "Row Groups Scanned: 1 / 10" in plan
    connection.close()
