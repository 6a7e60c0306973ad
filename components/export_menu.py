"""The menus of taking out at the end of the filter bar: copy as, and a link for each format.

The browser takes a file from the API itself, and asks it for the texts to copy when a menu opens:
a link, curl, Python, SQL, a command line. Nothing of either passes through the page.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from components import state
from components.assets import Data, element
from components.times import milliseconds

_export = element("export")


class Format(Protocol):
    """What the menu tells of a format of `exports.registry`."""

    @property
    def name(self) -> str:
        """The word of the address."""

    @property
    def title(self) -> str:
        """The word of the menu."""

    @property
    def hint(self) -> str:
        """What it is good for."""

    @property
    def icon(self) -> str:
        """A Material symbol."""

    @property
    def has_messages(self) -> bool:
        """Whether it holds what was said."""


def show(formats: Iterable[Format], *, total: int, now: datetime, zone: str) -> None:
    """Render the menu for the filters of the present address, whose sessions are `total`.

    `zone` is the report zone, in which a file counts days and hours unless the address names one.
    """
    _export(key="export", data=told(formats, total=total, now=now, zone=zone))


def told(formats: Iterable[Format], *, total: int, now: datetime, zone: str) -> Data:
    """Return what the browser needs to make links to files of the present address."""
    return {
        "formats": [
            {
                "name": each.name,
                "label": each.title,
                "hint": each.hint,
                "icon": each.icon,
                "has_messages": each.has_messages,
            }
            for each in formats
        ],
        "total": total,
        "now": milliseconds(now),
        "zone": zone,
        "apart": sorted(state.OTHER),  # what is no filter
    }
