"""A watchdog: stops a question whose time is over.

DuckDB's own limit cannot tell a question from an export's stream, so the deadlines are ours: one
thread, a heap of deadlines, and `interrupt()` on the cursor of a question that is late.
"""

import heapq
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from errors import NotReadyError

# A blow between two statements hits nothing, so that a question gets another until it is gone.
AGAIN_SECONDS = 0.05
CLOSE_SECONDS = 5.0  # some calls of DuckDB cannot be interrupted; nobody waits for them for ever


class Guard:
    """One guarded question."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._interrupt = interrupt
        self._is_over = False
        self.has_expired = False  # as opposed to stopped at the end of the process

    def stop(self) -> bool:
        """Interrupt the question; False when it is over and nothing is left to stop."""
        with self._lock:
            if not self._is_over:
                self._interrupt()
            return not self._is_over

    def finish(self) -> None:
        """Say that the question is over: from here on nothing interrupts it."""
        with self._lock:
            self._is_over = True


class Watchdog:
    """The thread that looks at the deadlines; `close` it at the end."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._deadlines: list[tuple[float, int, Guard]] = []
        self._running: set[Guard] = set()
        self._numbers = itertools.count()  # ties in the heap
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    @contextmanager
    def guard(self, interrupt: Callable[[], None], seconds: float) -> Iterator[Guard]:
        """Call `interrupt` again and again once the block has run for so long.

        Raises NotReadyError after `close`.
        """
        guard = Guard(interrupt)
        with self._changed:
            if self._is_closed:
                raise NotReadyError
            self._running.add(guard)
            self._expect(guard, seconds)
        try:
            yield guard
        finally:
            guard.finish()
            with self._changed:
                self._running.discard(guard)

    def close(self) -> None:
        """Stop every question that still runs, and the thread; no other question begins."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
            running = list(self._running)
        self._thread.join()
        until = time.monotonic() + CLOSE_SECONDS
        while [guard for guard in running if guard.stop()] and time.monotonic() < until:
            time.sleep(AGAIN_SECONDS)

    def _expect(self, guard: Guard, seconds: float) -> None:
        """Put a deadline on the heap; the lock is held."""
        deadline = time.monotonic() + seconds
        heapq.heappush(self._deadlines, (deadline, next(self._numbers), guard))
        if self._deadlines[0][2] is guard:
            self._changed.notify()

    def _run(self) -> None:
        while (guard := self._next_late()) is not None:
            guard.has_expired = True
            if guard.stop():
                with self._changed:
                    self._expect(guard, AGAIN_SECONDS)

    def _next_late(self) -> Guard | None:
        """Wait for the next deadline and return its question; None when closed."""
        with self._changed:
            while not self._is_closed:
                left = self._deadlines[0][0] - time.monotonic() if self._deadlines else None
                if left is not None and left <= 0:
                    return heapq.heappop(self._deadlines)[2]
                self._changed.wait(left)
            return None
