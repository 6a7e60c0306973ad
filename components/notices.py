"""What a person must know about the data before reading it, above everything else."""

from collections.abc import Sequence

import streamlit as st

from components.assets import Data, element
from lake.files import SetAside
from lake.publication import Publication

_strips = element("strips")


def _strip(tone: str, icon: str, title: str, text: str, details: Sequence[str] = ()) -> Data:
    return {"tone": tone, "icon": icon, "title": title, "text": text, "details": list(details)}


def show(publication: Publication, *, notes: Sequence[str]) -> None:
    """Render a strip for each thing to know; nothing where there is nothing to know.

    `notes` are parts of the address that were ignored.
    """
    strips = []
    if publication.is_demo:
        strips.append(_strip("quiet", "science", "Sample data.", "It goes with the first import."))
    if not publication.complete:
        strips.append(_incomplete([item for item in publication.set_aside if item.is_data]))
    if notes:
        strips.append(_strip("quiet", "link_off", "In the address:", " ".join(notes)))
    with st.container(key="notices"):  # keeps its place, so that what follows keeps its own
        if strips:
            _strips(key="strips", data={"strips": strips})


def _incomplete(files: Sequence[SetAside]) -> Data:
    """Return the strip for files that do not answer, each with its reason."""
    count = "1 file" if len(files) == 1 else f"{len(files)} files"
    details = [f"{item.table}, {item.path}: {item.reason}" for item in files]
    text = f"{count} set aside ({files[0].reason})."
    return _strip("amber", "warning", "Totals are incomplete:", text, details)
