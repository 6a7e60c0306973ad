"""The parts of a page, of which one is shown: links in the address's `show`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from components.assets import element

SHOW = "show"  # a parameter of the address; the first view has no name in it

_parts = element("parts")


@dataclass(frozen=True)
class View:
    """A part of a page: its name in the address, its label and icon."""

    name: str
    label: str
    icon: str


def chosen(views: Sequence[View], parameters: Mapping[str, Sequence[str]]) -> View:
    """Return the view that an address names; the first where it names none of these."""
    asked = [*parameters.get(SHOW, ()), ""][0]
    return next((view for view in views if view.name == asked), views[0])


def show(views: Sequence[View], current: View, *, label: str) -> None:
    """Render a link for each view; `label` names them together."""
    _parts(
        key="parts",
        data={
            "label": label,
            "views": [
                {
                    "label": view.label,
                    "icon": view.icon,
                    "change": {SHOW: [] if view is views[0] else [view.name]},
                    "is_current": view is current,
                }
                for view in views
            ],
        },
    )
