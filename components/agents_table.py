"""The table of agents: each with its trend, its change, and rates that say how sure they are."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from streamlit.delta_generator import DeltaGenerator

from components import against, boxes, changes, loading
from components.assets import Data, element
from components.state import View
from lake import bins
from queries import agents, links
from queries.agents import MOST_SESSIONS, SORTS
from queries.catalog import METRICS
from queries.comparison import Compared
from queries.filters import Filters

SORT = "agents_sort"  # a parameter of the address
SHOWN = 200
NEAR = f"Durations with ≈ are within {bins.WITHIN} of the exact ones."
SCALES = (0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0)  # where the scale of failure rates may end

_agents = element("agents")


def slot() -> DeltaGenerator:
    """Return the place of the table; the first time it says that the agents are coming."""
    return loading.slot("agents", boxes.loading)


def sort(parameters: Mapping[str, Sequence[str]]) -> tuple[str, tuple[str, ...]]:
    """Return the sort that an address names, and a note where it can be none."""
    asked = [*parameters.get(SORT, ()), ""][0] or MOST_SESSIONS
    if asked in SORTS:
        return asked, ()
    return MOST_SESSIONS, (f"Left out: {SORT} {asked[:40]!r}, which can be {', '.join(SORTS)}.",)


def show(rows: pl.DataFrame, overall: Mapping[str, Compared], view: View, *, sort: str) -> None:
    """Render the answers of `queries.agents.table` and `overall`; a click opens one agent."""
    if rows.is_empty():
        boxes.empty(is_filtered=view.filters.is_set)
        return
    mean = overall["failure_rate"].value
    _agents(
        key="agents_table",
        data={
            "rows": [_row(row, mean, view.filters) for row in rows.head(SHOWN).to_dicts()],
            "overall": _overall(overall, view.filters.without("agent")),
            "sort": sort,
            "top": scale(rows),
            "mean": mean,
            "note": " ".join(_notes(rows, view)),
        },
    )


def scale(rows: pl.DataFrame) -> float:
    """Return where the scale of failure rates ends: it holds each interval that says much."""
    certain = rows.filter(~pl.col("is_uncertain"))["failure_rate_high"].to_list()
    needed = max(certain or rows["failure_rate"].to_list(), default=0)
    return next(end for end in SCALES if end >= needed or end == SCALES[-1])


def _row(row: Mapping[str, Any], mean: float | None, filters: Filters) -> Data:
    behind = agents.link(row["agent_id"], filters)
    low, high = row["failure_rate_low"], row["failure_rate_high"]
    is_high = not row["is_uncertain"] and mean is not None and low > mean
    return {
        "id": row["agent_id"],
        "name": row["agent_name"],
        **{name: row[name] for name in ("sessions", "line", "line_before", "before", "change")},
        **{name: row[name] for name in ("is_noise", "is_uncertain", "share")},
        "failure": {**_rate("failure_rate", row, behind), "low": low, "high": high,
                    "n": row["failure_rate_n"], "is_high": is_high},
        "cancelled": _rate("cancel_rate", row, behind),
        "handoff": _rate("handoff_rate", row, behind),
        "is_near": row["is_near"],
        "median": row["duration_median"],
        "p95": row["duration_p95"],
        "messages": row["messages_per_session"],
        "list": behind and changes.to(behind),
    }  # fmt: skip


def _rate(name: str, row: Mapping[str, Any], behind: Filters | None) -> Data:
    counted = behind and links.behind(METRICS[name], behind)
    change = counted and changes.to(counted)
    return {"rate": row[name], "hits": row[f"{name}_hits"], "change": change}


def _overall(numbers: Mapping[str, Compared], filters: Filters) -> Data:
    """Return the last row, all agents together, in the form of the others."""
    sessions = numbers["sessions"]
    row: Data = {"agent_id": "", "agent_name": "All agents", "line": None, "line_before": None}
    row |= {"sessions": sessions.value, "before": sessions.before, "change": sessions.change}
    row |= {"is_noise": sessions.is_noise, "is_uncertain": numbers["failure_rate"].is_uncertain}
    row |= {"share": None, "is_near": numbers["duration_median"].is_near}
    for name, number in numbers.items():
        row |= {name: number.value, f"{name}_n": number.n, f"{name}_hits": _hits(number)}
    row |= {f"failure_rate_{end}": getattr(numbers["failure_rate"], end) for end in ("low", "high")}
    return {**_row(row, None, filters), "list": changes.to(filters)}


def _hits(number: Compared) -> int:
    """Return how many sessions a rate counts."""
    return round(float(number.value or 0) * number.n)


def _notes(rows: pl.DataFrame, view: View) -> list[str]:
    """Return what is to be known about the table, in sentences."""
    agents_ = f"{rows.height:,} agent{'' if rows.height == 1 else 's'}"
    before = against.words(view.filters, view.snapshot)
    return [
        f"The first {SHOWN} of {agents_}: search or filter to see others."
        if rows.height > SHOWN
        else f"{agents_}.",
        f"Change is against {before}, whose line is dotted; grey ones may be chance."
        if before
        else "Choose dates to see changes.",
        f"Failure rates are drawn from 0 to {scale(rows):.0%}, the mean of all is dotted.",
        "Red ones lie above it with 95% certainty.",
        "Grey numbers have fewer than 30 sessions behind them.",
        *([NEAR] if rows["is_near"].any() else ()),
    ]
