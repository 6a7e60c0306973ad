"""What the journal holds of a session: its facts, its turns, and its row as questions see it.

A fact is a value with the time and the id of the event that stated it. Times are whole microseconds
since 1970 in UTC, so that SQLite, JSON and Arrow all take them as they are.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import pyarrow as pa

from lake.schema import EVENTS, MESSAGES, SESSIONS, TIME, Batch

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

STARTED = SESSIONS.names.index("started_at")

Row = list[Any]  # a session, in the order of its schema, times in microseconds


class Fact(msgspec.Struct, array_like=True, frozen=True):
    """A value, and the event that stated it; of two, the later one counts, then the greater id."""

    value: Any
    at: int
    by: str

    def is_before(self, other: "Fact") -> bool:
        """Return whether the other one counts."""
        return (self.at, self.by) < (other.at, other.by)


class Turn(NamedTuple):
    """A message (`word` is its sender) or an event (`word` is its kind), `arrival` its position."""

    arrival: int
    is_message: bool
    at: int | None
    seq: int | None  # as the sender has given it
    word: str
    name: str
    text: str


class Held(msgspec.Struct):
    """A session in the journal; `position` is that of its last change, `heard_at` when it came."""

    session_id: str
    source: str
    facts: dict[str, Fact]
    first_at: int  # the first and last time of its events, as they were sent
    last_at: int
    turns: list[Turn]
    row: Row
    position: int = 0
    heard_at: int = 0
    moved: int | None = None  # the commit that has taken it to the cold files, or is about to

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return bool(self.row) and self.row[SESSIONS.names.index("status")] != "active"


def micros(moment: datetime) -> int:
    """Return an aware time in microseconds."""
    return (moment - EPOCH) // MICROSECOND


def moment(value: int) -> datetime:
    """Return microseconds as an aware time in UTC."""
    return EPOCH + timedelta(microseconds=value)


def row_of(values: Iterable[object]) -> Row:
    """Return the values of a session's row as they are kept."""
    return [micros(value) if isinstance(value, datetime) else value for value in values]


def columns_of(row: Row) -> dict[str, Any]:
    """Return the columns of a row by name, times naive UTC."""
    return {
        field.name: moment(value).replace(tzinfo=None)
        if field.type == TIME and value is not None
        else value
        for field, value in zip(SESSIONS, row, strict=True)
    }


def numbered(turns: Sequence[Turn]) -> list[Turn]:
    """Return the turns of a session in their order, each with the seq that it has for now.

    A seq that the sender has given stays. Each other turn, in the order of (time, arrival), gets
    the next free one after those of the numbered turns that are not later than itself.
    """
    given = sorted((t for t in turns if t.seq is not None), key=_time_then_seq)
    used = {turn.seq for turn in given}
    placed = list(given)
    last, next_given, floor = -1, 0, -1
    for turn in sorted((t for t in turns if t.seq is None), key=lambda t: (t.at or 0, t.arrival)):
        while next_given < len(given) and (given[next_given].at or 0) <= (turn.at or 0):
            floor = max(floor, given[next_given].seq or 0)
            next_given += 1
        last = max(last, floor) + 1
        while last in used:
            last += 1
        placed.append(turn._replace(seq=last))
    return sorted(placed, key=lambda turn: turn.seq or 0)


def _time_then_seq(turn: Turn) -> tuple[int, int]:
    return turn.at or 0, turn.seq or 0


def tables(rows: Sequence[Row], turns: Mapping[str, Sequence[Turn]]) -> Batch:
    """Return sessions with their turns as the lake's tables."""
    sessions = pa.Table.from_arrays(
        [
            _column(field, values)
            for field, values in zip(
                SESSIONS, zip(*rows, strict=True) if rows else [()] * len(SESSIONS), strict=True
            )
        ],
        schema=SESSIONS,
    )
    said, happened = [], []
    for row in rows:
        for turn in numbered(turns.get(row[0], ())):
            told = (row[0], row[STARTED], turn.seq, turn.at, turn.word)
            if turn.is_message:
                said.append((*told, turn.text))
            else:
                happened.append((*told, turn.name, turn.text))
    return Batch(sessions, _table(MESSAGES, said), _table(EVENTS, happened))


def _table(schema: pa.Schema, rows: Sequence[tuple[object, ...]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else [()] * len(schema)
    arrays = [_column(field, values) for field, values in zip(schema, columns, strict=True)]
    return pa.Table.from_arrays(arrays, schema=schema)


def _column(field: pa.Field, values: Sequence[object]) -> pa.Array:
    if field.type == TIME:
        return pa.array(values, pa.int64()).cast(TIME)
    return pa.array(values, field.type)
