"""Analytics: how many, how well, how long, when, and what has changed."""

from components import board, boundary, boxes, heatmap, notices, panels, shares, state, trend
from queries import charts, facets
from settings import current

view, lens = state.current(), state.looking()
filters, snapshot, interval = view.filters, view.snapshot, lens.interval

if snapshot.publication.is_empty:
    boxes.welcome(current().data)
else:
    notices.show(snapshot.publication, notes=(*view.notes, *lens.notes))
    scene, places = panels.Scene(filters, snapshot, lens), board.places()
    with places[trend.VOLUME], boundary.Part("The sessions over time"):
        count = charts.open_during if lens.is_open else charts.volume
        chart = count(filters, snapshot, interval=interval, by=lens.by)
        trend.volume(scene, chart, names=facets.agent_names(snapshot, filters.scope))
    with places[shares.CHANNELS], boundary.Part("The channels"):
        chart = charts.volume(filters, snapshot, interval=interval, by="channel")
        shares.show(scene, chart)
    for curves in trend.CURVES:
        with places[curves], boundary.Part(f"The chart {curves.title!r}"):
            trend.curves(
                curves,
                scene,
                charts.lines(
                    curves.asked, filters, snapshot, interval=interval, explained=curves.first
                ),
            )
    with places[heatmap.HEATMAP], boundary.Part("The hours of the week"):
        heatmap.show(scene, charts.week(filters, snapshot))
