"""The list of a text alone: where the index says which sessions hold it, a page is a cut of these.

Stored sessions are numbered in the order of the list, newest first, as they lie in their files. So
what a text is found in lies in order already: a page is looked up by its numbers, and none of the
others is looked at. Live sessions that hold the text are few, and put among them.
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

MOST_LIVE = 1_000  # sessions that are looked up with a page
_NONE = 0  # no session has this number


@dataclass(frozen=True)
class Listed:
    """The numbers of the sessions that hold a text: stored ones in the list's order, live ones."""

    stored: Numbers
    live: Sequence[int]


def page(filters: Filters, snapshot: Snapshot, first: int, size: int) -> Question | None:
    """Return what is asked for the rows from `first` (from 0) on, newest first; as `listed`."""
    found = listed(filters, snapshot)
    if found is None or len(found.live) > MOST_LIVE:
        return None
    # Of the stored ones before the page as many may lie on it as there are live ones.
    begin = max(first - len(found.live), 0)
    numbers = (*found.stored[begin : first + size].tolist(), *found.live)
    given = {"numbers": numbers or (_NONE,), "limit": size, "offset": first - begin}
    return Question(sql("session_page").where(NUMBERED), Filters(scope=filters.scope), given)


def total(filters: Filters, snapshot: Snapshot) -> int | None:
    """Return how many sessions the filters leave; None as `listed`."""
    found = listed(filters, snapshot)
    return None if found is None else len(found.stored) + len(found.live)


def listed(filters: Filters, snapshot: Snapshot) -> Listed | None:
    """Return the sessions of filters of a text, perhaps with a range; None where they are not told.

    Raises what `queries.engine.fetch` raises.
    """
    publication = snapshot.publication
    is_alone = not filters.without("q", "range").clauses() and filters.scope.agents is None
    told = engine.found(filters, snapshot) if is_alone else None
    if told is None or not finding.is_told(told) or not publication.is_in_order:
        return None
    key = ("listed", filters, snapshot.tick)
    if key not in snapshot.found:
        snapshot.found[key] = _listed(filters, snapshot, finding.holding(told, publication))
    found: Listed = snapshot.found[key]
    return found


def _listed(filters: Filters, snapshot: Snapshot, stored: Numbers) -> Listed:
    """Return those of some stored sessions that lie in the range, and live ones beside them."""
    period, live = periods.current(filters, snapshot.tick), snapshot.publication.live
    is_ranged = bool(filters.without("q").clauses())
    given = {"after": period.after, "before": period.before}
    if is_ranged:
        bounds = sql("text_bounds") if live is None else sql("text_bounds").cold
        least, most = Question(bounds, Filters(), given).ask(snapshot).row(0)
        first, end = np.searchsorted(stored, [least, most + 1])
        stored = stored[first:end]
    if live is None:
        return Listed(stored, ())
    if live.has_overlaid:
        replaced = Question(sql("replaced"), Filters()).ask(snapshot)["session_no"].to_numpy()
        stored = stored[~np.isin(stored, replaced, kind="table")]
    asked = {"text": filters.q, "is_ranged": is_ranged, **given}
    fresh = Question(sql("text_live").fresh, Filters(), asked).ask(snapshot)
    return Listed(stored, fresh["session_no"].to_list())
