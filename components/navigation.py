"""The ways between pages, under the mark; below them how new the data is."""

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from components import building
from components.assets import Data, element
from components.times import milliseconds
from queries.engine import Snapshot

Sections = Mapping[str, Sequence[StreamlitPage]]

_nav = element("nav")


def show(
    sections: Sections, current: StreamlitPage, snapshot: Snapshot, *, zone: str,
    fires: Data | None = None,
) -> None:  # fmt: skip
    """Render a link for each page, by section, and when the data was committed.

    While the index is built after a commit it says so here, where no row moves for it. `fires` is
    what `components.firing` has found.
    """
    as_of = snapshot.publication.as_of
    with st.sidebar:
        _nav(
            key="nav",
            data={
                "sections": [
                    {"title": title, "pages": [_entry(page) for page in pages]}
                    for title, pages in sections.items()
                ],
                "current": current.url_path,
                "as_of": None if as_of is None else milliseconds(as_of),
                "now": milliseconds(snapshot.tick),
                "building": building.share(),
                "zone": zone,
                "fires": fires,
            },
        )


def _entry(page: StreamlitPage) -> list[str]:
    """Return path, label and icon: it goes with every run, and is short."""
    return [page.url_path, page.title, page.icon.removeprefix(":material/").removesuffix(":")]
