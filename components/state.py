"""What a viewer's browser remembers, and what the address says; nothing else touches either.

The browser owns the address. Python reads it here and never writes it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import streamlit as st

from alerts import news
from components import lens, place
from components.lens import Lens
from components.place import Place
from queries.engine import Snapshot
from queries.filters import Filters

SEARCH = "q"  # bound: Streamlit writes its edits to the address
AUTO = "auto"  # bound
_SEEN = "_seen"
_RUNS = "_runs"
_FAILED = "_failed"
_TOLD = "_told"
_ASKED = "_asked"

OTHER = place.PARAMETERS | lens.PARAMETERS  # what is no filter


@dataclass(frozen=True)
class View:
    """What one run of a page shows: which filters, which page, of which snapshot."""

    filters: Filters
    place: Place
    notes: tuple[str, ...]
    snapshot: Snapshot
    name: str = ""  # of what is shown, as it was before anything of it was read


@dataclass
class _Run:
    """What belongs to one run of a page; `follows`: what is shown may change with time."""

    view: View
    follows: bool = True
    is_hasty: bool = False


# Not in the session: there the next run of a page begins while this one is still being stopped.
_run: ContextVar[_Run] = ContextVar("run")


def parameters() -> dict[str, list[str]]:
    """Return the parameters of the address, each with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def theme() -> str:
    """Return the theme that the browser showed when it asked for this run: light or dark."""
    return "dark" if st.context.theme.type == "dark" else "light"


def is_session_open() -> bool:
    """Return whether the address names one session instead of the list."""
    return bool(st.query_params.get("id"))


@contextmanager
def viewing(search: str, snapshot: Snapshot) -> Iterator[View]:
    """Give the view that the address and the search field ask for; pages find it in `current`.

    The field is asked rather than the address, which lags behind by one keystroke.
    """
    found = parameters()
    at = Place.read(found)
    asked = {**found, SEARCH: [search]}
    filters, notes = Filters.from_query(asked, other=OTHER)
    name = news.named(snapshot.publication.name)
    view = View(filters, at, (*notes, *at.notes), snapshot, name)
    begun = _run.set(_Run(view))
    try:
        yield view
    finally:
        _run.reset(begun)


def current() -> View:
    """Return the view of this run; the shell has opened it."""
    return _run.get().view


def looking() -> Lens:
    """Return how the address asks to look at the analytics."""
    return Lens.read(parameters())


def ask(what: str) -> None:
    """Keep that somebody has asked for more about a part; the run that follows answers."""
    st.session_state[_ASKED] = what


def is_asked(what: str) -> bool:
    """Return whether somebody has asked for more about this part; true once."""
    is_so = bool(st.session_state.get(_ASKED) == what)
    if is_so:
        del st.session_state[_ASKED]
    return is_so


def rest() -> None:
    """Have the clock stand still: the session that is open has ended."""
    _run.get().follows = False


def follows() -> bool:
    """Return whether what is shown may change with time."""
    return _run.get().follows


def hasten() -> None:
    """Have the clock look for what is new every second: what is shown goes on now."""
    _run.get().is_hasty = True


def is_hasty() -> bool:
    """Return whether the clock looks every second."""
    return _run.get().is_hasty


def is_first(name: str) -> bool:
    """Return whether a part is drawn for the first time in this viewer's browser tab."""
    seen: set[str] = st.session_state.setdefault(_SEEN, set())
    is_new = name not in seen
    seen.add(name)
    return is_new


def run_number() -> int:
    """Return another number in each run of a page, so that the browser can tell them apart."""
    st.session_state[_RUNS] = number = st.session_state.get(_RUNS, 0) + 1
    return int(number)


def brought(key: str, name: str) -> object:
    """Return what an element's browser has asked for, inside the callback that answers it."""
    return st.session_state[key][name]


def tell(key: str, told: Mapping[str, object]) -> None:
    """Keep what an element's browser is told about what it has asked for last."""
    st.session_state.setdefault(_TOLD, {})[key] = told


def told(key: str) -> Mapping[str, object] | None:
    """Return what an element's browser is told; None where it has asked for nothing."""
    known: Mapping[str, Mapping[str, object]] = st.session_state.get(_TOLD, {})
    return known.get(key)


def since_last_look(view: object, ids: Sequence[str]) -> tuple[str, ...]:
    """Return the ids that were not there in the last run of the same view; none in its first."""
    before = st.session_state.get(_FAILED)
    st.session_state[_FAILED] = (view, frozenset(ids))
    if before is None or before[0] != view:
        return ()
    return tuple(found for found in ids if found not in before[1])


def pressed(element: str, press: str) -> Any:  # noqa: ANN401  whatever the element has sent
    """Return what was sent with a press of an element, inside the press's own callback."""
    return st.session_state[element][press]


def keep(name: str, told: Mapping[str, Any]) -> None:
    """Keep something for the next run, which takes it."""
    st.session_state[f"_kept_{name}"] = told


def taken(name: str) -> Mapping[str, Any] | None:
    """Return what was kept under a name, once."""
    told: Mapping[str, Any] | None = st.session_state.pop(f"_kept_{name}", None)
    return told
