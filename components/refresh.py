"""The one clock of the page; nothing else has a timer."""

from datetime import datetime

from components.assets import element
from components.times import milliseconds

_clock = element("clock")


def _ignore() -> None:
    """Let a new name of the data be answered by the run that it starts."""


def clock(name: str, now: datetime, *, is_on: bool) -> None:
    """Show when the data was last asked for; while on, run the page again when `name` changes.

    The browser asks a route for the name, every 10 s and while its tab is visible, so that a
    viewer of quiet data costs no run.
    """
    _clock(
        key="clock_element",
        data={"name": name, "now": milliseconds(now), "is_on": is_on},
        on_changed_change=_ignore,
    )
