"""Two questions at once: half of what a small one costs is its planning, which one core does.

The caller takes over what no helper has begun, so that nobody waits for a helper that is busy
elsewhere, and questions within questions cannot wait for each other in a ring.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

HELPERS = 2  # threads of the process; DuckDB has its own for what is large
_helpers = ThreadPoolExecutor(HELPERS, thread_name_prefix="question")


def both(first: Callable[[], A], second: Callable[[], B]) -> tuple[A, B]:
    """Return what both return; raises what the first one raises, else what the second does.

    A helper that asks the second has the caller's context; it has ended when this returns.
    """
    begun = _helpers.submit(copy_context().run, second)
    try:
        told = first()
    except BaseException:
        if not begun.cancel():
            begun.exception()  # waits
        raise
    return told, second() if begun.cancel() else begun.result()
