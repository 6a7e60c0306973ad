"""API keys: made, rotated and revoked; each is shown once."""

from components import api_keys, boundary, notices, state
from lake.keys import Keys
from queries.names import agent_names
from settings import current

view = state.current()
snapshot = view.snapshot

notices.show(snapshot.publication, notes=view.notes)
with boundary.Part("The keys"):
    names = agent_names(snapshot, view.filters.scope)
    api_keys.show(Keys(current().state), names, now=current().clock())
