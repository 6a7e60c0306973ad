"""The sessions behind the parts of a change, and its marks."""

from typing import Any

from queries import comparison, links
from queries.catalog import METRICS, Metric, Unit
from queries.changes import BY_HOUR, METADATA, changes
from queries.clauses import Clause, Operator
from queries.engine import Snapshot
from queries.filters import Filters
from queries.marks import Mark, enter
from queries.values import MAX_VALUES

Row = dict[str, Any]

FIRST = 10  # parts of which the registry has marks: those that are read first


def link(part: Row, filters: Filters) -> Filters | None:
    """Return the sessions of a part in the range of the filters; None where filters cannot say.

    For those of the period before the filters of `queries.comparison.previous` are given.
    """
    name, value = part["dimension"], part["value"]
    if name != METADATA:
        return links.part(name, int(value) if name in BY_HOUR else value, filters)
    operator = Operator.MISSING if value is None else Operator.EQUALS
    clause = Clause(key=part["key"], operator=operator, value=value or "")
    clauses = tuple(sorted({*filters.metadata, clause}))
    return filters.model_copy(update={METADATA: clauses}) if len(clauses) <= MAX_VALUES else None


def _mark(metric: Metric) -> Mark:
    """Return the mark of a part of a metric's change: what it counts, in either period."""

    def rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
        parts = changes(metric.name, filters, snapshot).parts.head(FIRST).to_dicts()
        sides = {"present": "hits_now", "before": "hits_before"}
        return [
            {**part, "of": side, "sessions": part[hits]}
            for part in parts
            for side, hits in sides.items()
        ]

    def mark_link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:
        is_present = row["of"] == "present"
        asked = filters if is_present else comparison.previous(filters, snapshot)
        inside = asked and links.behind(metric, asked)
        return inside and link(row, inside)

    name = f"{metric.name}_change"
    return Mark(name, f"What a part adds to the change of: {metric.label}.", rows, mark_link)


for each in METRICS.values():
    if each.is_count or each.unit is Unit.RATE:
        enter(_mark(each))
