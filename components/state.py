"""What a viewer's browser remembers, and what the address says; nothing else touches either.

The browser owns the address. Python reads it here and never writes it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import streamlit as st

from components.place import PARAMETERS, Place
from queries.engine import Snapshot
from queries.filters import Filters

SEARCH = "q"  # bound: Streamlit writes its edits to the address
AUTO = "auto"  # bound
_VIEW = "_view"
_SEEN = "_seen"


@dataclass(frozen=True)
class View:
    """What one run of a page shows: which filters, which page, of which snapshot."""

    filters: Filters
    place: Place
    notes: tuple[str, ...]
    snapshot: Snapshot


def parameters() -> dict[str, list[str]]:
    """Return the parameters of the address, each with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def is_session_open() -> bool:
    """Return whether the address names one session instead of the list."""
    return bool(st.query_params.get("id"))


@contextmanager
def viewing(search: str, snapshot: Snapshot) -> Iterator[View]:
    """Give the view that the address and the search field ask for; pages find it in `current`.

    The field is asked rather than the address, which lags behind by one keystroke.
    """
    found = parameters()
    place = Place.read(found)
    asked = {**found, SEARCH: [search]}
    filters, notes = Filters.from_query(asked, other=PARAMETERS)
    view = View(filters, place, (*notes, *place.notes), snapshot)
    st.session_state[_VIEW] = view
    try:
        yield view
    finally:
        del st.session_state[_VIEW]


def current() -> View:
    """Return the view of this run; the shell has opened it."""
    view: View = st.session_state[_VIEW]
    return view


def is_first(name: str) -> bool:
    """Return whether a part is drawn for the first time in this viewer's browser tab."""
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    is_new = name not in seen
    seen.add(name)
    return is_new
