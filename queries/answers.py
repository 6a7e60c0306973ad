"""Remembered answers: the newest within a size in bytes, each asked once however many want it."""

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from types import TracebackType

import polars as pl
from cachetools import LRUCache

import observed
from observed import Remembered


class Answers:
    """A cache of frames; frames are shared, and none of polars' ways to use one changes it."""

    def __init__(self, max_bytes: int) -> None:
        self._lock = threading.Lock()
        self._frames: LRUCache[Hashable, pl.DataFrame] = LRUCache(max_bytes, getsizeof=_size)
        self._flights: dict[Hashable, Future[pl.DataFrame]] = {}

    def get(self, key: Hashable, ask: Callable[[], pl.DataFrame]) -> pl.DataFrame:
        """Return the answer of `key`; who comes while it is being asked waits for the same one.

        An error reaches all who wait and is not remembered: the next to come asks again.
        """
        with self._lock:
            known = self._frames.get(key)
            if known is not None:
                observed.remembered(Remembered.HIT)
                return known
            flight = self._flights.get(key)
            is_leader = flight is None
            if flight is None:
                flight = self._flights[key] = Future()
        observed.remembered(Remembered.MISS if is_leader else Remembered.JOINED)
        if is_leader:
            with _Landing(self, key, flight):
                flight.set_result(ask())
        return flight.result()

    def land(self, key: Hashable, flight: "Future[pl.DataFrame]") -> None:
        """Remember the answer of a question that is over, unless it is an error or too large."""
        with self._lock:
            del self._flights[key]
            if flight.exception() is None and _size(flight.result()) <= self._frames.maxsize:
                self._frames[key] = flight.result()
            observed.cache(round(self._frames.currsize), len(self._frames))


class _Landing:
    """The end of a question: whatever happens, nobody waits for ever."""

    def __init__(self, answers: Answers, key: Hashable, flight: "Future[pl.DataFrame]") -> None:
        self._answers = answers
        self._key = key
        self._flight = flight

    def __enter__(self) -> None:
        """Nothing to do at the start."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Hand an error to those who wait; it is raised here as well."""
        if error is not None:
            self._flight.set_exception(error)
        self._answers.land(self._key, self._flight)


def _size(frame: pl.DataFrame) -> int:
    """Return the bytes of a frame, with what it costs to keep an empty one."""
    return int(frame.estimated_size()) + 1024
