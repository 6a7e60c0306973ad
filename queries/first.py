"""When the first of the filtered sessions starts: where a range without a start begins.

The index keeps it of groups of sessions. Of several groups it is the least of theirs, so it is
known of any number of values.
"""

from datetime import UTC, datetime

from lake.cubes import Cubes
from queries import groups
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters
from queries.where import bindable


def first_start(filters: Filters, snapshot: Snapshot) -> datetime | None:
    """Return when the first of the filtered sessions starts, aware UTC; None where none does."""
    first = kept(filters, snapshot.publication.cubes)
    first = first or fetch(sql("first_start"), filters, snapshot).item()
    return None if first is None else first.replace(tzinfo=UTC)


def kept(filters: Filters, cubes: Cubes | None) -> datetime | None:
    """Return the same, naive UTC, from the index; None where the sessions have to be asked."""
    if cubes is None or cubes.opens is None:
        return None
    values = groups.chosen(filters.without("started_before"))
    if values is None or not groups.are_kept(values, cubes.opens):
        return None
    known = cubes.opens.groups
    first = min((known[each][1] for each in groups.each(values) if each in known), default=None)
    if first is None or (cubes.horizon is not None and first >= cubes.horizon):
        return None  # none of those that are settled, or a live one may be before it
    before = filters.started_before
    return first if before is None or first < bindable(before) else None
