"""Collecting derived sessions into Arrow tables of some thousand sessions each."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import chain

import numpy as np
import pyarrow as pa

from ingest.derive import Derived
from lake.schema import EVENTS, MESSAGES, SESSIONS, TIME, Batch

MAX_SESSIONS = 4096
MAX_SIZE = 16 * 1024 * 1024  # bytes of content, about

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Collector:
    """Sessions on their way into one batch, in which an id stands once."""

    def __init__(self) -> None:
        """Begin empty."""
        self._held: list[Derived] = []
        self._ids: set[str] = set()
        self._size = 0

    def __len__(self) -> int:
        """Return how many sessions are held."""
        return len(self._held)

    def takes(self, session: Derived) -> bool:
        """Say whether there is room for the session, and none of its id yet."""
        return (
            len(self._held) < MAX_SESSIONS
            and self._size < MAX_SIZE
            and session.session_id not in self._ids
        )

    def add(self, session: Derived) -> None:
        """Hold one more session."""
        self._held.append(session)
        self._ids.add(session.session_id)
        self._size += session.size

    def batch(self) -> Batch:
        """Return the held sessions as tables, and begin anew."""
        held, self._held, self._ids, self._size = self._held, [], set(), 0
        sessions = _sessions([session.row for session in held])
        return Batch(sessions, _messages(sessions, held), _events(sessions, held))


def _sessions(rows: Sequence[tuple[object, ...]]) -> pa.Table:
    """Return the sessions table of `rows`, which are in the order of the schema."""
    columns = zip(*rows, strict=True) if rows else [()] * len(SESSIONS)
    arrays = [
        _times(values) if column.type == TIME else pa.array(values, column.type)
        for column, values in zip(SESSIONS, columns, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=SESSIONS)


def _messages(sessions: pa.Table, held: Sequence[Derived]) -> pa.Table:
    """Return the messages table."""
    messages = list(chain.from_iterable(session.messages for session in held))
    arrays = [
        *_repeated(sessions, [len(session.messages) for session in held]),
        pa.array([message.seq for message in messages], pa.int32()),
        _times([message.sent_at for message in messages]),
        pa.array([message.sender for message in messages], pa.string()),
        pa.array([message.content for message in messages], pa.string()),
    ]
    return pa.Table.from_arrays(arrays, schema=MESSAGES)


def _events(sessions: pa.Table, held: Sequence[Derived]) -> pa.Table:
    """Return the events table."""
    events = list(chain.from_iterable(session.events for session in held))
    arrays = [
        *_repeated(sessions, [len(session.events) for session in held]),
        pa.array([event.seq for event in events], pa.int32()),
        _times([event.at for event in events]),
        pa.array([event.kind for event in events], pa.string()),
        pa.array([event.name for event in events], pa.string()),
        pa.array([event.detail for event in events], pa.string()),
    ]
    return pa.Table.from_arrays(arrays, schema=EVENTS)


def _repeated(sessions: pa.Table, counts: Sequence[int]) -> list[pa.ChunkedArray]:
    """Return id and start of each session, as often as it has turns."""
    rows = pa.array(np.repeat(np.arange(len(counts)), counts))
    return [sessions[name].take(rows) for name in ("session_id", "started_at")]


def _times(moments: Sequence[datetime | None]) -> pa.Array:
    """Return UTC times as Arrow; by way of durations, which convert ten times as fast."""
    since = [None if moment is None else moment - _EPOCH for moment in moments]
    return pa.array(since, pa.duration("us")).cast(pa.int64()).cast(TIME)
