"""Small lakes made of literal rows, for the tests of what happens to them."""

import time
from datetime import UTC, datetime, timedelta

import pyarrow as pa

from lake import standing
from lake.recall import stored
from lake.schema import EVENTS, MESSAGES, SESSIONS, Batch
from lake.serving import Lake
from lake.writer import Writer

FIRST = datetime(2026, 9, 1, tzinfo=UTC)


def batch(numbers, *, mark="", first=FIRST, hours=24):
    """Return one session a number: `hours` apart, each 10th without a start, two messages each."""
    rows = [_session(number, mark, first, hours) for number in numbers]
    messages = [
        {
            "session_id": row["session_id"],
            "session_started_at": row["started_at"],
            "seq": seq,
            "sent_at": row["started_at"],
            "sender": sender,
            "content": f"{sender} {row['session_id']} {mark}",
        }
        for row in rows
        for seq, sender in ((1, "user"), (3, "agent"))
    ]
    events = [
        {
            "session_id": row["session_id"],
            "session_started_at": row["started_at"],
            "seq": 2,
            "at": row["started_at"],
            "kind": "tool_call",
            "name": "look_up",
            "detail": "{}",
        }
        for row in rows
    ]
    return Batch(
        pa.Table.from_pylist(rows, SESSIONS),
        pa.Table.from_pylist(messages, MESSAGES),
        pa.Table.from_pylist(events, EVENTS),
    )


def _session(number, mark, first, hours):
    started_at = first + timedelta(hours=hours * number) if number % 10 else None
    return {
        "session_id": f"s{number}",
        "source": "test",
        "agent_id": "a",
        "agent_name": "Ärzte",
        "channel": "web",
        "type": "chat",
        "status": "completed",
        "started_at": started_at,
        "ended_at": started_at,
        "message_count": 2,
        "event_count": 1,
        "metadata": f'{{"number":["{number}"],"tags":["x","y{mark}"]}}',
        "updated_at": first,
        "event_kinds": ["tool_call"],
        "content_hash": f"{number}{mark}",
    }


def write(settings, *batches, **options):
    """Write batches in one commit; returns the result."""
    with Writer(settings, **options) as writer:
        for each in batches:
            writer.add(each)
        return writer.commit()


def ids(publication, table="sessions"):
    """Return the sorted session ids of a relation."""
    rows = publication.cursor().execute(f"select session_id from {table}").fetchall()
    return sorted(row[0] for row in rows)


def opened(settings):
    """Return a lake that is started and closed around a block."""
    return Lake(settings)


def settle(lake, seen=lambda publication: publication.kind == "index"):
    """Wait until the newest publication is as wanted; fails after ten seconds."""
    for _ in range(1000):
        with lake.lease() as publication:
            if seen(publication):
                return
        time.sleep(0.01)
    raise AssertionError("the lake did not settle in ten seconds")


def recalling(settings):
    """Return how sessions of the cold files are found, as events of them come."""

    def recall(wanted, forgotten):
        with standing.published(settings) as publication:
            return stored(publication, wanted, forgotten)

    return recall
