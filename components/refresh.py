"""The one clock of the page; nothing else has a timer."""

from components import state
from components.assets import element
from components.times import milliseconds
from queries.engine import Snapshot

EVERY_MS = 10_000  # how often the browser asks for the name of the data
LIVE_MS = 1_000  # the same where what goes on now is shown
HIDDEN_MS = 30_000  # the same while the tab is hidden, where the person wants to be told
IDLE_MS = 30 * 60_000  # nobody has moved anything for so long: paused until somebody does

_clock = element("clock")


def _ignore() -> None:
    """Let a new name of the data be answered by the run that it starts."""


def clock(snapshot: Snapshot, name: str, *, is_on: bool) -> None:
    """Show when the data was last asked for; while on, run the page again when it has another name.

    The browser asks a route for the name while its tab is visible, so that a viewer of quiet data
    costs no run. `name` is that of what this run shows.
    """
    _clock(
        key="clock_element",
        data={
            "name": name,
            "theme": state.theme(),
            "now": milliseconds(snapshot.tick),
            "run": state.run_number(),
            "is_on": is_on,
            "every_ms": LIVE_MS if state.is_hasty() else EVERY_MS,
            "hidden_ms": HIDDEN_MS,
            "idle_ms": IDLE_MS,
        },
        on_changed_change=_ignore,
    )
