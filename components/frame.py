"""The frame of a page: what stands around every one of them, and asks its own questions.

Each part fails alone. What stands before the page is asked before it, what only helps comes after:
the rows are what people wait for.
"""

from collections.abc import Iterable

from streamlit.navigation.page import StreamlitPage

import observed
from alerts.desk import Desk
from components import boundary, export_menu, firing, navigation, notifications, refresh, state
from components.export_menu import Format
from components.header import Head
from components.navigation import Sections
from components.state import View
from queries import facets, failures, views
from queries.names import agent_names
from settings import current

DEFAULT = "sessions"  # the page without a path


def before(sections: Sections, page: StreamlitPage, head: Head, view: View) -> None:
    """Render the ways between pages, the filter bar without its counts, the saved views."""
    observed.FROM.set(f"page {page.url_path or DEFAULT}")
    zone, snapshot, filters = current().zone, view.snapshot, view.filters
    fires = firing.found(Desk(current(), filters.scope.agents))
    navigation.show(sections, page, snapshot, zone=zone, fires=fires)
    firing.strip(fires)
    with boundary.Part("The filters"):
        names = agent_names(snapshot, filters.scope)
        head.bar.show(filters, names=names, zone=zone, today=snapshot.day(filters.tz))
    with boundary.Part("The views"):
        head.bar.offer(views.saved(current()), page, zone=zone)


def after(head: Head, view: View, formats: Iterable[Format]) -> None:
    """Render the clock, what is told of failures, the counts of the filter bar, the export menu."""
    snapshot, filters = view.snapshot, view.filters
    with head.clock, boundary.Part("The clock"):
        refresh.clock(snapshot, view.name, is_on=head.is_auto and state.follows())
    with boundary.Part("The notifications"):
        notifications.listen()
        notifications.show(failures.recent(filters, snapshot), filters, is_on=head.is_auto)
    with boundary.Part("The filters"):
        pairs = facets.suggestions(snapshot, filters.scope)
        head.bar.count(facets.counts(filters, snapshot), pairs)
    with head.bar.exports, boundary.Part("The export menu"):
        total = facets.total(filters, snapshot)
        export_menu.show(formats, total=total, now=snapshot.tick, zone=current().zone)
