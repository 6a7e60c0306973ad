"""The ways between pages, under the mark; below them how new the data is."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from streamlit.navigation.page import StreamlitPage

from components.assets import Data, element
from components.times import milliseconds

Sections = Mapping[str, Sequence[StreamlitPage]]

_nav = element("nav")


def show(
    sections: Sections, current: StreamlitPage, *, as_of: datetime | None, now: datetime, zone: str
) -> None:
    """Render a link for each page, by section; `as_of` is when the data was committed."""
    _nav(
        key="nav",
        data={
            "sections": [
                {"title": title, "pages": [_entry(page, page is current) for page in pages]}
                for title, pages in sections.items()
            ],
            "as_of": None if as_of is None else milliseconds(as_of),
            "now": milliseconds(now),
            "zone": zone,
        },
    )


def _entry(page: StreamlitPage, is_current: bool) -> Data:  # noqa: FBT001  one place calls it
    icon = page.icon.removeprefix(":material/").removesuffix(":")
    return {"path": page.url_path, "label": page.title, "icon": icon, "is_current": is_current}
