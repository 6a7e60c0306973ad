"""Analytics: how many, how well, how long, when, and what has changed."""

from functools import partial

from components import board, boundary, boxes, heatmap, notices, panels, shares, state, trend
from queries import comparison, explain, facets, intervals, trends
from settings import current

view, lens = state.current(), state.looking()
filters, snapshot = view.filters, view.snapshot

if snapshot.publication.is_empty:
    boxes.welcome(current().data)
else:
    notices.show(snapshot.publication, notes=(*view.notes, *lens.notes))
    scene, places = panels.Scene(filters, snapshot, lens), board.places()
    interval = intervals.chosen(filters, snapshot, lens.interval)
    ask = {"interval": interval, "filters": filters, "snapshot": snapshot}
    earlier = comparison.previous(filters, snapshot)
    with places[trend.VOLUME], boundary.Part("The sessions over time"):
        count = trends.open_during if lens.is_open else partial(trends.series, ["sessions"])
        why = explain.explain_open if lens.is_open else partial(explain.explain_series, ["sessions"])
        before = None if lens.is_open else comparison.ghost(["sessions"], **ask)
        compared = comparison.compared(["sessions"], filters, snapshot)["sessions"]
        names = facets.agent_names(snapshot, filters.scope)
        trend.volume(scene, count(**ask, by=lens.by), before, compared, partial(why, **ask, by=lens.by), names=names)
    with places[shares.CHANNELS], boundary.Part("The channels"):
        by_channel = partial(explain.explain_series, ["sessions"], **ask, by="channel")
        shares.show(scene, trends.series(["sessions"], **ask, by="channel"), comparison.ghost(["sessions"], **ask, by="channel"), by_channel)
    for chart in trend.CURVES:
        with places[chart], boundary.Part(chart.title):
            asked = trend.METRICS_OF_CURVES
            why = partial(explain.explain_metric, chart.lines[0].metric, filters, snapshot)
            trend.curves(chart, scene, trends.series(asked, **ask), comparison.ghost(asked, **ask), comparison.compared(asked, filters, snapshot), why)
    with places[heatmap.HEATMAP], boundary.Part("When sessions start"):
        week = trends.heatmap(filters, snapshot)
        heatmap.show(scene, week, earlier and trends.heatmap(earlier, snapshot), partial(explain.explain_heatmap, filters, snapshot))
