"""Conversations: what was said, searched message by message within the filters."""

from components import boundary, boxes, notices, search, state
from settings import current

view = state.current()

if view.snapshot.publication.is_empty:
    boxes.welcome(current().data)
else:
    notices.show(view.snapshot.publication, notes=view.notes)
    with boundary.Part("The search"):
        search.show(view)
