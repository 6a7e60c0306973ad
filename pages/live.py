"""Live: what goes on now, the longest silence first; with ?watch= the one session beside it."""

# ruff: noqa: I001  what a page shows is named in lines, not in a column that fills it
from components import activity_log, at_once, boundary, boxes, live_cards, live_list, notices
from components import session_view, state, views
from queries import charts, live, session
from settings import current

VIEWS = tuple(views.View(*look) for look in live_list.VIEWS)

view, parameters = state.current(), state.parameters()
asked = filters, snapshot = view.filters, view.snapshot
shown, watched = views.chosen(VIEWS, parameters), live_list.watched(parameters)
only = live.Only(shown.name)
most = live_list.most(parameters)
going = boundary.Soon(lambda: live.now(*asked, only=only, most=most))

if snapshot.publication.is_empty:
    boxes.welcome(current().data)
else:
    notices.show(snapshot.publication, notes=(*view.notes, *live_list.notes(filters)))
    figures = live_cards.slot()
    views.show(VIEWS, shown, label="Which of the sessions that go on")
    places = live_list.places()
    with places.rows, boundary.Part("The sessions"):
        live_list.show(going(), view, only=only, watched=watched)
    with figures, boundary.Part("The figures"):
        wrong = live.failures(*asked)
        live_cards.show(going().counts, live.usual(*asked), wrong, *asked)
    if watched is not None:
        with places.watched, boundary.Part("The session"):
            whole = session.whole(watched, snapshot, filters.scope)
            session_view.beside(whole, now=snapshot.tick, zone=snapshot.zone)
    with places.lately, boundary.Part("The chart"):
        at_once.lately(charts.lately(*asked))
    with places.ticker, boundary.Part("The latest events"):
        activity_log.ticker(live.latest(*asked), now=snapshot.tick)
