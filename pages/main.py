"""The shell: frame, head, filter bar and chips of every page; runs the page in them."""

import streamlit as st

from components import boundary, filter_bar, header, navigation, refresh, shell, state
from queries import engine, facets
from settings import current

listing = st.Page("sessions.py", title="Sessions", icon=":material/forum:", default=True)
whole = st.Page("health.py", title="Data health", icon=":material/monitor_heart:")
pages = {"": [listing], "Data": [whole]}
zone = current().zone
page = shell.start(pages, unfiltered=[whole])

# The bound fields are drawn on every run, also where they are hidden: one that is left out takes
# its value out of the address.
with st.container(key="listing"):
    clock, is_auto = header.show(page.title)
    bar = filter_bar.Bar()

with (
    boundary.Part("The page"),
    engine.snapshot() as snapshot,
    state.viewing(bar.search, snapshot) as view,
):
    filters = view.filters
    navigation.show(pages, page, snapshot, zone=zone)
    with clock:
        is_on = is_auto and view.place.session_id is None
        refresh.clock(snapshot.publication.name, snapshot.tick, is_on=is_on)
    with boundary.Part("The filters"):
        names = facets.agent_names(snapshot, filters.scope)
        bar.show(filters, names=names, zone=zone, today=snapshot.day(filters.tz))
    page.run()
    with boundary.Part("The filters"):  # asked last: the rows are what people wait for
        bar.count(facets.counts(filters, snapshot), facets.suggestions(snapshot, filters.scope))
