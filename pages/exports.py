"""Exports: a new file of the filtered sessions, and what was exported before."""

from components import boundary, export_list, notices, state
from exports.registry import FORMATS
from queries import facets
from settings import current

view = state.current()
snapshot = view.snapshot

notices.show(snapshot.publication, notes=view.notes)
with boundary.Part("The exports"):
    total = facets.total(view.filters, snapshot)
    export_list.show(FORMATS.values(), total=total, now=snapshot.tick, zone=current().zone)
