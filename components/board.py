"""Where the charts of the analytics stand: the order of the rows, and how many are in one."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from components import boundary, panels, shares, state, trend
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


class Board:
    """The places of all panels; on a phone they stand in one column in the order of the rows.

    The first time each place holds the title of its panel until the chart is there. Later a chart
    is written straight into its row, which saves the browser a container for each; within a row
    charts must therefore come in the order of ROWS.
    """

    def __init__(self) -> None:
        """Take the places."""
        self._places: dict[Panel, DeltaGenerator] = {}
        is_first = state.is_first("board")
        with st.container(key="board"):
            for number, row in enumerate(ROWS):
                width = _NARROWEST[len(row)]
                with st.grid(len(row), min_column_width=width, key=f"row_{number}") as places:
                    for panel in row:
                        self._places[panel] = panels.waiting(panel) if is_first else places

    @contextmanager
    def at(self, panel: Panel) -> Iterator[None]:
        """Run the lines that show one panel, in its place; one that fails leaves the others."""
        with self._places[panel], boundary.Part(f"The chart {panel.title!r}"):
            yield
