"""What fires now: beside the way to the alerts, and on a phone, where that is folded, a strip."""

import logging

import streamlit as st

from alerts import telling
from alerts.desk import Desk
from components.assets import Data, element
from errors import StateError

NAMED = 3  # alerts that are named, the newest

_strips = element("firing")

log = logging.getLogger("parley.pages")


def found(desk: Desk) -> Data | None:
    """Return how many alerts fire and the first names; None where none does, or nobody can tell."""
    try:
        firing = desk.firing()
    except StateError as error:  # the page is there without it
        log.warning("what fires is not known: %s", type(error).__name__)
        return None
    names = [each.rule.name for each in firing[:NAMED]]
    return {"path": telling.PAGE, "count": len(firing), "names": names} if firing else None


def strip(fires: Data | None) -> None:
    """Render the strip of phones; its place is always there, so that what follows keeps its own."""
    with st.container(key="firing"):
        if fires is not None:
            _strips(key="firing_element", data=fires)
