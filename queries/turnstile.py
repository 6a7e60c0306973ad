"""The turnstile: how many questions run at once, how many wait for a place, and who is refused.

Many at once are no faster than some on the same cores, and share the same memory, so that the rest
wait in the order in which they came. Whoever holds a place waits for DuckDB alone, and each place
comes free by the deadline of its question: it is held neither while another question is asked nor
while somebody reads. A stream may be read for hours: exports and searches have cursors of their
own and limits of their own (PARLEY_EXPORTS, PARLEY_SEARCHES), and what a search asks of the engine
takes a place for as long as DuckDB needs.
"""

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import observed
from errors import BusyError, NotReadyError


class Refusal(StrEnum):
    """Why a question got no place."""

    FULL = "full"  # as many wait as may
    LATE = "late"  # it has waited as long as it may


class _Waiter:
    """One who waits until it is called."""

    def __init__(self) -> None:
        self.since = time.monotonic()
        self.called = threading.Event()
        self.has_place = False


class Turnstile:
    """Places for questions; used from many threads, each of which holds one place at most."""

    def __init__(self, places: int, waiting: int, seconds: float) -> None:
        """Let `places` in at once; so many more may wait, each for so many seconds."""
        self._places = places
        self._room = waiting
        self._seconds = seconds
        self._lock = threading.Lock()
        self._held = 0
        self._line: OrderedDict[_Waiter, None] = OrderedDict()  # nobody while a place is free
        self._is_closed = False

    @contextmanager
    def place(self) -> Iterator[None]:
        """Hold a place while the block runs, first come first served.

        Raises BusyError where too many wait or none comes free in time, NotReadyError after
        `close`.
        """
        waiter = self._enter()
        if waiter is not None:
            self._wait(waiter)
        observed.QUESTIONS.labels("running").inc()
        try:
            yield
        finally:
            observed.QUESTIONS.labels("running").dec()
            self._leave()

    def close(self) -> None:
        """Send away all who wait; nobody else comes in."""
        with self._lock:
            self._is_closed = True
            for waiter in self._line:
                waiter.called.set()

    def _enter(self) -> _Waiter | None:
        """Take a place if one is free, else one in the line."""
        with self._lock:
            if self._is_closed:
                raise NotReadyError
            if self._held < self._places:
                self._held += 1
                return None
            if len(self._line) >= self._room:
                raise self._refused(Refusal.FULL)
            waiter = _Waiter()
            self._line[waiter] = None
            return waiter

    def _wait(self, waiter: _Waiter) -> None:
        """Wait to be called; whoever leaves hands over a place, so that nobody slips in before."""
        with observed.QUESTIONS.labels("waiting").track_inprogress():
            waiter.called.wait(self._seconds)
        with self._lock:
            observed.QUESTION_WAIT.observe(time.monotonic() - waiter.since)
            if waiter.has_place:  # perhaps handed over in the moment in which its time was over
                return
            refused = NotReadyError() if self._is_closed else self._refused(Refusal.LATE)
            del self._line[waiter]
            raise refused

    def _leave(self) -> None:
        with self._lock:
            if self._is_closed or not self._line:
                self._held -= 1
                return
            first, _ = self._line.popitem(last=False)
            first.has_place = True
            first.called.set()

    def _refused(self, why: Refusal) -> BusyError:
        """Return the error of one who is to wait for as long as the first in line has waited."""
        first = next(iter(self._line), None)
        waited = 0.0 if first is None else time.monotonic() - first.since
        return refused(why, math.ceil(waited))


def refused(why: Refusal, seconds: int = 1) -> BusyError:
    """Count a refusal, and return its error: one may come again after so many seconds."""
    observed.QUESTIONS_REFUSED.labels(why).inc()
    return BusyError(max(1, seconds))
