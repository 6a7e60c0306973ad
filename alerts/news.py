"""The name of the data, changed by what has fired: pages that ask for it then run once more."""

import threading


class _Process:
    """How often something has happened since the process began."""

    lock = threading.Lock()
    count = 0


def happened() -> None:
    """Have every page that is open look anew."""
    with _Process.lock:
        _Process.count += 1


def named(publication: str) -> str:
    """Return the name of the data that is shown, and of how the alerts stand beside it."""
    return f"{publication}!{_Process.count}" if _Process.count else publication
