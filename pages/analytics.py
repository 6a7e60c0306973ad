"""Analytics: how many, how well, how long, when, and what has changed."""

from functools import partial

from components import (
    at_once,
    board,
    boundary,
    boxes,
    changed,
    heatmap,
    notices,
    panels,
    repeat,
    shares,
    state,
    trend,
)  # fmt: skip
from queries import charts, facets
from settings import current

view, lens = state.current(), state.looking()
asked = filters, snapshot = view.filters, view.snapshot

if snapshot.publication.is_empty:
    boxes.welcome(current().data)
else:
    notices.show(snapshot.publication, notes=(*view.notes, *lens.notes))
    scene, places = panels.Scene(filters, snapshot, lens), board.places()
    channels = partial(charts.volume, *asked, interval=lens.interval, by="channel")
    lines = partial(charts.lines, trend.METRICS_OF_CURVES, *asked, interval=lens.interval)
    by_channel, numbers = boundary.Once(channels), boundary.Once(lines)
    with places[trend.VOLUME], boundary.Part("The sessions over time"):
        names = facets.agent_names(snapshot, filters.scope)
        count = charts.open_during if lens.is_open else charts.volume
        chart = partial(count, *asked, interval=lens.interval, by=lens.by)
        trend.volume(scene, by_channel() if lens.is_usual else chart(), names=names)
    with places[shares.CHANNELS], boundary.Part("The channels"):
        shares.show(scene, by_channel())
    for curves in trend.CURVES:
        with places[curves], boundary.Part(f"The chart {curves.title!r}"):
            trend.curves(curves, scene, numbers())
    with places[heatmap.HEATMAP], boundary.Part("The hours of the week"):
        heatmap.show(scene, charts.week(*asked))
    with places[changed.CHANGED], boundary.Part("What changed"):
        changed.show(scene, charts.changed(lens.metric, *asked))
    with places[at_once.AT_ONCE], boundary.Part("What was open at once"):
        at_once.show(scene, charts.at_once(*asked, capacity=lens.capacity))
    with places[repeat.REPEAT], boundary.Part("The repeat contact"):
        repeat.show(scene, charts.repeat(*asked))
