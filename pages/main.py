"""The shell: frame, head, filter bar and chips of every page; runs the page in them."""

import streamlit as st

from components import boundary, filter_bar, header, refresh, shell, state
from queries import engine, sessions
from settings import current

listing_page = st.Page("sessions.py", title="Sessions", icon=":material/forum:", default=True)
zone = current().zone
page = shell.start(listing_page, zone=zone)

# The bound fields are drawn on every run, also where they are hidden: one that is left out takes
# its value out of the address.
listing = st.container(key="listing")
with listing:
    clock, is_auto = header.show(page.title, "Every conversation of your agents, live and past")
    bar = st.container(key="bar", horizontal=True)
    with bar:
        search = filter_bar.search()
        menus = st.container(key="menus")

with (
    boundary.Part("The page"),
    engine.snapshot() as snapshot,
    state.viewing(search, snapshot) as view,
):
    with clock:
        is_on = is_auto and view.place.session_id is None
        refresh.clock(snapshot.publication.name, snapshot.tick, is_on=is_on)
    with listing, boundary.Part("The filters"):
        agents = sessions.agents(view.filters, snapshot)
        with menus:
            filter_bar.menus(view.filters, agents=agents, zone=zone)
        filter_bar.chips(view.filters, agents=agents, zone=zone)
    page.run()
