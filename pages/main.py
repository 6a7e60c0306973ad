"""The shell: frame, head, filter bar and chips of every page; runs the page in them."""

import streamlit as st

from components import boundary, frame, header, shell, state
from exports.registry import FORMATS
from queries import engine

listing = st.Page("sessions.py", title="Sessions", icon=":material/forum:", default=True)
now = st.Page("live.py", title="Live", icon=":material/sensors:")
log = st.Page("activity.py", title="Activity", icon=":material/list_alt:")
trends = st.Page("analytics.py", title="Analytics", icon=":material/monitoring:")
agents = st.Page("agents.py", title="Agents", icon=":material/support_agent:")
said = st.Page("search.py", title="Conversations", icon=":material/manage_search:")
whole = st.Page("health.py", title="Data health", icon=":material/monitor_heart:")
files = st.Page("exports.py", title="Exports", icon=":material/download:")
keys = st.Page("keys.py", title="API keys", icon=":material/key:")
alerts = st.Page("alerts.py", title="Alerts", icon=":material/notifications:")
hooks = st.Page("webhooks.py", title="Webhooks", icon=":material/webhook:")
pages = {
    "": [listing, now, log],
    "Analyse": [trends, agents, said],
    "Data": [whole, files],
    "Settings": [alerts, hooks, keys],
}
page = shell.start(pages, unfiltered=[whole, keys, hooks])

head = header.show(page.title)

with (
    boundary.Part("The page"),
    engine.snapshot() as snapshot,
    state.viewing(head.bar.search, snapshot) as view,
):
    frame.before(pages, page, head, view)
    page.run()
    frame.after(head, view, FORMATS.values())
