"""Webhooks: who is told of what, whether it arrives, what was sent, and sending it again."""

from components import boundary, notices, state, webhooks
from hooks.desk import Desk
from queries.names import agent_names
from settings import current

view = state.current()
snapshot = view.snapshot
scope = view.filters.scope

notices.show(snapshot.publication, notes=view.notes)
with boundary.Part("The webhooks"):
    names = agent_names(snapshot, scope)
    webhooks.show(Desk(current(), scope.agents), names)
