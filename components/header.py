"""The head of a page: title, subtitle, how fresh the data is, and the ways to refresh it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import state

SUBTITLES = {
    "Sessions": "Every conversation of your agents, live and past",
    "Data health": "How new the data is, what is missing in it, which files hold it",
}


def show(title: str) -> tuple[DeltaGenerator, bool]:
    """Render the head of a page; return the clock's place, and whether auto-refresh is on."""
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        with st.container(key="title", gap=None, width="stretch"):
            st.title(title, anchor=False)
            st.caption(SUBTITLES[title])
        with st.container(
            key="tools", horizontal=True, vertical_alignment="center", width="content"
        ):
            clock = st.container(key="clock", width=132)
            is_auto = st.toggle("Auto-refresh", value=True, key=state.AUTO, bind="query-params")
            st.button("Refresh", icon=":material/refresh:", key="refresh")
    return clock, is_auto
