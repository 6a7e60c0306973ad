"""Analytics: how many, how well, how long, when, and what has changed."""

# ruff: noqa: I001  what a page shows is named in lines, not in a column that fills it
from functools import partial

from components import at_once, board, boxes, changed, heatmap, notices, panels, repeat, shares
from components import boundary, state, trend
from queries import charts, names
from settings import current

view, lens = state.current(), state.looking()
asked, soon = (view.filters, view.snapshot), boundary.Soon

if view.snapshot.publication.is_empty:
    boxes.welcome(current().data)
else:
    notices.show(view.snapshot.publication, notes=(*view.notes, *lens.notes))
    scene, places = panels.Scene(*asked, lens), board.Board()
    channels = soon(partial(charts.volume, *asked, interval=lens.interval, by="channel"))
    lines = soon(partial(charts.lines, trend.NAMES, *asked, interval=lens.interval))
    opened = soon(partial(charts.at_once, *asked, capacity=lens.capacity))
    changes = soon(partial(charts.changed, lens.metric, *asked))
    week, back = soon(partial(charts.week, *asked)), soon(partial(charts.repeat, *asked))
    with places.at(trend.VOLUME):
        count = charts.open_during if lens.is_open else charts.volume
        found = channels() if lens.is_usual else count(*asked, interval=lens.interval, by=lens.by)
        trend.volume(scene, found, names=names.agent_names(view.snapshot, view.filters.scope))
    with places.at(shares.CHANNELS):
        shares.show(scene, channels())
    with places.at(heatmap.HEATMAP):
        heatmap.show(scene, week())
    for curves in trend.CURVES:
        with places.at(curves):
            trend.curves(curves, scene, lines())
    with places.at(changed.CHANGED):
        changed.show(scene, changes())
    with places.at(at_once.AT_ONCE):
        at_once.show(scene, opened())
    with places.at(repeat.REPEAT):
        repeat.show(scene, back())
