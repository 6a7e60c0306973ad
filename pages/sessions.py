"""Sessions: figures, table and pager; with ?id= the one session."""

from functools import partial

from components import (
    boundary,
    boxes,
    metric_cards,
    notices,
    pager,
    session_table,
    session_view,
    state,
)
from queries import facets, metrics, neighbours, session, sessions
from settings import current

view = state.current()
filters, snapshot, place = view.filters, view.snapshot, view.place
query, size, sort = filters.to_query(), place.size, place.sort

if place.session_id is not None:
    beside = partial(neighbours.neighbours, place.session_id, filters, snapshot, sort=sort)
    with boundary.Part("The session"):
        whole = session.whole(place.session_id, snapshot, filters.scope)
        session_view.show(whole, beside, now=snapshot.tick, zone=snapshot.zone, view=view)
elif snapshot.publication.is_empty:
    boxes.welcome(current().data)
else:
    notices.show(snapshot.publication, notes=view.notes)
    figures, table, below = metric_cards.slot(), session_table.slot(), pager.slot()
    with table, boundary.Part("The sessions"):  # asked first: the rows are what people wait for
        total = facets.total(filters, snapshot)
        number = place.number(query, pager.pages(total, size))
        rows = sessions.page(filters, snapshot, number=number, size=size, sort=sort, total=total)
        session_table.show(rows, view, total=total, listed=f"{number}~{place.digest(query)}")
        with below:
            pager.show(place, number=number, total=total, digest=place.digest(query))
    with figures, boundary.Part("The figures"):
        metric_cards.show(metrics.cards(filters, snapshot), filters)
