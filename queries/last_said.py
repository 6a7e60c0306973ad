"""The last message of each of some sessions.

What is live has all its messages beside the cold files, where few lie; those of the others stay as
they are, and are remembered.
"""

from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from lake.publication import Publication, periods_of
from queries.engine import Snapshot, fetch, shaped, sql
from queries.filters import Filters
from queries.where import Bound

LENGTH = 120  # characters
_SAID = {"session_id": pl.String, "seq": pl.Int32, "sender": pl.String, "content": pl.String}


def beside(rows: pl.DataFrame, snapshot: Snapshot) -> pl.DataFrame:
    """Return sessions with `seq`, `sender` and the beginning of `content` of their last message.

    `rows` have session_id, started_at and message_count; null where nothing has been said.
    """
    left = rows.filter(pl.col("message_count") > 0)
    found = [pl.DataFrame(schema=_SAID)]
    statement = sql("live_last")
    if snapshot.publication.live is not None and not left.is_empty():
        found.append(fetch(statement.fresh, Filters(), snapshot, **_which(left)))
        left = left.join(found[-1], "session_id", "anti")
    if not left.is_empty():
        starts = frozenset(start and start.replace(day=1) for start in left["started_at"])
        trusted = _Trusted(starts, snapshot.publication)
        found.append(shaped(trusted, statement, Filters(), snapshot.lasting, **_which(left)))
    return rows.join(pl.concat(found), "session_id", "left", maintain_order="left")


def _which(rows: pl.DataFrame) -> Bound:
    """Return which sessions are asked about."""
    starts = rows["started_at"].unique().sort().to_list()
    periods = sorted({period for start in starts for period in periods_of(start)})
    return {
        "length": LENGTH, "ids": tuple(rows["session_id"]), "periods": tuple(periods),
        "starts": tuple(start for start in starts if start is not None),
    }  # fmt: skip


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
