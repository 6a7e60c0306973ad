"""Sessions: figures, table and pager; with ?id= the one session."""

from functools import partial

from components import (  # fmt: skip
    boundary,
    boxes,
    metric_cards,
    notices,
    pager,
    session_head,
    session_table,
    session_view,
    state,
)
from queries import metrics, neighbours, session, sessions
from settings import current

view = state.current()
filters, snapshot, place, query = view.filters, view.snapshot, view.place, view.filters.to_query()

if place.session_id is not None:
    asked = (place.session_id, snapshot, filters.scope)
    with boundary.Part("The session"):
        known, head = session.information(*asked), session_head.slot()
        answers = (known, session.messages(*asked), session.events(*asked))
        session_view.show(*answers, now=snapshot.tick, zone=snapshot.zone)
        alone = partial(session_head.show, known, None)
        with head, boundary.Part("The neighbours", instead=alone):
            beside = neighbours.neighbours(place.session_id, filters, snapshot, sort=place.sort)
            session_head.show(known, beside)
elif snapshot.publication.is_empty:
    boxes.welcome(current().data)
else:
    notices.show(snapshot.publication, notes=view.notes)
    figures, table, below = metric_cards.slot(), session_table.slot(), pager.slot()
    with table, boundary.Part("The sessions"):  # asked first: the rows are what people wait for
        total = sessions.count(filters, snapshot)
        number = place.number(query, pager.pages(total, place.size))
        rows = sessions.page(filters, snapshot, number=number, size=place.size, sort=place.sort)
        listed = f"{number}~{place.digest(query)}"
        session_table.show(rows, view, total=total, listed=listed)
        with below:
            pager.show(place, number=number, total=total, digest=place.digest(query))
    with figures, boundary.Part("The figures"):
        metric_cards.show(metrics.cards(filters, snapshot), filters)
