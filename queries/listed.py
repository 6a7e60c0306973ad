"""The list of all sessions, or of a text that the index finds: a page of it is a cut of numbers.

Stored sessions are numbered as they lie in their files, period after period, the newest first, and
within a file newest first too. So those that hold a text lie in order already, in a few runs of a
period with several files: a page is looked up by its numbers, and none of the others is looked at.
Live sessions that hold the text are few, and put among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lake.found import Numbers
from queries import engine, finding, periods
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.question import Question
from queries.where import NUMBERED

Run = Numbers | range

MOST = 2_000  # sessions that are looked up for a page
_NONE = 0  # no session has this number


@dataclass(frozen=True)
class Listed:
    """The numbers of the sessions of a list: of stored ones the runs of each period."""

    stored: tuple[tuple[Run, ...], ...]
    live: Sequence[int]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(len(run) for runs in self.stored for run in runs) + len(self.live)

    def cut(self, first: int, size: int) -> tuple[list[Sequence[int] | Run], int]:
        """Return runs among which the rows from `first` on lie, and how many come before these.

        In the order of the list, which has to be made of them.
        """
        # Of the stored ones before them as many may be among them as there are live ones.
        begin = max(first - len(self.live), 0)
        stored, before = _cut(self.stored, begin, first + size - begin)
        return [*stored, self.live], before + first - begin


def _cut(periods_: Sequence[Sequence[Run]], first: int, size: int) -> tuple[list[Run], int]:
    """Return the same of stored sessions: of several runs all that may come before too."""
    taken: list[Run] = []
    before = 0
    for runs in periods_:
        count = sum(map(len, runs))
        if first < count and size > 0:
            skipped = first if len(runs) == 1 else 0
            before += first - skipped
            taken += [run[skipped : first + size] for run in runs]
            size -= count - first
        first = max(first - count, 0)
    return taken, before


def page(filters: Filters, snapshot: Snapshot, first: int, size: int) -> Question | None:
    """Return what is asked for the rows from `first` (from 0) on, newest first; as `listed`."""
    found = listed(filters, snapshot)
    runs, before = ([], 0) if found is None else found.cut(first, size)
    if found is None or sum(map(len, runs)) > MOST:
        return None
    numbers = tuple(int(number) for run in runs for number in run)
    given = {"numbers": numbers or (_NONE,), "limit": size, "offset": before}
    return Question(sql("session_page").where(NUMBERED), Filters(scope=filters.scope), given)


def total(filters: Filters, snapshot: Snapshot) -> int | None:
    """Return how many sessions the filters leave; None as `listed`."""
    found = listed(filters, snapshot)
    return None if found is None else found.total


def listed(filters: Filters, snapshot: Snapshot) -> Listed | None:
    """Return the sessions of no filters but a text and a range; None where they are not told.

    Of a text where the index finds it, of all where none is live. Raises what
    `queries.engine.fetch` raises.
    """
    publication = snapshot.publication
    if filters.without("q", "range").clauses() or filters.scope.agents is not None:
        return None
    told = engine.found(filters, snapshot)
    is_told = told is not None if filters.q else publication.live is None
    if not is_told or not publication.runs:
        return None
    if _is_ranged(filters) and max(map(len, publication.runs)) > 1:
        return None  # what starts in a range has no numbers in a row then
    key = ("listed", filters, snapshot.tick)
    if key not in snapshot.found:
        snapshot.found[key] = (
            _all(filters, snapshot) if told is None
            else _holding(finding.holding(told, publication), filters, snapshot)
        )  # fmt: skip
    found: Listed = snapshot.found[key]
    return found


def _is_ranged(filters: Filters) -> bool:
    """Return whether there is a range, where there may be nothing else but a text."""
    return bool(filters.without("q").clauses())


def _bounds(filters: Filters, snapshot: Snapshot) -> tuple[int, int]:
    """Return the first and the last number of the stored sessions in the range."""
    publication, period = snapshot.publication, periods.current(filters, snapshot.tick)
    if not _is_ranged(filters):
        return 1, publication.runs[-1][-1][-1]
    statement = sql("list_bounds") if publication.live is None else sql("list_bounds").cold
    given = {"after": period.after, "before": period.before}
    least, most = Question(statement, Filters(), given).ask(snapshot).row(0)
    return least, most


def _all(filters: Filters, snapshot: Snapshot) -> Listed:
    """Return all stored sessions of the range."""
    least, most = _bounds(filters, snapshot)
    stored = (
        tuple(range(max(first, least), min(last, most) + 1) for first, last in runs)
        for runs in snapshot.publication.runs
    )
    return Listed(tuple(stored), ())


def _holding(stored: Numbers, filters: Filters, snapshot: Snapshot) -> Listed:
    """Return those of some stored sessions that lie in the range, and live ones beside them."""
    publication, period = snapshot.publication, periods.current(filters, snapshot.tick)
    live = publication.live
    stored = _between(stored, *_bounds(filters, snapshot))
    if live is not None and live.has_overlaid:
        replaced = Question(sql("replaced"), Filters()).ask(snapshot)["session_no"].to_numpy()
        stored = stored[~np.isin(stored, replaced, kind="table")]
    fresh: list[int] = []
    if live is not None:
        asked = {"text": filters.q, "is_ranged": _is_ranged(filters),
                 "after": period.after, "before": period.before}  # fmt: skip
        rows = Question(sql("text_live").fresh, Filters(), asked).ask(snapshot)
        fresh = rows["session_no"].to_list()
    return Listed(
        tuple(tuple(_between(stored, *run) for run in runs) for runs in publication.runs), fresh
    )


def _between(numbers: Numbers, least: int, most: int) -> Numbers:
    """Return those of numbers in order that lie from one to another."""
    # Of the same type: else all of them are made wider first.
    first, end = np.searchsorted(numbers, np.array([least, most + 1], numbers.dtype))
    return numbers[first:end]
