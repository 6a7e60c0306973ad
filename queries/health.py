"""Questions about the data itself: how new it is, what is missing or odd in it."""

from typing import Any

from models import Status
from queries import periods
from queries.choices import Has, Range
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters, Scope

_ENDED = tuple(status for status in Status if status is not Status.ACTIVE)

# The sessions behind a count, where filters can name them.
BEHIND: dict[str, Filters] = {
    "sessions": Filters(),
    "active": Filters(status=(Status.ACTIVE,)),
    "without_start": Filters(has=(Has.NO_START,)),
    "without_end": Filters(has=(Has.NO_END,), status=_ENDED),
    "without_messages": Filters(has=(Has.NO_MESSAGES,)),
}


def out_of_order(snapshot: Snapshot, scope: Scope) -> int:
    """Return how many sessions of the last day hold a message older than one before it."""
    day = Filters(range=Range.DAY, scope=scope)
    after = periods.current(day, snapshot.tick).after
    count: int = fetch(sql("out_of_order"), day, snapshot, after=after).item()
    return count


def summary(snapshot: Snapshot, scope: Scope) -> dict[str, Any]:
    """Return counts of all sessions that the viewer may see, and the newest times (naive UTC).

    Keys: sessions, newest_started_at, newest_updated_at, active, without_start, without_end,
    skewed (they end before they begin), without_messages.
    """
    return fetch(sql("health"), Filters(scope=scope), snapshot).row(0, named=True)
