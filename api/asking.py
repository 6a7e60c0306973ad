"""Threads of our own for the questions of the API.

The server's usual ones also serve every file of the page; a hundred slow questions would keep the
page from loading. They are fewer than the places of the engine (queries/turnstile.py), so that the
API alone cannot keep pages waiting.
"""

import asyncio
import contextvars
import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from queries.turnstile import Refusal, refused
from settings import Settings

T = TypeVar("T")


class Asking:
    """A few threads, and a queue that is not endless; used from the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._pool = ThreadPoolExecutor(settings.api_threads, "api")
        self._seconds = settings.questions_wait_seconds
        self._most = settings.api_threads + settings.api_waiting
        self._held = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work` returns in one of the threads.

        Raises BusyError at once when full, and where no thread comes free in time.
        """
        if self._held >= self._most:
            raise refused(Refusal.FULL)
        self._held += 1
        context = contextvars.copy_context()  # what the log and the metrics know of the request
        begun = self._pool.submit(context.run, work)
        late = asyncio.get_running_loop().call_later(self._seconds, begun.cancel)  # if it waits
        turn = asyncio.wrap_future(begun)
        try:
            await asyncio.wait((turn,))
        finally:
            late.cancel()
            turn.cancel()
            self._held -= 1
        if turn.cancelled():
            raise refused(Refusal.LATE, math.ceil(self._seconds))
        return turn.result()

    @property
    def held(self) -> int:
        """How many are asked, or wait."""
        return self._held

    def aside(self, work: Callable[[], None]) -> None:
        """Have `work` done in one of the threads, sooner or later; it must not raise."""
        self._pool.submit(work)

    def close(self) -> None:
        """Wait for what runs; what waits is given up."""
        self._pool.shutdown(cancel_futures=True)
