"""Charts over time: how many sessions, stacked; rates, durations and the like, as lines."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from components import changes, panels, theme
from components.assets import Data, element
from components.lens import DURING
from components.panels import Panel, Scene
from components.times import milliseconds
from queries import honest, intervals, links
from queries.catalog import METRICS
from queries.charts import OverTime
from queries.intervals import Buckets, Interval
from queries.stacks import OTHER, STACKS
from queries.trends import Series
from queries.where import plain

draw = element("trend")

VOLUME = Panel("volume", "Sessions", size="tall")
OPEN = "open"  # the column of `queries.trends.open_during`

_BY = {by: f"by {by}" for by in STACKS}
_INTERVALS = {"": "Automatic", **{each.value: f"by {each}" for each in Interval}}
_READINGS = {"": "Started in", DURING: "Open during"}
_LOOKS: Mapping[str, Mapping[str, theme.BadgeLook]] = {
    "channel": theme.CHANNELS, "status": theme.STATUSES, "type": theme.TYPES,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A metric as a line: its word in the legend, what it is drawn in, and how."""

    metric: str
    label: str
    ink: str = "text"
    shape: str = ""


@dataclass(frozen=True)
class Curves(Panel):
    """A chart of lines; the number of the first one stands above it."""

    lines: tuple[Line, ...] = field(default=(), kw_only=True)

    @property
    def first(self) -> str:
        """The metric of the first line."""
        return self.lines[0].metric


CURVES = (
    Curves("failure_rate", "Failure rate", lines=(Line("failure_rate", "Failed", "failed"),)),
    Curves("duration", "Duration", "of ended sessions", lines=(
        Line("duration_median", "Median"), Line("duration_p90", "p90", shape="dash"),
        Line("duration_p95", "p95", shape="thin"))),
    Curves("success_rate", "Success rate", lines=(
        Line("success_rate", "Completed", "completed"),)),
    Curves("cancel_rate", "Cancel rate", lines=(Line("cancel_rate", "Cancelled", "cancelled"),)),
    Curves("first_response", "First response", lines=(
        Line("first_response_median", "Median"), Line("first_response_p95", "p95", shape="thin"))),
    Curves("messages", "Messages a session", lines=(Line("messages_per_session", "Messages"),)),
)  # fmt: skip
# What to ask for: all of it at once, for one look at the sessions then answers for every chart.
NAMES = tuple(line.metric for chart in CURVES for line in chart.lines)


def volume(scene: Scene, chart: OverTime, *, names: Mapping[str, str]) -> None:
    """Render `queries.charts.volume` or `open_during`, by the dimension of the lens.

    `names` are the agents'.
    """
    series, is_open = chart.series, OPEN in chart.series.frame.columns
    column = OPEN if is_open else "sessions"
    figure = None if is_open else panels.figure("sessions", chart.compared["sessions"], scene)
    reading = f"open at some moment of each {series.interval}: they do not add up"
    data = {
        **panels.frame(
            VOLUME, scene, partial(chart.explain, "sessions"),
            figure=figure, note=_note(scene, series, column), choices=_choices(scene),
            sub=reading if is_open else f"started in each {series.interval}",
        ),
        **_time(series.buckets),
        "kind": "bars",
        "unit": METRICS["sessions"].unit,
        "field": scene.lens.by,
        "is_linked": not is_open,
        "series": _groups(scene, series, column, names),
        "before": None if chart.ghost is None else _sums(chart.ghost, column),
        "ghost": scene.against,
        "word": "was",
    }  # fmt: skip
    draw(key=VOLUME.key, data=data, on_explain_change=panels.asking(VOLUME))


def curves(panel: Curves, scene: Scene, chart: OverTime) -> None:
    """Render `queries.charts.lines`: the lines of a panel."""
    figure = panels.figure(panel.first, chart.compared[panel.first], scene)
    data = {
        **panels.frame(panel, scene, partial(chart.explain, panel.first), figure=figure),
        **_time(chart.series.buckets),
        "kind": "curves",
        "unit": METRICS[panel.first].unit,
        "is_linked": True,
        "before": None,
        "series": [_line(line, scene, chart) for line in panel.lines],
    }
    draw(key=panel.key, data=data, on_explain_change=panels.asking(panel))


def _groups(
    scene: Scene, series: Series, column: str, names: Mapping[str, str]
) -> list[Data]:  # fmt: skip
    """Return the groups of a stack with their values; none where there is nothing to stack."""
    values, count = series.frame[column].to_list(), len(series.groups)
    return [
        {**group_of(scene, scene.lens.by, group, place, names), "values": values[place::count]}
        for place, group in enumerate(series.groups)
    ]


def _sums(series: Series, column: str) -> list[int]:
    """Return what all groups of each bucket are together."""
    values, count = series.frame[column].to_list(), max(len(series.groups), 1)
    return [sum(values[at : at + count]) for at in range(0, len(values), count)]


def _line(line: Line, scene: Scene, chart: OverTime) -> Data:
    """Return what a line shows: its values, their intervals and n, the sessions behind each."""
    metric, ghost, frame = METRICS[line.metric], chart.ghost, chart.series.frame
    frame = honest.with_bounds(frame, metric.name) if metric.hits else frame
    link = links.behind(metric, scene.filters)
    counted = f"{metric.name}_hits" if metric.hits else f"{metric.name}_n"
    made: Data = {
        "label": line.label, "ink": line.ink, "shape": line.shape,
        "values": panels.rounded(frame[metric.name].to_list(), metric),
        "n": frame[f"{metric.name}_n"].to_list(), "counts": frame[counted].to_list(),
        "only": None if link is None else changes.towards(scene.filters, link),
        "is_near": chart.series.is_near(metric.name),
        "was_near": ghost is not None and ghost.is_near(metric.name),
        "before": None if ghost is None
        else panels.rounded(ghost.frame[metric.name].to_list(), metric),
    }  # fmt: skip
    if metric.hits:
        for side in ("low", "high"):
            made[side] = panels.rounded(frame[f"{metric.name}_{side}"].to_list(), metric)
    return made


def group_of(
    scene: Scene, by: str, group: str, place: int, names: Mapping[str, str]
) -> Data:  # fmt: skip
    """Return the words, the colour and the filter of a group of a stack."""
    link = links.group(by, group, scene.filters, scene.snapshot)
    is_other = group == OTHER
    return {
        "label": "Other agents" if is_other else _label(by, group, names),
        "ink": theme.OTHER_INK if is_other else theme.ink(by, group, place),
        "only": None if link is None else changes.towards(scene.filters, link),
    }


def _label(by: str, value: str, names: Mapping[str, str]) -> str:
    return names.get(value, value) if by == "agent" else _LOOKS[by][value]["label"]


def _time(buckets: Buckets) -> Data:
    """Return the buckets: where they begin by the clocks of the zone, and their bounds as filters.

    `starts` are shown, as if they were UTC; `edges` are one more, None where there is no bound.
    """
    count = len(buckets.starts)
    bounds = [buckets.bounds(place) for place in range(count)]
    edges = [bounds[0][0], *(before for _, before in bounds)] if bounds else []
    return {
        "interval": buckets.interval,
        "starts": [milliseconds(label) for label in buckets.labels],
        "edges": [None if edge is None else plain(edge) for edge in edges],
    }


def _note(scene: Scene, series: Series, column: str) -> Data | None:
    """Return the words for sessions without a start, and for an interval that was not asked for."""
    asked = intervals.note(scene.lens.interval, series.interval)
    if asked:
        return {"text": asked, "change": None}
    count = int(series.undated[column].sum() or 0)
    link = links.undated(scene.filters)
    if not count or link is None:
        return None
    words = "1 session has" if count == 1 else f"{count:,} sessions have"
    return {"text": f"{words} no start, and stand in no bar.", "change": changes.to(link)}


def _choices(scene: Scene) -> Sequence[Data]:
    lens = scene.lens
    return (
        panels.choice("open", "Counted", DURING if lens.is_open else "", _READINGS),
        panels.choice("by", "Stacked", lens.by, _BY, usual=STACKS[0]),
        panels.choice("interval", "Interval", lens.interval or "", _INTERVALS),
    )
