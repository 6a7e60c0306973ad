"""Questions about the list: its pages, its length."""

import polars as pl

from errors import FilterError
from queries import lengths, listed, stretch
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.stretch import Stretch
from queries.where import EFFECTIVE_MS

NEWEST, OLDEST, LONGEST, SHORTEST = "-started_at", "started_at", "-duration", "duration"
PAGE_SIZE = 50
NEAR = 1_000  # rows from the beginning DuckDB finds as fast by itself
FARTHEST = 10**9  # no page lies beyond; DuckDB's offsets are 64 bits

# Unknown starts and durations come last both ways; the id makes every order total.
SORTS: dict[str, str] = {
    "-started_at": "started_at desc nulls last, session_id",
    "started_at": "started_at asc nulls last, session_id",
    "-duration": f"{EFFECTIVE_MS} desc nulls last, session_id",
    "duration": f"{EFFECTIVE_MS} asc nulls last, session_id",
}


def page(
    filters: Filters, snapshot: Snapshot,
    *, number: int = 1, size: int = PAGE_SIZE, sort: str = NEWEST, total: int | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Return page `number` (from 1) of the filtered sessions: the columns of the contract.

    Beyond the last page there are no rows; where `total` tells how many there are, none are looked
    for. Duration sorts active sessions by what they have lasted until the tick. Raises FilterError
    for a sort that there is not.
    """
    order = SORTS[checked(sort)]
    number, size = (min(max(given, 1), FARTHEST) for given in (number, size))
    first = size * (number - 1)
    if total is not None and first >= total:
        return fetch(sql("session_page"), filters, snapshot, limit=0, offset=0)
    if sort in (LONGEST, SHORTEST):
        rows = (first, first + size - 1)
        among = lengths.among(filters, snapshot, *rows, is_longest_first=sort == LONGEST)
        if among is not None:
            return lengths.page(among, filters, snapshot, size, order).ask(snapshot)
    of_text = listed.page(filters, snapshot, first, size) if sort == NEWEST else None
    if of_text is not None:
        return of_text.ask(snapshot)
    found = _narrowed(filters, snapshot, first, size, sort)
    given = {"limit": size, "offset": found.offset}
    # Up to 50 rows DuckDB looks up the wide columns afterwards, by a join: not worth it where
    # hardly more than the page is left. One row more avoids it (measured: a fifth of a page).
    given["limit"] += found.filters is not filters and first < NEAR
    statement = sql("session_page").ordered(order)
    return fetch(statement, found.filters, snapshot, **given).head(size)


def checked(sort: str) -> str:
    """Return a sort that there is; raises FilterError."""
    if sort not in SORTS:
        raise FilterError(f"There is no sort {sort!r}.", advice=f"Use one of {', '.join(SORTS)}.")
    return sort


def count(filters: Filters, snapshot: Snapshot) -> int:
    """Return how many sessions the filters leave."""
    told = listed.total(filters, snapshot)
    return int(fetch(sql("session_count"), filters, snapshot).item()) if told is None else told


def _narrowed(
    filters: Filters, snapshot: Snapshot, first: int, size: int, sort: str
) -> Stretch:  # fmt: skip
    """Return where a page is looked for: as little as can be told without looking at it."""
    if sort not in (NEWEST, OLDEST):
        return Stretch(filters, first)
    last = first + size - 1
    if first >= NEAR:
        found = stretch.stretch(filters, snapshot, first, last, is_newest_first=sort == NEWEST)
        if found is not None:
            return found
    return Stretch(_to_edge(filters, snapshot, last) if sort == NEWEST else filters, first)


def _to_edge(filters: Filters, snapshot: Snapshot, last: int) -> Filters:
    """Return the filters without what starts before the page's last row.

    Finding that start reads one narrow column, and then the page reads little more than itself. Not
    worth it where the filters themselves read wide columns.
    """
    if filters.is_costly:
        return filters
    edge = fetch(sql("session_edge"), filters, snapshot, last=last)
    start = None if edge.is_empty() else edge.item()
    return filters if start is None else filters.between(start, filters.started_before)
