"""Open at once: how many sessions were going on at the same time, by channel."""

from datetime import datetime
from threading import Lock
from zoneinfo import ZoneInfo

from cachetools import LRUCache

from components import changes, panels, trend
from components.assets import Data
from components.lens import Lens
from components.panels import Panel, Scene
from components.times import milliseconds
from queries.catalog import Unit
from queries.charts import AtOnce, Lately
from queries.concurrency import ALL, Concurrency
from queries.filters import Filters
from queries.grid import MICROSECOND
from queries.where import plain

AT_ONCE = Panel("at_once", "Open at once")
LATELY = Panel("lately", "Open at once, last 24 h")
CHANNEL = "channel"


def show(scene: Scene, chart: AtOnce) -> None:
    """Render `queries.charts.at_once`: what was open, the most of each slice, p95, capacity."""
    found, capacity = chart.concurrency, scene.lens.capacity
    room = {"name": "capacity", "label": "Room for", "value": str(capacity or ""), "usual": ""}
    framed = panels.frame(
        AT_ONCE, scene, chart.explain, sub=_sub(scene, found), figure=_figure(found),
        note=_note(found, capacity), choices=[room],
    )  # fmt: skip
    data = {**framed, **_drawn(scene, found), "rules": _rules(found, capacity)}
    trend.draw(key=AT_ONCE.key, data=data, on_explain_change=panels.asking(AT_ONCE))


def lately(chart: Lately) -> None:
    """Render `queries.charts.lately`: what was open, and behind it what is usual in each hour.

    It is as of the minute, so that the runs of one minute send the same.
    """
    scene = Scene(chart.filters, chart.snapshot, Lens())
    found = chart.at_once.concurrency
    framed = panels.frame(
        LATELY, scene, chart.at_once.explain,
        sub="open during each quarter of an hour, whenever they started",
    )  # fmt: skip
    key = (chart.filters, chart.snapshot.name, scene.zone)
    with _KEEPING:
        shown = _SHOWN.get(key)
    if shown is None:
        shown = {**_drawn(scene, found), "band": _band(chart), "is_until_now": True, "rules": []}
        with _KEEPING:
            _SHOWN[key] = shown
    data = {**framed, **shown, "against": ""}
    trend.draw(key=LATELY.key, data=data, on_explain_change=panels.asking(LATELY))


_KEEPING = Lock()
_SHOWN: LRUCache[tuple[Filters, str, str], Data] = LRUCache(32)  # the same for a minute


def _band(chart: Lately) -> Data | None:
    """Return what is usual in each slice; None where nobody knows of any."""
    if not any(chart.usual):
        return None
    return {
        "label": "Usual at this hour",
        "low": [None if each is None else round(each.low) for each in chart.usual],
        "high": [None if each is None else round(each.high) for each in chart.usual],
    }


def _drawn(scene: Scene, found: Concurrency) -> Data:
    """Return the bars by channel, and the most of each slice as a line."""
    return {
        **_time(scene, found),
        "kind": "bars",
        "unit": Unit.SESSIONS,
        "field": CHANNEL,
        "is_linked": False,
        "is_peak": True,
        "series": [
            {
                **trend.group_of(scene, CHANNEL, group, place, {}),
                "values": _values(found, group, "open"),
            }
            for place, group in enumerate(found.groups)
        ],
        "before": _values(found, ALL, "peak"),
        "ghost": "Most at once",
        "word": "at most",
    }


def _values(found: Concurrency, group: str, column: str) -> list[int]:
    if found.period is None:
        return []
    values: list[int] = found.slices.filter(group=group)[column].to_list()
    return values


def _time(scene: Scene, found: Concurrency) -> Data:
    """Return the slices; their bounds as filters are those of starts in them."""
    if found.period is None:
        return {"interval": "slice", "step": 0, "starts": [], "edges": []}
    starts: list[datetime] = found.slices.filter(group=ALL)["starts_at"].to_list()
    shown = [start.astimezone(ZoneInfo(scene.zone)).replace(tzinfo=None) for start in starts]
    return {
        "interval": "slice",
        "step": found.step // (1000 * MICROSECOND),
        "starts": [milliseconds(start) for start in shown],
        "edges": [plain(edge) for edge in (*starts, found.period.before)],
    }


def _whole(found: Concurrency) -> Data | None:
    """Return the summary of all groups together; None where nothing was open."""
    if found.period is None or found.summary.is_empty():
        return None
    return found.summary.filter(group=ALL).row(0, named=True)


def _figure(found: Concurrency) -> Data | None:
    whole = _whole(found)
    return None if whole is None else {"value": whole["peak"], "unit": Unit.SESSIONS, "against": ""}


def _sub(scene: Scene, found: Concurrency) -> str:
    whole = _whole(found)
    if whole is None or not whole["peak"]:
        return "by channel"
    at = whole["peak_at"].astimezone(ZoneInfo(scene.zone))
    return f"most on {at.day} {at:%b} {at.year} {at:%H:%M}, whenever they started"


def _rules(found: Concurrency, capacity: int | None) -> list[Data]:
    """Return the lines across the chart: what was seldom exceeded, and what there is room for."""
    whole = _whole(found)
    rules: list[Data] = []
    if whole is not None and whole["p95"] is not None:
        label = f"95% of the time {whole['p95']:,} or fewer"
        rules.append({"value": whole["p95"], "label": label, "shape": "quiet"})
    if capacity is not None:
        rules.append({"value": capacity, "label": f"Room for {capacity:,}", "shape": ""})
    return rules


def _note(found: Concurrency, capacity: int | None) -> Data | None:
    if found.left_out:
        words = "1 session has" if found.left_out == 1 else f"{found.left_out:,} sessions have"
        link = found.left_out_link
        text = f"{words} ended without an end time, and cannot be counted."
        return {"text": text, "change": None if link is None else changes.to(link)}
    if capacity is None or found.above is None:
        return None
    return {"text": f"More than {capacity:,} for {found.above:.1%} of the time.", "change": None}
