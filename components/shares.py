"""Shares of the channels, as sorted bars with the share of the period before as a tick."""

from components import changes, panels, theme
from components.assets import Data, element
from components.panels import Panel, Scene
from queries import links
from queries.charts import OverTime
from queries.trends import Series

_shares = element("shares")

CHANNELS = Panel("channels", "Channels", "share of sessions")


def show(scene: Scene, chart: OverTime) -> None:
    """Render the sums of `queries.charts.volume` by channel, those without a start with them."""
    now = _totals(chart.series)
    then = {} if chart.ghost is None else _totals(chart.ghost)
    rows = [
        _row(scene, channel.value, now, then)
        for channel in theme.CHANNEL_PLACES
        if channel in now or channel in then
    ]
    data = {
        **panels.frame(CHANNELS, scene, chart.explain),
        "heads": ["Channel", "Sessions", "Share", "Share before"],
        "rows": sorted(rows, key=lambda row: -row["value"]),  # of equals in the order of channels
    }
    _shares(key=CHANNELS.key, data=data, on_explain_change=panels.asking(CHANNELS))


def _totals(series: Series) -> dict[str, int]:
    """Return the sessions of each group."""
    totals: dict[str, int] = {}
    for frame in (series.frame, series.undated):
        for group, sessions in frame.select("group", "sessions").iter_rows():
            totals[group] = totals.get(group, 0) + sessions
    return totals


def _row(scene: Scene, channel: str, now: dict[str, int], then: dict[str, int]) -> Data:
    value, everything, before = now.get(channel, 0), sum(now.values()), sum(then.values())
    link = links.part("channel", channel, scene.filters)
    return {
        "label": theme.CHANNELS[channel]["label"],
        "ink": theme.ink("channel", channel, 0),
        "value": value,
        "share": value / everything if everything else 0.0,
        "before": then.get(channel, 0) / before if before else None,
        "only": None if link is None else changes.towards(scene.filters, link),
        "show": panels.behind(link, value),
    }
