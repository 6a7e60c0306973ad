"""Search in conversations: the field, how far a search has come, and the messages that it finds.

The browser itself asks the API (`api/search.py`), so that hits are there as they are found, and
that whoever leaves stops the search; a run of the page costs what any other does.
"""

from components import theme
from components.assets import element
from components.state import View
from components.times import milliseconds
from queries.search import LENGTH

_search = element("search")


def show(view: View) -> None:
    """Render the search that the address asks for, within the filters of the view."""
    filters, snapshot = view.filters, view.snapshot
    _search(
        key="search",
        data={
            "query": filters.to_query(commas=True),
            "name": snapshot.publication.name,
            "now": milliseconds(snapshot.tick),
            "zone": filters.tz or snapshot.zone,
            "length": LENGTH,
            "channels": theme.CHANNELS,
        },
    )
