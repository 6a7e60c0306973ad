"""The relations that questions read: `filtered` and `scoped`, as the beginning of a WITH list.

Not materialized: only so do the columns and bounds of the question reach the scan. Each layer and
each column of one is planned anew wherever it is read, which of a small question is much: so there
is a relation only where it is read, with the columns that are read (measured: the lines of the
cards, which read `filtered` three times, in 4.1 ms where they took 5).
"""

from collections.abc import Sequence
from textwrap import indent

from lake import returns
from lake.schema import SESSIONS
from queries import cells
from queries.filters import Filters
from queries.planner import Plan

ROWS = Plan("")
# What `sessions` has: see lake/relations.py.
_COLUMNS = (*(name for name in SESSIONS.names if name != "content_hash"),
            "search", "start_hour", "session_no")  # fmt: skip


def relations(
    filters: Filters, clauses: Sequence[str], text: str, plan: Plan = ROWS
) -> str:  # fmt: skip
    """Return the relations that a text reads, without the word WITH.

    `clauses` are the conditions of `filters` on what is read: the cells of the plan's cube, or the
    sessions. Who may see only some agents sees users return only among these.
    """
    agents = filters.scope.agents
    scope = [] if agents is None else ["agent_id in $scope"] if agents else ["false"]
    is_of_rows = plan.cube is None
    read = "\n".join((text, *scope, *clauses))
    is_some = is_of_rows and agents is not None and cells.reads(read, "returns")
    returned = returns.select("scoped") if is_some else ""
    read = f"{read}\n{returned}"
    source, columns = "sessions", "*"
    if plan.cube is None:
        columns = _listed(read)
    else:
        told = cells.relation(plan.cube, plan.edges, read, has_live=plan.has_live)
        source = indent(f"(\n    {told}\n)", " " * 4).lstrip()
    found = {}
    if cells.reads(read, "scoped"):
        found["scoped"] = _select(columns, source, scope)
        source, scope = "scoped", []
        if returned:
            found["returns"] = returned
    if cells.reads(text, "filtered"):
        found["filtered"] = _select(columns, source, [*scope, *clauses])
    return ",\n".join(f"{name} as not materialized ({text}\n)" for name, text in found.items())


def _listed(read: str) -> str:
    """Return the columns of sessions that are read: of none any, for rows are counted."""
    words = cells.words(read)
    return ",\n        ".join(name for name in _COLUMNS if name in words) or "channel"


def _select(columns: str, source: str, conditions: Sequence[str]) -> str:
    listed = "\n        and ".join(f"({each})" for each in conditions)
    where = f"\n    where {listed}" if conditions else ""
    return f"\n    select\n        {columns}\n    from {source}{where}"
