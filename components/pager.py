"""Which page of how many, and the ways to the others."""

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components.assets import element
from components.place import SIZES, USUAL_SIZE, Place

_pager = element("pager")


def slot() -> DeltaGenerator:
    """Return the place of the pager."""
    return st.container(key="pages")


def pages(total: int, size: int) -> int:
    """Return how many pages `total` sessions fill, at least one."""
    return max(1, -(-total // size))


def show(place: Place, *, number: int, total: int, digest: str) -> None:
    """Render "Showing 1 to 50 of 234 sessions", page sizes and page numbers; nothing for none."""
    if total == 0:
        return
    _pager(
        key="pager",
        data={
            "number": number,
            "pages": pages(total, place.size),
            "total": total,
            "size": place.size,
            "sizes": list(SIZES),
            "usual": USUAL_SIZE,
            "digest": digest,
        },
    )
