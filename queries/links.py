"""Links: the sessions behind a mark, as filters; None where filters cannot name them.

Each narrows the filters that the mark was drawn under, so that it leads to no other session.
"""

from typing import Any

from pydantic import ValidationError

from queries import stacks
from queries.catalog import Metric
from queries.choices import Has
from queries.engine import Snapshot
from queries.filters import Filters
from queries.stacks import OTHER
from queries.trends import Series


def behind(metric: Metric, filters: Filters) -> Filters | None:
    """Return the sessions that a metric is about; of a rate those that it counts."""
    return narrowed(filters, **metric.behind)


def bucket(series: Series, place: int, filters: Filters) -> Filters:
    """Return the sessions of the bucket at a place (from 0) of all groups of a series."""
    return filters.between(*series.buckets.bounds(place))


def undated(filters: Filters) -> Filters | None:
    """Return the sessions without a start."""
    return narrowed(filters, has=(Has.NO_START,))


def group(
    by: str, value: str, filters: Filters, snapshot: Snapshot, *, among: Filters | None = None
) -> Filters | None:
    """Return the sessions of a group of a chart over time; filters are those of the whole chart.

    OTHER is the list of its agents; None where these are more than a filter takes. Which agents
    stand alone is decided `among` other sessions where the chart is of the period before them.
    """
    if value == OTHER:
        return narrowed(filters, agent=stacks.others(filters, snapshot, among=among))
    return part(by, value, filters)


def part(dimension: str, value: str | int | None, filters: Filters) -> Filters | None:
    """Return the sessions of a value of a dimension; None is no start, of weekday and hour."""
    return undated(filters) if value is None else narrowed(filters, **{dimension: (value,)})


def cell(weekday: int, hour: int, filters: Filters) -> Filters | None:
    """Return the sessions of a cell of the heatmap; the zone is that of the filters."""
    return narrowed(filters, weekday=(weekday,), hour=(hour,))


def narrowed(filters: Filters, **wanted: Any) -> Filters | None:  # noqa: ANN401  any field's
    """Return the filters with these values too.

    None where no session can match both, and where a filter cannot take the values.
    """
    try:
        read = Filters.model_validate(wanted)
    except ValidationError:  # too many, or an id that is too long
        return None
    update: dict[str, Any] = {}
    for name in wanted:
        known, value = getattr(filters, name), getattr(read, name)
        if name == "has":  # all of them must hold; of the other lists any may
            update[name] = tuple(sorted({*known, *value}))
        elif name == "duration_min":
            update[name] = max(value, known or 0)
        else:
            update[name] = tuple(item for item in value if not known or item in known)
            if not update[name]:
                return None
    return filters.model_copy(update=update)
