"""What changed: the parts of a change against the period before, the largest first."""

from collections.abc import Mapping
from typing import Any

from components import changes, panels
from components.assets import Data, element
from components.lens import FAILURE_RATE, METRICS
from components.panels import Panel, Scene
from queries import catalog, change_links, links
from queries.changes import METADATA, Changes
from queries.charts import Changed
from queries.filters import FIELDS

_changed = element("changed")

CHANGED = Panel("changed", "What changed")
ROWS = 6  # in sight; the data behind has all
KEPT = 60  # handed to the browser

_METRICS = {name: catalog.METRICS[name].label for name in METRICS}
_WEEK: Data = {"text": "Look at the last 7 days", "change": {"range": ["7d"]}, "is_here": True}
_HINT: Data = {
    "text": "Grey rows are within noise. Parts of one kind add up, kinds overlap.",
    "change": None,
}


def show(scene: Scene, chart: Changed) -> None:
    """Render `queries.charts.changed`: the change of the lens's metric, and its parts."""
    found, compared = chart.changes, chart.compared
    has_before = compared is not None
    parts = [_part(scene, found, row) for row in _telling(found)]
    data = {
        **panels.frame(
            CHANGED, scene, chart.explain,
            figure=None if compared is None
            else panels.figure(found.metric.name, compared, scene),
            note=_HINT if parts else None if has_before else _WEEK,
            choices=[panels.choice("metric", "Metric", scene.lens.metric, _METRICS, FAILURE_RATE)],
        ),
        "unit": found.metric.unit,
        "good": found.metric.good_direction,
        "rows": ROWS,
        "parts": parts,
        "nothing": _nothing(found),
    }  # fmt: skip
    _changed(key=CHANGED.key, data=data, on_explain_change=panels.asking(CHANGED))


def _telling(found: Changes) -> list[Mapping[str, Any]]:
    """Return the parts that tell something: neither all of the sessions, nor without a change."""
    whole = found.whole
    return [
        part
        for part in found.parts.head(KEPT).iter_rows(named=True)
        if whole is not None
        and part["contribution"]
        and (part["n_now"], part["n_before"]) != (whole.n_now, whole.n_before)
    ]


def _nothing(found: Changes) -> str:
    """Return why there are no parts, for a list that has none."""
    if found.whole is None:
        return "All time has no period before it."
    if found.whole.change is None:
        return "Without sessions in both periods no rate can change."
    if found.whole.change:
        return "No part tells more than the whole."
    return "Nothing has changed."


def _part(scene: Scene, found: Changes, part: Mapping[str, Any]) -> Data:
    link = change_links.link(dict(part), scene.filters)
    counted = links.behind(found.metric, scene.filters)
    behind = None if counted is None else change_links.link(dict(part), counted)
    is_pair = part["dimension"] == METADATA
    return {
        "kind": "Metadata" if is_pair else FIELDS[part["dimension"]].label,
        "label": f"{part['key']} = {part['label']}" if is_pair else part["label"],
        "change": part["contribution"],
        "now": part["now"],
        "before": part["before"],
        "n": part["n_now"],
        "is_noise": part["is_noise"],
        "link": None if link is None else changes.towards(scene.filters, link),
        "show": panels.behind(behind, part["hits_now"]),
    }
