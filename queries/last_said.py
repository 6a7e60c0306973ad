"""The last message of each of some sessions.

What is live has all its messages beside the cold files, where few lie; those of the others stay as
they are, and are remembered.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

import polars as pl

from lake.publication import Publication, periods_of
from queries.engine import Snapshot, fetch, lasting, sql
from queries.filters import Filters
from queries.statement import Statement

LENGTH = 120  # characters
_SAID = {"session_id": pl.String, "seq": pl.Int32, "sender": pl.String, "content": pl.String}


def beside(rows: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Return sessions with `seq`, `sender` and the beginning of `content` of their last message.

    `rows` have session_id, started_at and message_count; null where nothing has been said.
    """
    left = rows.filter(pl.col("message_count") > 0)
    found = [pl.DataFrame(schema=_SAID)]
    if snapshot.publication.live is not None and not left.is_empty():
        found.append(_said(left, sql("live_last").fresh, fetch, snapshot))
        left = left.join(found[-1], "session_id", "anti")
    if not left.is_empty():
        starts = frozenset(start and start.replace(day=1) for start in left["started_at"])
        ask = partial(lasting, shape=_Trusted(starts, snapshot.publication))
        found.append(_said(left, sql("live_last"), ask, snapshot))
    return rows.join(pl.concat(found), "session_id", "left", maintain_order="left")


def _said(
    rows: pl.DataFrame, statement: Statement, ask: Callable[..., pl.DataFrame], snapshot: Snapshot
) -> pl.DataFrame:
    """Return session_id, seq, sender and content of each session of which a statement reads any."""
    starts = rows["started_at"].unique().sort().to_list()
    periods = sorted({period for start in starts for period in periods_of(start)})
    return ask(
        statement, Filters(), snapshot, length=LENGTH, ids=tuple(rows["session_id"]),
        periods=tuple(periods), starts=tuple(start for start in starts if start is not None),
    )  # fmt: skip


@dataclass(frozen=True)
class _Trusted:
    """An answer from files that can be trusted: those of the months of some starts.

    What is set aside already is told elsewhere. Raises DamagedFileError.
    """

    starts: frozenset[datetime | None] = field(compare=False)
    publication: Publication = field(compare=False)

    def __call__(self, answer: pl.DataFrame) -> pl.DataFrame:
        """Check the files, once for an answer that is remembered."""
        aside = {item.period for item in self.publication.set_aside if item.table == "messages"}
        for start in self.starts:
            if not aside & set(periods_of(start)):
                self.publication.trust("messages", start)
        return answer
