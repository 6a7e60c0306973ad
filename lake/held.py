"""A publication, and beside its relations the sessions in which a text has been found."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from lake.found import Cursor, Found, beside
from lake.publication import Publication


@dataclass(frozen=True)
class Held:
    """What a question about a text reads: on its cursors `found` has the numbers of sessions.

    Those of the stored sessions in `found`, and of the live ones, in which the text is looked for.
    """

    publication: Publication
    text: str
    found: Found

    def cursor(self) -> Cursor:
        """Return a fresh cursor; close it after the question. Raises duckdb.Error."""
        cursor, numbers = self.publication.cursor(), self.found.numbers
        if self.publication.live is not None:
            live = beside(cursor, self.text, are_others=self.found.are_others)
            numbers = np.concatenate([numbers, live])
        cursor.register("found", pa.table({"session_no": numbers}))
        return cursor

    def report_damage(self, error: Exception) -> None:
        """Say that a question met a file that could not be read."""
        self.publication.report_damage(error)
