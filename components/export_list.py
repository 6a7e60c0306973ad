"""The exports page: a form that becomes a link to a file, and the list of what was exported.

The browser asks the API for both: how large the file will be, and how far each export is.
"""

from collections.abc import Iterable
from datetime import datetime

from components.assets import element
from components.export_menu import Format, told

_exports = element("exports")


def show(formats: Iterable[Format], *, total: int, now: datetime, zone: str) -> None:
    """Render both for the filters of the present address, whose sessions are `total`."""
    _exports(key="exports_page", data=told(formats, total=total, now=now, zone=zone))
