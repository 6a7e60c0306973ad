"""States in the place of a part: empty, loading, failed, not found."""

from pathlib import Path

import streamlit as st

from components import changes
from components.assets import element
from errors import ParleyError, SessionNotFoundError

_box = element("box")


def _ignore() -> None:
    """Let an answer of the browser be nothing but a new run."""


def empty(*, is_filtered: bool) -> None:
    """Say that no session matches; where a filter is set, with the way to clear it."""
    link = {"label": "Clear filters", "change": changes.clear(), "push": False}
    _box(
        key="box_empty",
        data={
            "kind": "tall",
            "icon": "chat_bubble",
            "title": "No sessions found",
            "text": "Try adjusting your filters or check back later.",
            "link": link if is_filtered else None,
        },
    )


def nothing(icon: str, title: str, text: str) -> None:
    """Say that a part has nothing to show, and why."""
    _box(key=f"box_{icon}", data={"kind": "", "icon": icon, "title": title, "text": text})


def loading() -> None:
    """Say that the sessions are on their way; shown only after 200 ms."""
    _box(
        key="box_loading",
        data={"kind": "waiting", "icon": "progress_activity", "text": "Loading sessions..."},
    )


def failed(what: str, error: ParleyError) -> None:
    """Say why a part could not be shown and what to do about it."""
    is_missing = isinstance(error, SessionNotFoundError)
    link = (
        {"label": "All sessions", "change": changes.ALL_SESSIONS, "push": True}
        if is_missing
        else None
    )
    _box(
        key=f"box_{what}",
        data={
            "kind": "",
            "icon": "search_off" if is_missing else "cloud_off",
            "title": error.sentence if is_missing else f"{what} could not be loaded.",
            "text": error.advice if is_missing else f"{error.sentence} {error.advice}",
            "link": link,
            "again": not is_missing,
        },
        on_again_change=_ignore,
    )


def broken(what: str, reference: str) -> None:
    """Say that a part failed for a reason that only the log tells."""
    _box(
        key=f"box_{what}",
        data={
            "kind": "",
            "icon": "cloud_off",
            "title": f"{what} could not be loaded.",
            "text": "The log of the server has the reason under this reference.",
            "reference": reference,
            "again": True,
        },
        on_again_change=_ignore,
    )


def welcome(folder: Path) -> None:
    """Explain how to get data in, on a lake that has none."""
    st.subheader("There are no sessions yet", anchor=False)
    st.markdown(
        "Parley shows conversations of AI agents once it has some. Import the files of your "
        "system; this page fills by itself when they are in."
    )
    st.code("python -m cli import FILE_OR_FOLDER ...", language=None)
    st.markdown("These formats are recognised by their content:")
    st.code("python -m cli formats", language=None)
    st.markdown(
        "Sessions that lie in a folder as Parquet already can be read in place: set the folder and "
        "start again."
    )
    st.code("PARLEY_DATA=/path/to/folder make run", language=None)
    st.markdown("To look around first, start with sample data:")
    st.code("PARLEY_DEMO=on make run", language=None)
    st.text(f"The data folder is {folder}.")
