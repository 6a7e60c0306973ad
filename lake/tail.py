"""The end of the journal beside one state of the cold files: a new publication for what is new."""

from dataclasses import replace

import duckdb

from lake.hot import Hot
from lake.journal import Journal
from lake.publication import Live, Publication
from lake.refusals import OvertakenError


class Tail:
    """What the journal adds to one publication of cold files; used by one thread at a time."""

    def __init__(self, base: Publication, journal: Journal) -> None:
        self.base = base
        self._journal = journal
        self._hot: Hot | None = None
        self._position = 0
        self.times: list[tuple[int, int]] = []  # of what is new: newest event, when it came

    def newest(self) -> Publication | None:
        """Return a publication with all that was accepted; None where there is nothing new.

        Raises OvertakenError, JournalError, duckdb.Error; what was not published is so the next
        time.
        """
        if self.base.is_demo or not self._journal.exists():
            return None
        with self._journal.reading() as reading:
            position = reading.number("position")
            if position == self._position:
                return None
            if reading.number("forgotten") > max(self._position, self.base.cold_position):
                raise OvertakenError
            changed = reading.changed(self._position, self.base.cold_position)
        self.times = [(held.last_at, held.heard_at) for held in changed]
        if changed:
            hot = self._hot or Hot(
                self.base.instance, self.base.cold, is_index=self.base.kind == "index"
            )
            self._hot = hot
            hot.publish(changed, position, self._name(position))
        self._position = position
        return self._publication() if changed else None

    def forget(self) -> None:
        """Drop what nobody reads any more; raises duckdb.Error."""
        if self._hot is not None:
            self._hot.forget()

    def _name(self, position: int) -> str:
        return f"{self.base.name}.j{position}"

    def _publication(self) -> Publication:
        hot = self._hot
        if hot is None or hot.heard_at is None:
            raise duckdb.InvalidInputException("nothing was published")
        live = Live(
            hot.number, self.base.name, hot.heard_at, hot.horizon,
            has_overlaid=hot.has_overlaid, position=hot.position,
        )  # fmt: skip
        return replace(self.base, name=self._name(hot.position), live=live)
