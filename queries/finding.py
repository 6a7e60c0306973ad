"""Finding the text of `q`: which sessions hold it is looked up once, for all questions about it.

Worth it where the index has the tables for it (lake/finding.py) and the range so many sessions that
reading each takes long. What is found is a table `found` on the cursor of a question, in place of
the clause. Where the tables cannot say, every session is read: once for all questions where the
range has most of them, else each question reads those of its range, as over Parquet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
import pyarrow as pa

from lake import found
from lake.instance import Cursor
from lake.publication import Publication
from queries import periods
from queries.filters import Filters
from queries.where import FOUND, OTHERS, bindable

REASON = "Which of them hold the text is looked up once for all questions."
Way = Callable[[Cursor, str, Publication], pl.DataFrame]

_CLAUSES = {"held": FOUND, "others": OTHERS}  # by the column of what is found


def ways(filters: Filters, publication: Publication, tick: datetime) -> tuple[Way, ...]:
    """Return the ways in which a text may be looked for, in order; none if it is not worth it."""
    cubes, finds, period = publication.cubes, publication.finds, periods.current(filters, tick)
    if not filters.q or cubes is None or finds is None:
        return ()
    sessions = cubes.sessions(bindable(period.after), bindable(period.before))
    if sessions < cubes.least:
        return ()
    return (look, read) if sessions * 2 > finds.sessions else (look,)


def look(cursor: Cursor, text: str, publication: Publication) -> pl.DataFrame:
    """Return the numbers of the stored sessions that hold a text, or of the others, by its column.

    Without a column where only reading each of them tells.
    """
    finds = publication.finds
    told = None if finds is None else found.look(cursor, text, finds)
    return pl.DataFrame() if told is None else _told(told)


def read(cursor: Cursor, text: str, publication: Publication) -> pl.DataFrame:
    """Return the same by reading every stored session once, where the index cannot say."""
    finds = publication.finds
    return pl.DataFrame() if finds is None else _told(found.read(cursor, text, finds))


def _told(told: found.Found) -> pl.DataFrame:
    return pl.DataFrame({"others" if told.are_others else "held": told.numbers})


def clause(told: pl.DataFrame) -> str:
    """Return the condition that leaves the sessions that hold a text."""
    return _CLAUSES[told.columns[0]]


def holding(told: pl.DataFrame, publication: Publication) -> found.Numbers:
    """Return the numbers of the stored sessions that hold a text, in order, where that is told."""
    (column,) = told.get_columns()
    numbers = column.to_numpy()
    if column.name == "held" or publication.finds is None:
        return numbers
    is_held = np.ones(publication.finds.sessions + 1, bool)
    is_held[0] = False
    is_held[numbers] = False
    return np.flatnonzero(is_held).astype(np.int32)


@dataclass(frozen=True)
class Held:
    """A publication, and beside its relations what has been found: the table of `clause`."""

    publication: Publication
    text: str
    told: pl.DataFrame

    def cursor(self) -> Cursor:
        """Return a fresh cursor; close it after the question."""
        (column,) = self.told.get_columns()
        numbers, cursor = column.to_numpy(), self.publication.cursor()
        if self.publication.live is not None:
            live = found.beside(cursor, self.text, are_others=column.name == "others")
            numbers = np.concatenate([numbers, live])
        cursor.register("found", pa.table({"session_no": numbers}))
        return cursor

    def report_damage(self, error: Exception) -> None:
        """Say that a question met a file that could not be read."""
        self.publication.report_damage(error)


Source = Publication | Held  # what a question reads
