"""The list of a text alone: where the index says which sessions hold it, a page is a cut of these.

Stored sessions are numbered as they lie in their files, period after period, the newest first, and
within a file newest first too. So what a text is found in lies in order already, in a few runs of
a period with several files: a page is looked up by its numbers, and none of the others is looked
at. Live sessions that hold the text are few, and put among them.
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

MOST = 2_000  # sessions that are looked up for a page
_NONE = 0  # no session has this number


@dataclass(frozen=True)
class Listed:
    """The numbers of the sessions that hold a text: of stored ones the runs of each period."""

    stored: tuple[tuple[Numbers, ...], ...]
    live: Sequence[int]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(len(run) for runs in self.stored for run in runs) + len(self.live)

    def cut(self, first: int, size: int) -> tuple[list[int], int]:
        """Return numbers among which the rows from `first` on lie, and how many come before these.

        In the order of the list, which has to be made of them.
        """
        # Of the stored ones before them as many may be among them as there are live ones.
        begin = max(first - len(self.live), 0)
        stored, before = _cut(self.stored, begin, first + size - begin)
        return [*stored, *self.live], before + first - begin


def _cut(
    periods_: Sequence[Sequence[Numbers]], first: int, size: int
) -> tuple[list[int], int]:  # fmt: skip
    """Return the same of stored sessions: of several runs all that may come before too."""
    numbers: list[int] = []
    before = 0
    for runs in periods_:
        count = sum(map(len, runs))
        if first < count and size > 0:
            skipped = first if len(runs) == 1 else 0
            before += first - skipped
            for run in runs:
                numbers += run[skipped : first + size].tolist()
            size -= count - first
        first = max(first - count, 0)
    return numbers, before


def page(filters: Filters, snapshot: Snapshot, first: int, size: int) -> Question | None:
    """Return what is asked for the rows from `first` (from 0) on, newest first; as `listed`."""
    found = listed(filters, snapshot)
    numbers, before = ([], 0) if found is None else found.cut(first, size)
    if found is None or len(numbers) > MOST:
        return None
    given = {"numbers": tuple(numbers) or (_NONE,), "limit": size, "offset": before}
    return Question(sql("session_page").where(NUMBERED), Filters(scope=filters.scope), given)


def total(filters: Filters, snapshot: Snapshot) -> int | None:
    """Return how many sessions the filters leave; None as `listed`."""
    found = listed(filters, snapshot)
    return None if found is None else found.total


def listed(filters: Filters, snapshot: Snapshot) -> Listed | None:
    """Return the sessions of filters of a text, perhaps with a range; None where they are not told.

    Raises what `queries.engine.fetch` raises.
    """
    is_alone = not filters.without("q", "range").clauses() and filters.scope.agents is None
    told = engine.found(filters, snapshot) if is_alone else None
    runs = snapshot.publication.runs if finding.is_told(told) else ()
    if told is None or not runs:
        return None
    if _is_ranged(filters) and max(map(len, runs)) > 1:
        return None  # what starts in a range has no numbers in a row then
    key = ("listed", filters, snapshot.tick)
    if key not in snapshot.found:
        stored = finding.holding(told, snapshot.publication)
        snapshot.found[key] = _listed(filters, snapshot, stored)
    found: Listed = snapshot.found[key]
    return found


def _is_ranged(filters: Filters) -> bool:
    """Return whether a text is looked for in a range only."""
    return bool(filters.without("q").clauses())


def _listed(filters: Filters, snapshot: Snapshot, stored: Numbers) -> Listed:
    """Return those of some stored sessions that lie in the range, and live ones beside them."""
    publication, period = snapshot.publication, periods.current(filters, snapshot.tick)
    live, is_ranged = publication.live, _is_ranged(filters)
    given = {"after": period.after, "before": period.before}
    if is_ranged:
        bounds = sql("text_bounds") if live is None else sql("text_bounds").cold
        stored = _between(stored, *Question(bounds, Filters(), given).ask(snapshot).row(0))
    if live is not None and live.has_overlaid:
        replaced = Question(sql("replaced"), Filters()).ask(snapshot)["session_no"].to_numpy()
        stored = stored[~np.isin(stored, replaced, kind="table")]
    fresh: list[int] = []
    if live is not None:
        asked = {"text": filters.q, "is_ranged": is_ranged, **given}
        rows = Question(sql("text_live").fresh, Filters(), asked).ask(snapshot)
        fresh = rows["session_no"].to_list()
    return Listed(
        tuple(tuple(_between(stored, *run) for run in runs) for runs in publication.runs), fresh
    )


def _between(numbers: Numbers, least: int, most: int) -> Numbers:
    """Return those of numbers in order that lie from one to another."""
    first, end = np.searchsorted(numbers, [least, most + 1])
    return numbers[first:end]
