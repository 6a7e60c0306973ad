"""When sessions start: a week of hours, darker for more."""

import polars as pl

from components import panels
from components.assets import element
from components.panels import Panel, Scene
from queries.charts import Week

_heatmap = element("heatmap")

HEATMAP = Panel("heatmap", "When sessions start")


def show(scene: Scene, week: Week) -> None:
    """Render the answer of `queries.charts.week`."""
    words = f"hour of day by weekday, {scene.zone}"
    data = {
        **panels.frame(HEATMAP, scene, week.explain, sub=words),
        "values": _rows(week.now),
        "before": None if week.before is None else _rows(week.before),
    }
    _heatmap(key=HEATMAP.key, data=data, on_explain_change=panels.asking(HEATMAP))


def _rows(week: pl.DataFrame) -> list[list[int]]:
    """Return the sessions of each hour of each day, Monday first."""
    sessions = week.sort("weekday", "hour")["sessions"].to_list()
    return [sessions[day * 24 : day * 24 + 24] for day in range(7)]
