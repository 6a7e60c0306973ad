"""What has been written of a file: its bytes, its SHA-256, and the places to go on from.

A place is a number of sessions with the bytes that they took and the hash of these. Whoever goes on
from one writes the same bytes as whoever began, so that the hash of the whole file is known in the
end although nobody has written the whole of it.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any, NamedTuple

from exports.options import Bytes

MOST = 1000  # places; then each second one is given up


class Place(NamedTuple):
    """So many sessions, the bytes that they took, and the state of the hash after these."""

    sessions: int
    bytes: int
    hash: Any


class Counted:
    """A file on its way; used by one thread at a time."""

    def __init__(self) -> None:
        """Nothing has been written."""
        self._places = [Place(0, 0, hashlib.sha256())]
        self._hash = hashlib.sha256()
        self.bytes = 0

    @property
    def sha256(self) -> str:
        """The hash of what has been written, in hex."""
        return str(self._hash.hexdigest())

    def go_on(self, received: int) -> Place:
        """Return the last place within so many bytes, and count on from it."""
        at = bisect_right(self._places, received, key=lambda place: place.bytes) - 1
        place = self._places[at]
        self.bytes, self._hash = place.bytes, place.hash.copy()
        return place

    def take(self, part: Bytes, sessions: int) -> None:
        """Count a part, before which so many sessions had been written whole."""
        if sessions > self._places[-1].sessions:
            self._places.append(Place(sessions, self.bytes, self._hash.copy()))
            if len(self._places) > MOST:
                self._places = self._places[::2]
        self._hash.update(part)
        self.bytes += memoryview(part).nbytes


def rest(parts: Iterator[Bytes], known: int) -> Iterator[Bytes]:
    """Yield parts without their first bytes, which are known."""
    for part in parts:
        view = memoryview(part)
        if known < view.nbytes:
            yield view[known:]
        known = max(0, known - view.nbytes)
