"""How far the index is, for the notice above the list; the program says whom to ask."""

from collections.abc import Callable

from lake.index import IndexProgress

Progress = Callable[[], IndexProgress | None]


class _Asked:
    """Who knows how far the index of this process is."""

    progress: Progress = staticmethod(lambda: None)


def watch(progress: Progress) -> None:
    """Ask `progress` from now on."""
    _Asked.progress = staticmethod(progress)


def share() -> float | None:
    """Return the part of the index that is built, from 0 to 1; None when it is not being built."""
    progress = _Asked.progress()
    if progress is None:
        return None
    return progress.done / progress.total if progress.total else 0.0
