"""What all pages share: title, mark, the page's own few rules of style."""

import re
from collections.abc import Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import state
from components.assets import FOLDER
from components.navigation import Sections

SIDEBAR_WIDTH = 208
_HIDE = ":has(> {}){{display:none !important}}"
# Sent in every run: without comments and without spaces that say nothing.
_TOLD = re.sub(r"/\*.*?\*/|\n *", "", (FOLDER / "page.css").read_text("utf-8"), flags=re.DOTALL)
_RULES = re.sub(r" *([{};>]) *|([:,]) +", r"\1\2", _TOLD)
_LISTING, _BAR, _CHIPS = ".st-key-listing", ".st-key-bar", ".st-key-chips"
# Addresses rather than the files: a file would go with every message, in the midst of it.
_ICON, _LOGO = "/app/static/mark.svg", "/app/static/logo-{}.svg"


def start(sections: Sections, *, unfiltered: Sequence[StreamlitPage] = ()) -> StreamlitPage:
    """Set up the frame of the page and return the page to run; `unfiltered` show no filters."""
    st.set_page_config(page_icon=_ICON, layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)
    st.logo(_LOGO.format(state.theme()), size="medium")
    page = st.navigation(dict(sections), position="hidden")
    is_open = state.is_session_open()
    st.set_page_config(page_title=f"{'Session' if is_open else page.title} · Parley")
    hidden = _LISTING if is_open else f":is({_BAR}, {_CHIPS})" if page in unfiltered else None
    # One element: Streamlit takes one that is not sent again away at the end of a run, and the head
    # of the list would come after its rows.
    st.html(f"<style>{_RULES}{_HIDE.format(hidden) if hidden else ''}</style>")
    return page
