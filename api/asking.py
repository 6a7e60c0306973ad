"""Threads of our own for the questions of the API.

The server's usual ones also serve every file of the page; a hundred slow questions would keep the
page from loading.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from errors import BusyError
from settings import Settings

T = TypeVar("T")


class Asking:
    """A few threads, and a queue that is not endless; used from the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._pool = ThreadPoolExecutor(settings.api_threads, "api")
        self._most = settings.api_threads + settings.api_waiting
        self._held = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Return what `work` returns in one of the threads; raises BusyError at once when full."""
        if self._held >= self._most:
            raise BusyError
        self._held += 1
        try:
            context = contextvars.copy_context()  # what the log and the metrics know of the request
            return await asyncio.get_running_loop().run_in_executor(self._pool, context.run, work)
        finally:
            self._held -= 1

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
