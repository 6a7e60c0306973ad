"""The slow lane: the few threads in which all searches take turns, slice by slice.

However many people search, they take a quarter of the machine, and at least one thread of it.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from settings import current

R = TypeVar("R")


@cache
def _lane() -> ThreadPoolExecutor:
    # No lower priority for these threads: the pools of libraries that happen to begin in one would
    # have it for good, and a thread that is seldom run may hold Python's lock all the same.
    return ThreadPoolExecutor(max(1, current().threads // 4), "search")


def submit(work: Callable[[], R]) -> "Future[R]":
    """Do some work when it is its turn; keep it short, so that everybody's comes soon."""
    return _lane().submit(work)
