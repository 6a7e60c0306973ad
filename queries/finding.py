"""Finding the text of `q`: which sessions hold it is looked up once, for all questions about it.

Worth it where the index has the tables for it (lake/finding.py) and the range so many sessions that
reading each takes long. What is found is a table `found` on the cursor of a question, in place of
the clause; where the tables cannot say, every session is read, as over Parquet.
"""

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
from queries.where import FOUND, HOLDS, OTHERS, bindable

REASON = "Which of them hold the text is told by the index."
_CLAUSES = {"held": FOUND, "others": OTHERS}  # by the column of what is found


def is_worth(filters: Filters, publication: Publication, tick: datetime) -> bool:
    """Return whether a text is looked for among so many sessions that it is worth looking it up."""
    cubes = publication.cubes
    if not filters.q or cubes is None or publication.finds is None:
        return False
    period = periods.current(filters, tick)
    return cubes.sessions(bindable(period.after), bindable(period.before)) >= cubes.least


def look(cursor: Cursor, text: str, publication: Publication) -> pl.DataFrame:
    """Return the numbers of the stored sessions that hold a text, or of the others, by its column.

    Without a column where only reading each of them tells.
    """
    finds = publication.finds
    told = None if finds is None else found.look(cursor, text, finds)
    if told is None:
        return pl.DataFrame()
    return pl.DataFrame({"others" if told.are_others else "held": told.numbers})


def is_told(told: pl.DataFrame | None) -> bool:
    """Return whether the index says which sessions hold a text."""
    return told is not None and bool(told.columns)


def clause(told: pl.DataFrame | None) -> str:
    """Return the condition that leaves the sessions that hold a text."""
    return _CLAUSES[told.columns[0]] if told is not None and told.columns else HOLDS


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
