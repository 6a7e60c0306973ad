"""The head of a page: title, subtitle, how fresh the data is, and the ways to refresh it."""

from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import state
from components.filter_bar import Bar

SUBTITLES = {
    "Sessions": "Every conversation of your agents, live and past",
    "Live": "What goes on now, the longest silence first",
    "Analytics": "How many, how well, how long, when, and what has changed",
    "Conversations": "What was said, searched message by message, newest first",
    "Exports": "Files of the filtered sessions, and what was taken out before",
    "API keys": "What scripts may ask and send, and with which key",
    "Webhooks": "Who is told of what happens, signed, and whether it arrives",
    "Alerts": "Numbers that are watched, what has fired, and what a new rule would have done",
    "Activity": "What happened in the sessions, newest first",
    "Agents": "How each agent does, against the period before and against all",
    "Data health": "How new the data is, what is missing in it, which files hold it",
}


@dataclass(frozen=True)
class Head:
    """What the head gives: the clock's place, whether auto-refresh is on, the filter bar."""

    clock: DeltaGenerator
    is_auto: bool
    bar: Bar


def show(title: str) -> Head:
    """Render the head of a page with the filter bar.

    The bound fields are drawn on every run, also where they are hidden: one that is left out takes
    its value out of the address.
    """
    with st.container(key="listing"):
        with st.container(key="head", horizontal=True, vertical_alignment="center"):
            with st.container(key="title", gap=None, width="stretch"):
                st.title(title, anchor=False)
                st.caption(SUBTITLES[title])
            with st.container(
                key="tools", horizontal=True, vertical_alignment="center", width="content"
            ):
                clock = st.container(key="clock", width=264)
                is_auto = st.toggle("Auto-refresh", value=True, key=state.AUTO, bind="query-params")
                st.button("Refresh", icon=":material/refresh:", key="refresh")
        return Head(clock, is_auto, Bar())
