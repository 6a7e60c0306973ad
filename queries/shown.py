"""Waiting until what was written is shown."""

import time

from queries import engine

SECONDS = 3.0  # at most: what comes later is shown by the next tick
_EVERY = 0.02


def until(position: int, seconds: float = SECONDS) -> bool:
    """Wait until the newest publication holds a position of the journal; False: it does not yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with engine.snapshot() as newest:
            if newest.publication.position >= position:
                return True
        time.sleep(_EVERY)
    return False
