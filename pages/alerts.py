"""Alerts: rules that are watched, what has fired, what a new one would have done before."""

from alerts.desk import Desk
from components import alerts, boundary, notices, state
from settings import current

view = state.current()

notices.show(view.snapshot.publication, notes=view.notes)
with boundary.Part("The alerts"):
    alerts.show(Desk(current(), view.filters.scope.agents), view, zone=current().zone)
