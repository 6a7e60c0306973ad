"""The shell: frame, head, filter bar and chips of every page; runs the page in them."""

import streamlit as st

from components import (
    boundary,
    export_menu,
    header,
    navigation,
    notifications,
    refresh,
    shell,
    state,
)
from exports.registry import FORMATS
from queries import engine, facets, failures
from settings import current

listing = st.Page("sessions.py", title="Sessions", icon=":material/forum:", default=True)
log = st.Page("activity.py", title="Activity", icon=":material/list_alt:")
agents = st.Page("agents.py", title="Agents", icon=":material/support_agent:")
whole = st.Page("health.py", title="Data health", icon=":material/monitor_heart:")
pages = {"": [listing, log], "Analyse": [agents], "Data": [whole]}
zone = current().zone
page = shell.start(pages, unfiltered=[whole])

head = header.show(page.title)

with (
    boundary.Part("The page"),
    engine.snapshot() as snapshot,
    state.viewing(head.bar.search, snapshot) as view,
):
    filters = view.filters
    navigation.show(pages, page, snapshot, zone=zone)
    with boundary.Part("The filters"):
        names = facets.agent_names(snapshot, filters.scope)
        head.bar.show(filters, names=names, zone=zone, today=snapshot.day(filters.tz))
    page.run()
    with head.clock, boundary.Part("The clock"):
        refresh.clock(snapshot, is_on=head.is_auto and state.follows())
    with boundary.Part("The notifications"):
        notifications.listen()
        notifications.show(failures.recent(filters, snapshot), filters, is_on=head.is_auto)
    with boundary.Part("The filters"):  # asked last: the rows are what people wait for
        pairs = facets.suggestions(snapshot, filters.scope)
        head.bar.count(facets.counts(filters, snapshot), pairs)
    with head.bar.ends, boundary.Part("The export menu"):
        total = facets.total(filters, snapshot)
        export_menu.show(FORMATS.values(), total=total, now=snapshot.tick, zone=zone)
