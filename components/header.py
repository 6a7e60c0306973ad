"""The head of a page: title, subtitle, how fresh the data is, and the ways to refresh it."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import state


def show(title: str, subtitle: str) -> tuple[DeltaGenerator, bool]:
    """Render the head; return the place of the clock, and whether auto-refresh is on."""
    with st.container(key="head", horizontal=True, vertical_alignment="center"):
        with st.container(key="title", gap=None, width="stretch"):
            st.title(title, anchor=False)
            st.caption(subtitle)
        with st.container(
            key="tools", horizontal=True, vertical_alignment="center", width="content"
        ):
            clock = st.container(key="clock", width=132)
            is_auto = st.toggle("Auto-refresh", value=True, key=state.AUTO, bind="query-params")
            st.button("Refresh", icon=":material/refresh:", key="refresh")
    return clock, is_auto
