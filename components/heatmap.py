"""When sessions start: a week of hours, darker for more."""

import polars as pl

from components import panels
from components.assets import element
from components.panels import Explain, Panel, Scene

_heatmap = element("heatmap")

HEATMAP = Panel("heatmap", "When sessions start")


def show(scene: Scene, week: pl.DataFrame, before: pl.DataFrame | None, explain: Explain) -> None:
    """Render answers of `queries.trends.heatmap`: of the range, and of the period before."""
    words = f"hour of day by weekday, {scene.zone}"
    data = {
        **panels.frame(HEATMAP, scene, explain, sub=words),
        "values": _rows(week),
        "before": None if before is None else _rows(before),
    }
    _heatmap(key=HEATMAP.key, data=data, on_explain_change=panels.asking(HEATMAP))


def _rows(week: pl.DataFrame) -> list[list[int]]:
    """Return the sessions of each hour of each day, Monday first."""
    sessions = week.sort("weekday", "hour")["sessions"].to_list()
    return [sessions[day * 24 : day * 24 + 24] for day in range(7)]
