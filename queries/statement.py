"""Statements: the SQL files, read once, and how filters are put before them.

A question's text reads `filtered` (the rows that the filters leave) or `scoped` (all rows that the
viewer may see). Everything that is put together here is text of ours; values are bound.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from lake.cubes import Cubes
from queries import cells, periods, planner
from queries.catalog import Dimension, Metric
from queries.filters import Filters
from queries.planner import Asked, Plan
from queries.relations import ROWS, relations
from queries.where import HOLDS, Bound, bindable

FOLDER = Path(__file__).parent / "sql"

_CELLS = re.compile(r"^-- cells(.*)$", re.MULTILINE)
_PARAMETER = re.compile(r"\$([a-z][a-z0-9_]*)")
_FILTERED = re.compile(r"\b(?:from|join) filtered\b")
_OTHERS = re.compile(r"\b(?:from|join) (?:scoped|sessions|messages|events|ids|returns)\b")
_TABLES = re.compile(r"\b(from|join) (sessions|messages|events)\b")
_ORDER = re.compile(r"^order by .*$", re.MULTILINE)
# From the first to the last start, or (of a search) from one to before another.
_SLICE = re.compile(
    r"(\w*started_at) >= \$slice_(?:first|after) and \1 <=? \$slice_(?:last|before)"
)


@dataclass(frozen=True)
class Statement:
    """A named select over `filtered`, `scoped` or a table.

    `cuts` are those of `queries.planner.Asked`; a file names them in its head, after `cells`.
    """

    name: str
    text: str
    cuts: tuple[str, ...] | None = None
    half: str = ""  # begins the names of the tables that it reads: those of lake/hot.py
    cube: str = ""  # for whose cells it is written: to be asked only where these answer
    counted: "Statement | None" = None  # the same written for cells: asked where these answer

    @property
    def parameters(self) -> frozenset[str]:
        """The names of the parameters in the text."""
        return frozenset(_PARAMETER.findall(self.text))

    @property
    def is_of_filtered(self) -> bool:
        """Whether it reads nothing of sessions beside those that the filters leave."""
        is_of_filtered = bool(_FILTERED.search(self.text)) and not _OTHERS.search(self.text)
        return is_of_filtered and not self.half

    def ordered(self, order: str) -> "Statement":
        """Return the statement with another order (text of ours)."""
        return replace(self, text=_ORDER.sub(f"order by {order}", self.text))

    def placed(self, usual: str, place: str) -> "Statement":
        """Return the statement with something else in place of a part (text of ours)."""
        return replace(self, text=self.text.replace(usual, place))

    def where(self, condition: str) -> "Statement":
        """Return the statement of those of `filtered` that meet a condition (text of ours)."""
        return replace(
            self, text=self.text.replace("from filtered", f"from filtered\nwhere {condition}")
        )

    @property
    def fresh(self) -> "Statement":
        """The statement asked of what is live alone: of a publication with live sessions only."""
        return replace(self, half="fresh_")

    @property
    def cold(self) -> "Statement":
        """The statement asked of what is not live, of such a publication too."""
        return replace(self, half="cold_")

    @property
    def unordered(self) -> "Statement":
        """The statement without its order, for what is known to lie in it."""
        return replace(self, text=_ORDER.sub("", self.text))

    @property
    def undated(self) -> "Statement":
        """The statement of a slice of time, asked about what has no start."""
        return replace(self, text=_SLICE.sub(r"\1 is null", self.text))


@cache
def sql(name: str) -> Statement:
    """Return the statement of queries/sql/<name>.sql."""
    text = (FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    cuts = _CELLS.search(text)
    listed = None if cuts is None else tuple(filter(None, re.split(r",\s*", cuts[1].strip())))
    return Statement(name, "\n".join(lines).strip(), listed)


def measures(
    metrics: Sequence[Metric], dimension: Dimension | None = None, *, has_n: bool = False
) -> Statement:
    """Return a select of metrics over the filtered sessions, for each value of a dimension.

    With the columns of `measured` where `has_n`.
    """
    shapes = measured(metrics) if has_n else {metric.name: metric.sql for metric in metrics}
    columns = [f"{sql} as {name}" for name, sql in shapes.items()]
    if dimension is None:
        return Statement("measures", f"select\n    {_listed(columns)}\nfrom filtered", ())
    listed = _listed([f"{dimension.sql} as {dimension.name}", *columns])
    text = f"select\n    {listed}\nfrom filtered\ngroup by 1\norder by count(*) desc, 1"
    return Statement(f"measures_by_{dimension.name}", text, ())


def measures_of_both(metrics: Sequence[Metric]) -> Statement:
    """Return a select of the columns of `measured` by `is_now`: before $split, and from it on."""
    columns = [f"{sql} as {name}" for name, sql in measured(metrics).items()]
    listed = _listed(["started_at >= $split as is_now", *columns])
    text = f"select\n    {listed}\nfrom filtered\ngroup by is_now\norder by is_now"
    return Statement("measures_of_both", text, ("split",))


def measured(metrics: Sequence[Metric]) -> dict[str, str]:
    """Return the columns of metrics with their SQL: beside what is no count its n, and the hits."""
    columns: dict[str, str] = {}
    for metric in metrics:
        columns[metric.name] = metric.sql
        if metric.hits:
            columns[f"{metric.name}_hits"] = metric.hits
        if not metric.is_count:
            columns[f"{metric.name}_n"] = metric.over
    return columns


def of_none(metrics: Sequence[Metric]) -> dict[str, int | None]:
    """Return the columns of `measured` of no sessions: a count is 0, another metric null."""
    no_count = {metric.name for metric in metrics if not metric.is_count}
    return {name: None if name in no_count else 0 for name in measured(metrics)}


def _listed(columns: Sequence[str]) -> str:
    return ",\n    ".join(columns)


def planned(
    statement: Statement, filters: Filters, given: dict[str, Any], tick: datetime, zone: str,
    *, cubes: Cubes | None,
) -> Plan:  # fmt: skip
    """Return what answers a statement: the cells of a cube, or the sessions one by one."""
    bound = _bound(filters, given, tick, zone)
    period = periods.current(filters, tick)
    told = statement.counted or statement
    asked = Asked(told.text, told.cuts, filters, bound, period, told.cube)
    return planner.plan(asked, cubes)


def compose(
    statement: Statement, filters: Filters, given: dict[str, Any], tick: datetime, zone: str,
    *, picked: str | None = None, cubes: Cubes | None = None, held: str = HOLDS,
) -> tuple[str, Bound]:  # fmt: skip
    """Return the whole text and the parameters that occur in it, ready to be bound.

    Where a table `picked` (a name of ours) holds the ids that the filters leave, it is asked in
    their place; of `cubes`, where there are some, what the planner says. `held` is the clause of a
    text that is searched for.
    """
    text = statement.text
    bound = _bound(filters, given, tick, zone)
    if re.search(r"\b(filtered|scoped)\b", text):
        clauses = [held if clause == HOLDS else clause for clause in filters.clauses()]
        if picked is not None:
            clauses = [f"session_id in (select session_id from {picked})"]  # noqa: S608  our name
        may = cubes is not None and not statement.half
        plan = planned(statement, filters, given, tick, zone, cubes=cubes) if may else ROWS
        if plan.cube is not None:
            bound |= plan.edges.parameters()
            clauses = [cells.of_cells(clause) for clause in clauses]
            told = statement.counted or statement
            text = told.text if told.cube else cells.over_cells(told.text)
        text = f"with {relations(filters, clauses, text, plan)}{_body(text)}"
    if statement.half:
        text = _TABLES.sub(rf"\1 {statement.half}\2", text)
    return text, {name: bound[name] for name in dict.fromkeys(_PARAMETER.findall(text))}


def _bound(filters: Filters, given: dict[str, Any], tick: datetime, zone: str) -> Bound:
    """Return every parameter that a statement or a clause may name."""
    bound = filters.parameters(tick, zone)
    bound |= {"scope": bindable(filters.scope.agents)}
    return bound | {name: bindable(value) for name, value in given.items()}


def _body(text: str) -> str:
    """Return a select as it follows a WITH list; relations of its own join the list."""
    return f",\n{text[5:]}" if text.startswith("with ") else f"\n{text}"
