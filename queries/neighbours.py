"""Where a session stands in the filtered list, and which sessions stand beside it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from queries import session
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.sessions import NEWEST, checked
from queries.statement import Statement
from queries.where import EFFECTIVE_MS

# What orders the list as a number, smallest first, where the statements have the first of them.
_PLACES: dict[str, str] = {
    NEWEST: "-epoch_us(started_at)",
    "started_at": "epoch_us(started_at)",
    "-duration": f"-{EFFECTIVE_MS}",
    "duration": EFFECTIVE_MS,
}
_STARTS = {NEWEST: -1, "started_at": 1}  # sorts whose places are starts, and which way
LAST = 2**63 - 1  # the place of what has no start, or no duration
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  naive UTC, as the columns are


@dataclass(frozen=True)
class Neighbours:
    """The ids before and after a session, None at the ends; its number from 1, None outside."""

    total: int
    number: int | None
    previous_id: str | None
    next_id: str | None


def neighbours(
    session_id: str, filters: Filters, snapshot: Snapshot, *, sort: str = NEWEST
) -> Neighbours:
    """Return what stands beside a session in the list of `queries.sessions.page`.

    A session that the filters leave out has neighbours too: those of the place where it would be.
    Raises FilterError for a sort that there is not, SessionNotFoundError.
    """
    known = session.information(session_id, snapshot, filters.scope)
    given = {"session_id": session_id, "own_start": known["started_at"]}
    own = fetch(by(sort, sql("session_place")), filters, snapshot, **given).item()
    rank = fetch(by(sort, sql("session_rank")), filters, snapshot, own=own).row(0, named=True)
    places = {"own": own, **{name: rank[name] for name in ("place_before", "place_after")}}
    first, last = _span(sort, [place for place in places.values() if place is not None])
    beside = fetch(
        by(sort, sql("session_beside")), filters, snapshot,
        session_id=session_id, first_start=first, last_start=last, **places,
    ).row(0, named=True)  # fmt: skip
    number = rank["earlier"] + beside["earlier"] + 1 if beside["is_listed"] else None
    return Neighbours(rank["total"], number, beside["previous_id"], beside["next_id"])


def by(sort: str, statement: Statement) -> Statement:
    """Return a statement with the places of a sort."""
    return statement.placed(_PLACES[NEWEST], _PLACES[checked(sort)])


def _span(sort: str, places: list[int]) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last start of these places, which prune the read; None: all."""
    if sort not in _STARTS or LAST in places:
        return None, None
    starts = [EPOCH + _STARTS[sort] * timedelta(microseconds=place) for place in places]
    return min(starts), max(starts)
