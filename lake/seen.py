"""How long live sessions take to be seen, counted when a publication of them is on the shelf."""

from collections.abc import Callable, Sequence
from datetime import datetime

import observed
from lake.live import micros

SECOND = 1_000_000


class Seen:
    """Counts what was heard since the last time; what was there before the start is old."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._heard_at = micros(clock())

    def count(self, times: Sequence[tuple[int, int]]) -> None:
        """Take in the sessions that are new: when their newest event was, and when it came.

        One that was only marked as stale has come long before.
        """
        now = micros(self._clock())
        fresh = [(at, heard) for at, heard in times if heard >= self._heard_at]
        if fresh:
            self._heard_at = max(heard for _, heard in fresh)
            observed.visible(
                [(now - at) / SECOND for at, _ in fresh],
                [(now - heard) / SECOND for _, heard in fresh],
            )
