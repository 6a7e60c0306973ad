"""The nasty sessions of `world` with events at nasty times, and the lists that the oracle makes.

Events happen before the start of their session, weeks after it, at the same moment as others, after
the tick, or nobody knows when.
"""

import json
import random
from datetime import timedelta

import pyarrow as pa

from lake.schema import EVENTS, MESSAGES, SESSIONS, Batch
from models import EventKind
from tests.queries import world

OFFSETS = (
    timedelta(hours=-1), timedelta(0), timedelta(seconds=1), timedelta(seconds=90),
    timedelta(minutes=15), timedelta(hours=2), timedelta(days=3), timedelta(days=40),
)  # fmt: skip


def rows():
    """Return sessions as the oracle reads them, each with the list of its `events`."""
    chance = random.Random(7)  # noqa: S311  the same events each time
    return [_eventful(row, chance) for row in world.rows()]


def _eventful(row, chance):
    kinds = chance.choices(list(EventKind), k=chance.choice([0, 1, 1, 2, 5]))
    events = [
        {
            "session_id": row["session_id"],
            "session_started_at": row["started_at"],
            "seq": 3 * number + 1,
            "at": _at(row, chance),
            "kind": str(kind),
            "name": f"name {number}",
            "detail": f"{kind} of {row['session_id']}",
        }
        for number, kind in enumerate(kinds)
    ]
    told = {"event_kinds": sorted({str(kind) for kind in kinds}), "event_count": len(events)}
    return {**row, **told, "events": events}


def _at(row, chance):
    if chance.random() < 0.15:
        return None
    begin = row["started_at"] or world.TICK - timedelta(days=chance.randrange(60))
    return begin.replace(second=0, microsecond=0) + chance.choice(OFFSETS)


def batch(sessions):
    """Return the sessions with their events as an importer hands them over."""
    stored = [
        {
            **{name: value for name, value in row.items() if name != "events"},
            "metadata": json.dumps(row["metadata"]),
            "content_hash": row["session_id"],
        }
        for row in sessions
    ]
    events = [event for row in sessions for event in row["events"]]
    return Batch(
        pa.Table.from_pylist(stored, SESSIONS),
        pa.Table.from_pylist([], MESSAGES),
        pa.Table.from_pylist(events, EVENTS),
    )


def listed(sessions, kinds=()):
    """Return the events of some sessions in the order of the activity log."""
    wanted = {str(kind) for kind in kinds}
    events = [
        event
        for row in sessions
        for event in row["events"]
        if not wanted or event["kind"] in wanted
    ]
    timed = [event for event in events if event["at"] is not None]
    untimed = [event for event in events if event["at"] is None]
    for part in (timed, untimed):
        part.sort(key=lambda event: (event["session_id"], -event["seq"]))
    timed.sort(key=lambda event: event["at"], reverse=True)  # stable: the id stays the tie
    return timed + untimed
