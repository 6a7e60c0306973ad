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

# A blow between two statements hits nothing, so that a late question gets another until it is gone.
AGAIN_SECONDS = 0.05


class Guard:
    """One guarded question."""

    def __init__(self, interrupt: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._interrupt = interrupt
        self._is_over = False
        self.has_expired = False

    def stop(self) -> bool:
        """Interrupt the question; False when it is over and nothing is left to stop."""
        with self._lock:
            if not self._is_over:
                self.has_expired = True
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
        self._numbers = itertools.count()  # ties in the heap
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="watchdog", daemon=True)
        self._thread.start()

    @contextmanager
    def guard(self, interrupt: Callable[[], None], seconds: float) -> Iterator[Guard]:
        """Call `interrupt` again and again once the block has run for so long."""
        guard = Guard(interrupt)
        self._expect(guard, seconds)
        try:
            yield guard
        finally:
            guard.finish()

    def close(self) -> None:
        """Stop every question that still runs, then the thread."""
        with self._changed:
            self._is_closed = True
            guards = [guard for _, _, guard in self._deadlines]
            self._changed.notify()
        for guard in guards:
            guard.stop()
        self._thread.join()

    def _expect(self, guard: Guard, seconds: float) -> None:
        with self._changed:
            deadline = time.monotonic() + seconds
            heapq.heappush(self._deadlines, (deadline, next(self._numbers), guard))
            if self._deadlines[0][2] is guard:
                self._changed.notify()

    def _run(self) -> None:
        while (guard := self._next_late()) is not None:
            if guard.stop():
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
