"""Places that say what comes while it is on its way, the first time only."""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import state


def slot(key: str, placeholder: Callable[[], None]) -> DeltaGenerator:
    """Return a place for one element; the first time `placeholder` stands in it until then.

    Later the place holds what it held until the new content is there, so that a refresh neither
    blanks it nor loses focus in it.
    """
    place = st.container(key=key)
    if not state.is_first(key):
        return place
    with place:
        hole = st.empty()
    with hole:
        placeholder()
    return hole
