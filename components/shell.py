"""What all pages share: title, mark, navigation, the page's own few rules of style."""

from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import state
from components.assets import FOLDER

SIDEBAR_WIDTH = 208
_HIDE_LISTING = "<style>:has(> .st-key-listing) { display: none !important; }</style>"
_ICON = Path(__file__).parent.parent / "pages" / "static" / "mark.svg"


def start(*pages: StreamlitPage, zone: str) -> StreamlitPage:
    """Set up the frame of the page and return the page to run."""
    st.set_page_config(
        page_title=_title(),
        page_icon=str(_ICON),
        layout="wide",
        initial_sidebar_state=SIDEBAR_WIDTH,
    )
    st.html(FOLDER / "page.css")
    theme = "dark" if st.context.theme.type == "dark" else "light"
    st.logo(str(FOLDER / f"logo-{theme}.svg"), size="medium")
    if state.is_session_open():
        st.html(_HIDE_LISTING)
    page = st.navigation(list(pages), position="hidden")
    with st.sidebar:
        for each in pages:
            st.page_link(each, width="stretch")
        st.caption(f"Report zone {zone}")
    return page


def _title() -> str:
    """Return the words of the browser's tab."""
    return "Session · Parley" if state.is_session_open() else "Sessions · Parley"
