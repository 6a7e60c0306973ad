"""The copy menu of the filter bar: the view as a link, curl, Python, SQL, a command line.

The browser asks the API for the texts when the menu opens; a run of the page carries none of them.
"""

from components import state
from components.assets import element

_copy = element("copy")


def show(*, zone: str) -> None:
    """Render the menu for the filters of the present address; `zone` counts where it names none."""
    _copy(key="copy", data={"zone": zone, "apart": sorted(state.OTHER)})
