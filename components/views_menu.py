"""The menu of saved views: open one, save what is shown, share, make the default, delete.

A view is a link. What changes the list comes from the browser as a request, and is answered before
the page runs again. The default view is applied by the browser: only it writes the address.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qs

from streamlit.navigation.page import StreamlitPage

from components import state
from components.assets import Data, element
from components.lens import Lens
from components.place import Place
from errors import ParleyError
from lake.view_refusals import ViewRefusedError
from lake.views import NAME_LENGTH, QUERY_LENGTH
from queries import views
from queries.filters import Filters
from queries.views import Saved, SavedView
from settings import current

_menu = element("views")

KEY = "views_menu"


def show(saved: Saved, page: StreamlitPage, *, zone: str) -> None:
    """Render the answer of `queries.views.saved` on a page; `zone` goes into copied links."""
    _menu(
        key=KEY,
        data={
            "views": [_view(view) for view in saved.views],
            "page": page.url_path,
            "trouble": saved.trouble,
            "answer": state.told(KEY),
            "length": NAME_LENGTH,
            "zone": zone,
        },
        on_asked_change=partial(_answer, page.url_path),
    )


def _view(view: SavedView) -> Data:
    query: dict[str, list[str]] = {}
    for name, value in view.query:
        query.setdefault(name, []).append(value)
    return {"name": view.name, "page": view.page, "query": query, "is_default": view.is_default}


def _answer(page: str) -> None:
    """Do what the browser has asked for on a page, and keep what it is told about it."""
    found = state.brought(KEY, "asked")
    asked: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    does, name = str(asked.get("do", "")), str(asked.get("name", ""))
    wrong = ""
    try:
        if does == "save":
            _save(name, page, str(asked.get("query", "")))
        elif does == "delete":
            views.delete(current(), name)
        elif does == "default":
            views.make_default(current(), name or None)
    except ParleyError as error:
        wrong = f"{error.sentence} {error.advice}"
    state.tell(KEY, {"do": does, "wrong": wrong, "run": state.run_number()})


def _save(name: str, page: str, query: str) -> None:
    """Save what an address says, as far as filters, place and lens understand it."""
    if len(query) > QUERY_LENGTH:
        raise ViewRefusedError("The address is too long for a view.")
    found = parse_qs(query.removeprefix("?"))
    filters, _ = Filters.from_query(found, other=state.OTHER)
    kept = [*Place.read(found).to_query(), *Lens.read(found).to_query()]
    views.save(current(), name, page, filters, kept)
