"""The shell: frame, head, filter bar and chips of every page; runs the page in them."""

import streamlit as st

from components import boundary, filter_bar, header, navigation, refresh, shell, state
from queries import engine, sessions
from settings import current

listing_page = st.Page("sessions.py", title="Sessions", icon=":material/forum:", default=True)
health_page = st.Page("health.py", title="Data health", icon=":material/monitor_heart:")
pages = {"": [listing_page], "Data": [health_page]}
said = {
    listing_page: "Every conversation of your agents, live and past",
    health_page: "How new the data is, what is missing in it, which files hold it",
}
zone = current().zone
page = shell.start(pages, unfiltered=[health_page])

# The bound fields are drawn on every run, also where they are hidden: one that is left out takes
# its value out of the address.
listing = st.container(key="listing")
with listing:
    clock, is_auto = header.show(page.title, said[page])
    with st.container(key="bar", horizontal=True):
        search = filter_bar.search()
        menus = st.container(key="menus")
    chips = st.container(key="chips")

with (
    boundary.Part("The page"),
    engine.snapshot() as snapshot,
    state.viewing(search, snapshot) as view,
):
    with st.sidebar:
        as_of = snapshot.publication.as_of
        navigation.show(pages, page, as_of=as_of, now=snapshot.tick, zone=zone)
    with clock:
        is_on = is_auto and view.place.session_id is None
        refresh.clock(snapshot.publication.name, snapshot.tick, is_on=is_on)
    with boundary.Part("The filters"):
        agents = sessions.agents(view.filters, snapshot)
        with menus:
            filter_bar.menus(view.filters, agents=agents, zone=zone)
        with chips:
            filter_bar.chips(view.filters, agents=agents, zone=zone)
    page.run()
