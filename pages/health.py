"""Data health: how new the data is, what is missing in it, which files hold it."""

from components import boundary, health, health_strip, notices, state
from queries import health as questions

view = state.current()
snapshot = view.snapshot

notices.show(snapshot.publication, notes=view.notes)
with boundary.Part("The health of the data"):
    summary = questions.summary(snapshot, view.filters.scope)
    with boundary.Part("How live events come in"):
        odd = questions.out_of_order(snapshot, view.filters.scope)
        health_strip.show(snapshot.publication, summary, out_of_order=odd, now=snapshot.tick)
    health.show(snapshot.publication, summary, now=snapshot.tick)
