"""Questions about agents: the table of all, and one agent against the period before and the others.

What is about all agents leaves the agents of the filters out, so that shares and means stay those
of everybody while some are looked at.
"""

from dataclasses import dataclass
from typing import Any

import polars as pl

from errors import FilterError
from queries import comparison, histograms, honest, links, marks
from queries.catalog import DIMENSIONS, METRICS, Dimension, Metric, named
from queries.comparison import Compared
from queries.engine import Snapshot, fetch
from queries.filters import Filters
from queries.lines import AGENTS, lines, slices, with_changes
from queries.marks import Mark, Row
from queries.names import agent_names
from queries.statement import measures
from queries.together import both

METRIC_NAMES = (
    "sessions", "failure_rate", "cancel_rate", "handoff_rate", "duration_median", "duration_p95",
    "messages_per_session",
)  # fmt: skip
RATES = ("failure_rate", "cancel_rate", "handoff_rate")

MOST_SESSIONS = "-sessions"
_SORTED = {"agent": "agent_name", "change": "change", "share": "share"}
_SORTED |= {name: name for name in METRIC_NAMES}
SORTS = tuple(f"{sign}{name}" for name in _SORTED for sign in ("-", ""))

_OTHERS = Dimension("is_other", "Other agents", "agent_id <> $own")


@dataclass(frozen=True)
class Agent:
    """One agent: its numbers by name, and the same numbers of all other agents together.

    `differs` tells of each rate whether the difference to the others is more than chance.
    """

    agent_id: str
    name: str
    numbers: dict[str, Compared]
    others: dict[str, Any]
    near: frozenset[str]  # of the others, what is within half a bin
    differs: dict[str, bool]
    line: list[int]  # `queries.lines`; empty without a session
    line_before: list[int] | None


def table(filters: Filters, snapshot: Snapshot, *, sort: str = MOST_SESSIONS) -> pl.DataFrame:
    """Return a row for each agent of the filtered sessions.

    Columns: agent_id, agent_name (the newest), each of METRIC_NAMES with NAME_hits and NAME_n as in
    the catalogue, failure_rate_low and failure_rate_high (95 %), share (of the sessions of all
    agents), line, line_before and before (`queries.lines`), change (a part of `before`; null where
    that is 0 or null), is_noise (the change may be chance), is_uncertain (fewer sessions than say
    much), is_near (durations are of a histogram, within half a bin). Rates of the uncertain and
    what is unknown come last. Raises FilterError for a sort that there is not.
    """
    if sort not in SORTS:
        raise FilterError(f"There is no sort {sort!r}.", advice=f"Use one of {', '.join(SORTS)}.")
    everybody = filters.without("agent")
    numbers = _Numbers(DIMENSIONS["agent"], everybody, snapshot)
    binned, (exact, drawn) = both(
        numbers.binned,
        lambda: both(numbers.exact, lambda: lines(AGENTS, "agent_id", everybody, snapshot)),
    )
    rows = honest.with_bounds(numbers.joined(exact, binned), "failure_rate")
    rows = rows.rename({"agent": "agent_id"}).with_columns(
        pl.lit(bool(numbers.near)).alias("is_near")
    )
    rows = rows.join(drawn, "agent_id", "left")
    names = agent_names(snapshot, filters.scope)
    shown = with_changes(rows).with_columns(
        pl.col("agent_id").replace_strict(names, return_dtype=pl.String).alias("agent_name"),
        (pl.col("sessions") / pl.col("sessions").sum()).alias("share"),
        (pl.col("sessions") < honest.FEW).alias("is_uncertain"),
    )
    if filters.agent:
        shown = shown.filter(pl.col("agent_id").is_in(filters.agent))
    return _sorted(shown, sort)


def overall(filters: Filters, snapshot: Snapshot) -> dict[str, Compared]:
    """Return the numbers of all agents together, whatever agents the filters choose."""
    everybody = filters.without("agent")
    return comparison.compared(METRIC_NAMES, everybody, snapshot, may_be_near=True)


def agent(agent_id: str, filters: Filters, snapshot: Snapshot) -> Agent:
    """Return one agent under the filters, whatever agents these choose.

    Without any session its counts are 0 and its name is the id, if no other is known.
    """
    everybody = filters.without("agent")
    own = everybody.model_copy(update={"agent": (agent_id,)})
    numbers = comparison.compared(METRIC_NAMES, own, snapshot, may_be_near=True)
    others, near = _others(agent_id, everybody, snapshot)
    names = agent_names(snapshot, filters.scope)
    drawn = lines(AGENTS, "agent_id", own, snapshot).to_dicts()
    line, line_before = (drawn[0]["line"], drawn[0]["line_before"]) if drawn else ([], None)
    differs = {name: _differs(name, numbers[name], others) for name in RATES}
    name = names.get(agent_id, agent_id)
    return Agent(agent_id, name, numbers, others, near, differs, line, line_before)


def link(agent_id: str, filters: Filters, **also: Any) -> Filters | None:  # noqa: ANN401
    """Return the filtered sessions of an agent, and with other filters too; None: none can be."""
    return links.narrowed(filters, agent=(agent_id,), **also)


class _Numbers:
    """The numbers by a dimension: percentiles of a histogram where one answers, the rest exact."""

    def __init__(
        self, dimension: Dimension, filters: Filters, snapshot: Snapshot, **given: Any  # noqa: ANN401
    ) -> None:  # fmt: skip
        self._dimension, self._filters, self._snapshot = dimension, filters, snapshot
        self._given = given
        self._asked = named(METRIC_NAMES)
        self._binned = histograms.grouped(self._asked, dimension, filters, snapshot, **given)
        self.near = frozenset[str]() if self._binned is None else self._binned.names

    def binned(self) -> pl.DataFrame | None:
        """Return what is within half a bin, by value; None where all are exact."""
        return None if self._binned is None else self._binned.ask(self._snapshot)

    def exact(self) -> pl.DataFrame:
        """Return what is exact, by value."""
        exact = [metric for metric in self._asked if metric.name not in self.near]
        statement = measures(exact, self._dimension, has_n=True)
        return fetch(statement, self._filters, self._snapshot, **self._given)

    def joined(self, exact: pl.DataFrame, binned: pl.DataFrame | None) -> pl.DataFrame:
        """Return both by value; who has nothing in the histogram has 0 of it."""
        if binned is None:
            return exact
        rows = exact.join(binned, self._dimension.name, "left", maintain_order="left")
        return rows.with_columns(pl.col(f"{name}_n").fill_null(0) for name in self.near)


def _sorted(rows: pl.DataFrame, sort: str) -> pl.DataFrame:
    name = sort.removeprefix("-")
    value = pl.col(_SORTED[name])
    if name in RATES:
        value = pl.when(~pl.col("is_uncertain")).then(value)
    if name == "agent":
        value = value.str.to_lowercase()
    keys = [value, pl.col("sessions"), pl.col("agent_id")]
    return rows.sort(keys, descending=[sort.startswith("-"), True, False], nulls_last=True)


def _others(
    agent_id: str, filters: Filters, snapshot: Snapshot
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return the numbers of all agents but one, with their hits and n; 0 and None without any.

    And which of them are within half a bin.
    """
    numbers = _Numbers(_OTHERS, filters, snapshot, own=agent_id)
    rows = numbers.joined(numbers.exact(), numbers.binned())
    for row in rows.iter_rows(named=True):
        if row["is_other"]:
            return row, numbers.near
    none = {name: 0 if kind.is_integer() else None for name, kind in rows.schema.items()}
    return none, numbers.near


def _differs(name: str, own: Compared, others: dict[str, Any]) -> bool:
    if own.value is None:
        return False
    hits = round(float(own.value) * own.n)
    return honest.rates_differ(hits, own.n, others[f"{name}_hits"], others[f"{name}_n"])


def _rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
    return table(filters, snapshot).to_dicts()


def _link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:  # noqa: ARG001
    return link(row["agent_id"], filters)


def _own(filters: Filters, snapshot: Snapshot) -> Filters:
    """Return the filters with the agent of the first row alone."""
    largest = table(filters, snapshot)["agent_id"].head(1).to_list()
    return filters.model_copy(update={"agent": tuple(largest)})


def _slice_rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
    own = _own(filters, snapshot)
    counts = agent(own.agent[0], filters, snapshot).line if own.agent else []
    return [{"place": place, "sessions": count} for place, count in enumerate(counts)]


def _slice(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:
    return slices(_own(filters, snapshot), snapshot)[row["place"]]


def _rate(metric: Metric) -> Mark:
    """Return the mark of a rate in a row."""

    def rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
        hits = f"{metric.name}_hits"
        return [{**row, "sessions": row[hits]} for row in _rows(filters, snapshot)]

    def behind(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:  # noqa: ARG001
        return link(row["agent_id"], filters, **metric.behind)

    return Mark(f"agent_{metric.name}", f"{metric.label} of an agent.", rows, behind)


marks.enter(Mark("agent", "The sessions of an agent.", _rows, _link))
marks.enter(Mark("agent_slice", "A bar of an agent's own page.", _slice_rows, _slice))
for _name in RATES:
    marks.enter(_rate(METRICS[_name]))
