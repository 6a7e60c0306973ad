"""Repeat contact: how often the same user is back, by agent."""

from typing import Any

from components import changes, panels
from components.assets import Data, element
from components.panels import Panel, Scene
from queries import links, returning
from queries.charts import Repeat

_repeat = element("repeat")

REPEAT = Panel("repeat", "Repeat contact", "back after a completed or failed session, by agent")
KEPT = 100  # agents, those with most sessions


def show(scene: Scene, chart: Repeat) -> None:
    """Render `queries.charts.repeat`: a row for all agents and one for each."""
    shown = chart.rows.head(KEPT + 1)
    rows = [_row(scene, row) for row in shown.iter_rows(named=True)]
    data = {
        **panels.frame(REPEAT, scene, chart.explain, note=_note(chart.rows.height - 1)),
        "rows": rows if rows and rows[0]["ended"] else [],
    }
    _repeat(key=REPEAT.key, data=data, on_explain_change=panels.asking(REPEAT))


def _note(agents: int) -> Data | None:
    if agents <= KEPT:
        return None
    return {"text": f"The {KEPT} of {agents:,} agents with most sessions.", "change": None}


def _row(scene: Scene, row: dict[str, Any]) -> Data:
    agent = row["agent"]
    only = None if agent is None else links.part("agent", agent, scene.filters)
    rates = {
        within: {
            "rate": row[f"rate_{within}"],
            "low": row[f"low_{within}"],
            "high": row[f"high_{within}"],
            "show": panels.behind(
                returning.link(agent, within, scene.filters), row[f"back_{within}"]
            ),
        }
        for within in returning.WITHIN
    }
    return {
        "label": row["label"],
        "ended": row["ended"],
        "is_uncertain": row["is_uncertain"],
        "link": None if only is None else changes.towards(scene.filters, only),
        **{f"within_{within}": rate for within, rate in rates.items()},
    }
