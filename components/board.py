"""Where the charts of the analytics stand: the order of the rows, and how many are in one."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import panels, shares, trend
from components.at_once import AT_ONCE
from components.changed import CHANGED
from components.heatmap import HEATMAP
from components.panels import Panel
from components.repeat import REPEAT

_RATE, _DURATION, *_OTHERS = trend.CURVES
ROWS: tuple[tuple[Panel, ...], ...] = (
    (trend.VOLUME,),
    (shares.CHANNELS, _RATE, CHANGED),
    (HEATMAP, _DURATION),
    tuple(_OTHERS),
    (AT_ONCE, REPEAT),
)
_NARROWEST = {1: 330, 2: 420, 3: 330, 4: 270}  # pixels of a panel, by how many stand in a row


def places() -> Mapping[Panel, DeltaGenerator]:
    """Return the place of each panel; on a phone they stand in one column in this order."""
    found = {}
    with st.container(key="board"):
        for number, row in enumerate(ROWS):
            with st.grid(len(row), min_column_width=_NARROWEST[len(row)], key=f"row_{number}"):
                for panel in row:
                    found[panel] = panels.slot(panel)
    return found
