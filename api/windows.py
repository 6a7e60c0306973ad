"""The moving windows of the rate limits, in bounded memory.

The storage that `limits` brings starts a thread each ten milliseconds, which walks over all keys,
and forgets a key only when its window is over: whoever has many addresses makes it slow and large.
This one holds so many keys and no more, forgets the one that was asked for longest ago, and reads a
clock that nobody can set back.
"""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from limits.storage import MemoryStorage


class Windows(MemoryStorage):
    """When each key was let through lately; exact from many threads."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        """Hold at most so many keys; `clock` counts seconds and never goes back."""
        super().__init__()
        self._most = most
        self._clock = clock
        self._passes: OrderedDict[str, deque[float]] = OrderedDict()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        """Return how many keys are held."""
        return len(self._passes)

    def now(self) -> float:
        """Return the moment on the clock of the windows."""
        return self._clock()

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Let `amount` more through and return True, or False where the window is full."""
        with self._guard:
            now = self._clock()
            passes = self._lately(key, now - expiry)
            if len(passes) + amount > limit:
                return False
            passes.extend([now] * amount)
            return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:  # noqa: ARG002  the library's signature
        """Return when the window's first was let through, and how many were since."""
        with self._guard:
            now = self._clock()
            passes = self._lately(key, now - expiry)
            return (passes[0] if passes else now), len(passes)

    def clear(self, key: str) -> None:
        """Forget a key."""
        with self._guard:
            self._passes.pop(key, None)

    def reset(self) -> int:
        """Forget all keys and return how many there were."""
        with self._guard:
            held = len(self._passes)
            self._passes.clear()
        return held

    def _lately(self, key: str, since: float) -> deque[float]:
        """Return a key's passes from `since` on, as the newest of the keys; the lock is held."""
        passes = self._passes.setdefault(key, deque())
        self._passes.move_to_end(key)
        while passes and passes[0] < since:
            passes.popleft()
        if len(self._passes) > self._most:
            self._passes.popitem(last=False)
        return passes
