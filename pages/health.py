"""Data health: how new the data is, what is missing in it, which files hold it."""

from components import boundary, health, notices, state
from queries import health as questions

view = state.current()
snapshot = view.snapshot

notices.show(snapshot.publication, notes=view.notes)
with boundary.Part("The health of the data"):
    summary = questions.summary(snapshot, view.filters.scope)
    health.show(snapshot.publication, summary, now=snapshot.tick)
