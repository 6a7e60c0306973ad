"""Search in conversations: the messages of the filtered sessions that hold a text, newest first.

A search goes back in time in slices, so that hits are there as soon as they are found and memory
does not grow with what is searched. Which sessions count is asked of the engine, so that they are
those of every other number; the messages are read by an instance of its own.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from errors import DamagedFileError, QuestionMemoryError
from lake.kinds import Kind
from lake.searching import Searching
from queries import words
from queries.chunks import Slice, cuts, months
from queries.engine import Snapshot, ask, fetch, sql
from queries.filters import Filters
from queries.position import Days, Position, slices
from queries.snippets import Snippet, snippet
from queries.statement import Statement, compose
from settings import Settings

LENGTH = 200  # characters of a text that is looked for
PAGE = 50  # hits after which a search waits to be asked for more
CHOSEN = 400_000  # sessions and messages whose sessions are picked at once
WEIGHT = 100_000  # sessions and messages of a slice: a tenth of a second or so
MOST_TIMES = 4  # so many times as much where the slices before have given nothing
# Files of others may lie in any order, so that each slice may read all of them.
WEIGHT_OF_PLAIN = 1_000_000
LONGEST = 100_000  # characters of a message that are looked at for its snippet
MARGIN = 300  # of them before the match


@dataclass(frozen=True)
class Hit:
    """A message that holds the text; times are naive UTC."""

    session_id: str
    external_id: str | None
    agent_name: str
    channel: str
    started_at: datetime | None
    seq: int
    sent_at: datetime | None
    sender: str
    snippet: Snippet


@dataclass(frozen=True)
class Step:
    """What one slice has given, and how far the search is with it."""

    hits: tuple[Hit, ...]
    position: Position  # where another search may go on
    days: int  # searched from the newest on, of the days between the first and the last start
    missed: "Missed | None" = None


@dataclass(frozen=True)
class Missed:
    """A slice that could not be searched: from, until (naive UTC, None: without a start), why."""

    after: datetime | None
    before: datetime | None
    reason: str


class Search:
    """One search over one snapshot; read by one thread, stopped from any."""

    def __init__(
        self, text: str, filters: Filters, snapshot: Snapshot, searching: Searching,
        *, whole_word: bool, match_case: bool, after: Position, limit: int,
    ) -> None:  # fmt: skip
        """Find out which hours hold sessions; raises what questions raise."""
        self._filters = filters
        self._snapshot = snapshot
        self._searching = searching
        self._match_case = match_case
        self._text = text
        self._edges = words.edges(text) if whole_word else None
        self._after = after
        self._left = limit
        hours = fetch(sql("search_hours"), filters, snapshot)
        self.days = Days.of(hours, filters.tz or snapshot.zone)
        self._hours = tuple(hours.select("hour", "weight").iter_rows())

    @property
    def snapshot(self) -> Snapshot:
        """What is searched."""
        return self._snapshot

    @property
    def is_full(self) -> bool:
        """Whether as many hits have been found as were asked for: there may be more."""
        return self._left <= 0

    def steps(self) -> Iterator[Step]:
        """Yield a step a slice, until the hits are as many as asked for or all is searched.

        A slice that cannot be read is told, and the others are searched. Raises SearchStoppedError.
        """
        least = WEIGHT_OF_PLAIN if self._snapshot.publication.cold.kind is Kind.PLAIN else WEIGHT
        weight = least
        for chunk in cuts(self._after.left(self._hours), CHOSEN):
            self._choose(chunk)
            left = chunk.hours
            while left:
                cut = next(slices(left, weight))
                left = left[len(cut.hours) :]
                step = self._step(cut)
                self._left -= len(step.hits)
                yield step
                if self.is_full:
                    return
                # Much of a slice is not for reading: who finds nothing is sooner at the end.
                weight = least if step.hits else min(2 * weight, MOST_TIMES * least)

    def stop(self) -> None:
        """Interrupt what is being read; whoever reads gets SearchStoppedError."""
        self._searching.stop()

    def _choose(self, chunk: Slice) -> None:
        """Keep the sessions of the filters beside the messages."""
        statement, given = _about(sql("search_sessions"), chunk)
        rows = ask(statement, self._filters, self._snapshot, **given)
        self._searching.hold("searched", rows.to_arrow())

    def _step(self, cut: Slice) -> Step:
        try:
            for month in months(cut):
                self._snapshot.publication.trust("messages", month)
            hits = self._hits(cut)
        except (DamagedFileError, QuestionMemoryError) as error:
            missed = Missed(cut.after, cut.before, error.sentence)
            return self._stepped([], Position(cut.after), missed)
        if len(hits) < self._left:
            return self._stepped(hits, Position(cut.after))
        last = hits[-1]
        return self._stepped(hits, Position(last.started_at, last.session_id, last.seq))

    def _stepped(self, hits: list[Hit], position: Position, missed: Missed | None = None) -> Step:
        return Step(tuple(hits), position, self.days.done(position), missed)

    def _hits(self, cut: Slice) -> list[Hit]:
        """Return the first hits of a slice, as many as are still asked for."""
        bound = self._after.bound
        before = cut.before if cut.before is None or bound is None else min(cut.before, bound)
        statement, given = _about(sql("search_messages"), replace(cut, before=before))
        ahead, behind = self._edges or (None, None)
        given |= {
            "text": self._text, "is_exact": self._match_case, "ahead": ahead, "behind": behind,
            "margin": MARGIN, "longest": LONGEST, "most": self._left,
            "last_start": self._after.started_at, "last_id": self._after.session_id,
            "last_seq": self._after.seq,
        }  # fmt: skip
        tick, zone = self._snapshot.tick, self._snapshot.zone
        try:
            found = self._searching.ask(*compose(statement, Filters(), given, tick, zone))
        except DamagedFileError as error:
            self._snapshot.publication.report_damage(error)
            raise
        return [self._hit(row) for row in found.to_pylist()]

    def _hit(self, row: dict[str, Any]) -> Hit:
        compared = row["part"] if self._match_case else row["folded"]
        is_whole = self._edges is not None
        found = snippet(row["part"], compared, row["wanted"], whole_word=is_whole)
        found = replace(
            found,
            is_cut_before=found.is_cut_before or row["has_more_before"],
            is_cut_after=found.is_cut_after or row["has_more_after"],
        )
        own = {field.name: row[field.name] for field in fields(Hit) if field.name in row}
        return Hit(**own, snippet=found)


def _about(statement: Statement, cut: Slice) -> tuple[Statement, dict[str, Any]]:
    """Return a statement about a slice of time, and the slice as its parameters."""
    if cut.after is None:
        return statement.undated, {}
    return statement, {"slice_after": cut.after, "slice_before": cut.before}


@contextmanager
def search(
    text: str, filters: Filters, snapshot: Snapshot, settings: Settings,
    *, whole_word: bool = False, match_case: bool = False,
    after: Position | None = None, limit: int = PAGE,
) -> Iterator[Search]:  # fmt: skip
    """Hold a search for a text open while the block runs.

    The text is taken literally, its case folded as DuckDB's `lower` does unless `match_case`.
    `after` goes on where another search stopped. Raises what questions raise, DamagedFileError,
    SearchStoppedError.
    """
    searching = Searching(settings, snapshot.publication)
    try:
        yield Search(
            text, filters, snapshot, searching,
            whole_word=whole_word, match_case=match_case,
            after=after or Position.before_all(), limit=limit,
        )  # fmt: skip
    finally:
        searching.close()
