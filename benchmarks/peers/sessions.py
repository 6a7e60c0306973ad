"""The sessions that every side holds, and what each question about them has to be answered.

They are those of a lake of the benchmarks, read from its Parquet files. A peer knows a session as
one trace with one span; messages and events stay behind, and no question of a peer reads them.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import polars as pl
from deltalake import DeltaTable

from benchmarks.measure import settings

SIZE = 100_000
FIRST = 50  # rows of a page
CHANNEL, STATUS = "web", "failed"
PREFIX = 10  # characters of an id that somebody looks for
COLUMNS = ("session_id", "agent_id", "agent_name", "channel", "type", "status")

Answer = list[str] | int | dict[str, int]


class Question(StrEnum):
    """What both sides can be asked, in the words of the table."""

    NEWEST = f"the {FIRST} newest sessions"
    FILTERED = f"the {FIRST} newest of {CHANNEL} that {STATUS}"
    COUNT = "how many sessions there are"
    BY_STATUS = "how many of each status"
    BY_DAY = "how many a day"
    BY_DAY_AND_CHANNEL = "how many a day of each channel"
    ONE = "one session by its id"
    FOUND = f"sessions whose id holds {PREFIX} characters"


@dataclass(frozen=True)
class Sessions:
    """All sessions, oldest first, with `ended_at` where a peer needs an end.

    One that goes on ends where it was last heard of.
    """

    rows: pl.DataFrame

    @property
    def days(self) -> tuple[datetime, datetime]:
        """The first start and the last one."""
        return self.rows["started_at"].item(0), self.rows["started_at"].item(-1)

    @cached_property
    def name(self) -> str:
        """A name of them, which others do not have."""
        return hashlib.sha256(self.rows.write_csv().encode()).hexdigest()

    def some(self, count: int) -> list[str]:
        """Return ids that lie far apart."""
        ids = self.rows["session_id"]
        return [ids.item((2 * place + 1) * len(ids) // (2 * count)) for place in range(count)]

    def expected(self, question: Question, session_id: str) -> Answer:
        """Return the right answer: ids newest first, a number, or numbers by what they are of."""
        return EXPECTED[question](self.rows, session_id)


def held(size: int = SIZE) -> Sessions:
    """Read the sessions of a lake of the benchmarks."""
    table = DeltaTable(settings(size).data / "sessions").to_pyarrow_table()
    last = pl.coalesce("ended_at", "last_message_at", "started_at")
    columns = (*COLUMNS, "started_at", last.alias("ended_at"))
    read = pl.from_arrow(table)
    if not isinstance(read, pl.DataFrame):
        raise TypeError("a table was expected")
    return Sessions(read.select(columns).sort("started_at", "session_id"))


def _newest(rows: pl.DataFrame, *narrowing: pl.Expr) -> list[str]:
    return rows.filter(*narrowing).tail(FIRST)["session_id"].reverse().to_list()


def _numbers(rows: pl.DataFrame, *of: pl.Expr) -> dict[str, int]:
    """Return how many sessions there are by the text of some expressions."""
    name = pl.concat_str(of, separator=" ").alias("name")
    return dict(rows.group_by(name).len().iter_rows())


def _has(session_id: str) -> pl.Expr:
    return pl.col("session_id").str.contains(session_id[:PREFIX], literal=True)


_DAY = pl.col("started_at").dt.strftime("%Y-%m-%d")
_CHANNEL, _STATUS = pl.col("channel"), pl.col("status")

EXPECTED: dict[Question, Callable[[pl.DataFrame, str], Answer]] = {
    Question.NEWEST: lambda rows, _: _newest(rows),
    Question.FILTERED: lambda rows, _: _newest(rows, _CHANNEL == CHANNEL, _STATUS == STATUS),
    Question.COUNT: lambda rows, _: rows.height,
    Question.BY_STATUS: lambda rows, _: _numbers(rows, _STATUS),
    Question.BY_DAY: lambda rows, _: _numbers(rows, _DAY),
    Question.BY_DAY_AND_CHANNEL: lambda rows, _: _numbers(rows, _DAY, _CHANNEL),
    Question.ONE: lambda _, session_id: [session_id],
    Question.FOUND: lambda rows, session_id: _newest(rows, _has(session_id)),
}
