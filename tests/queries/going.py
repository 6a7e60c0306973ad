"""The nasty sessions of `happenings` in a lake and in the journal's tables beside it."""

import json
from dataclasses import replace

import pyarrow as pa

from lake import cold, index
from lake.hot import Hot
from lake.live import Held, Turn, micros, row_of
from lake.publication import Live, Publication
from lake.schema import EVENTS, MESSAGES, SESSIONS, Batch
from lake.writer import Writer
from tests.queries import world

KINDS = ("index", "parquet", "index with live", "parquet with live")
SAID = ((5, "agent"), (2, "user"))  # what is said in each session; events have other numbers


def publications(settings, rows):
    """Return a publication of each kind.

    Those with live sessions have a third of them in the journal alone, and others in both, of which
    the cold files know how they were before.
    """
    folder = settings.data.parent / "mixed"
    mixed = settings.model_copy(update={"data": folder / "lake", "state": folder / "state"})
    live = [row for place, row in enumerate(rows) if place % 3 == 0 or place % 5 == 0]
    before = [_before(row) if place % 5 == 0 else row for place, row in enumerate(rows)
              if place % 3 or place % 5 == 0]  # fmt: skip
    with_live = {kind: _beside(found, live) for kind, found in _cold(mixed, before).items()}
    return _cold(settings, rows) | {f"{kind} with live": each for kind, each in with_live.items()}


def _cold(settings, rows):
    with Writer(settings) as writer:
        writer.add(_batch(rows))
        writer.commit()
    state = cold.read(settings.data.resolve())
    index.build(settings, state, lambda _: None)
    opened = {"index": index.open_built(settings, state),
              "parquet": index.over_parquet(settings, state)}  # fmt: skip
    return {kind: Publication(f"{kind}-{settings.data}", kind, state, instance)
            for kind, instance in opened.items()}  # fmt: skip


def _beside(base, rows):
    """Return the publication with live sessions."""
    hot = Hot(base.instance, base.cold, is_index=base.kind == "index")
    hot.publish([held(row) for row in rows], 1, f"{base.name}.j1")
    told = Live(hot.number, base.name, hot.heard_at, hot.horizon, has_overlaid=hot.has_overlaid)
    return replace(base, name=f"{base.name}.j1", live=told)


def _before(row):
    """Return a session as it was: nothing of it counts any more."""
    other = "completed" if row["status"] == "active" else "active"
    return {**row, "status": other, "message_count": 7, "events": [], "last_message_at": None}


def _stored(row):
    told = {name: value for name, value in row.items() if name != "events"}
    return {**dict.fromkeys(SESSIONS.names), **told, "metadata": json.dumps(row["metadata"]),
            "content_hash": row["session_id"]}  # fmt: skip


def _batch(rows):
    messages = [
        {"session_id": row["session_id"], "session_started_at": row["started_at"], "seq": seq,
         "sender": sender, "content": f"{sender} {row['session_id']}"}
        for row in rows for seq, sender in SAID
    ]  # fmt: skip
    return Batch(
        pa.Table.from_pylist([_stored(row) for row in rows], SESSIONS),
        pa.Table.from_pylist(messages, MESSAGES),
        pa.Table.from_pylist([event for row in rows for event in row["events"]], EVENTS),
    )


def held(row):
    stored = _stored(row)
    said = [
        Turn(seq, True, None, seq, sender, "", f"{sender} {row['session_id']}")
        for seq, sender in SAID
    ]
    happened = [
        Turn(event["seq"], False, event["at"] and micros(event["at"]), event["seq"],
             event["kind"], event["name"], event["detail"])
        for event in row["events"]
    ]  # fmt: skip
    return Held(
        session_id=row["session_id"], source="test", facts={}, first_at=0, last_at=0,
        turns=[*said, *happened], row=row_of(stored[name] for name in SESSIONS.names),
        heard_at=micros(world.TICK),
    )  # fmt: skip
