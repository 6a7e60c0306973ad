"""Remembered bodies of answers, by their ETag: the newest within a size in bytes."""

import gzip
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

from cachetools import LRUCache

WORTH = 1000  # bytes; below that a header costs what the compression saves
LEVEL = 5


@dataclass(frozen=True)
class Body:
    """The bytes of one answer, and the query of the page after it."""

    plain: bytes
    next_query: str | None = None

    @cached_property
    def gzipped(self) -> bytes:
        """The bytes compressed, once however often they are asked for."""
        return gzip.compress(self.plain, LEVEL, mtime=0)

    @property
    def is_ready(self) -> bool:
        """Whether `gzipped` costs nothing any more."""
        return "gzipped" in self.__dict__


class Bodies:
    """Bodies by a name that changes when they do; used from the event loop only."""

    def __init__(self, most: int) -> None:
        self._held: LRUCache[Hashable, Body] = LRUCache(most, getsizeof=_size)

    def get(self, name: Hashable) -> Body | None:
        """Return a remembered body."""
        return self._held.get(name)

    def keep(self, name: Hashable, body: Body) -> None:
        """Remember a body, unless it is larger than all that may be remembered."""
        if _size(body) <= self._held.maxsize:
            self._held[name] = body


def _size(body: Body) -> int:
    """Return what a body may take: plain, compressed, and what it costs to keep an empty one."""
    return len(body.plain) * 5 // 4 + 1024
