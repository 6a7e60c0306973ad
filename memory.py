"""What the program does about its memory while it serves."""

import asyncio
import gc
import itertools
from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

SOON_SECONDS = (10, 20, 30)  # while what the first pages need is loaded
OFTEN_SECONDS = 300


@contextmanager
def kept() -> Iterator[None]:
    """Give back at once what is free, and settle what stays, while the block runs in a loop."""
    pa.set_memory_pool(pa.system_memory_pool())  # the usual one keeps 40 MB after an export
    settling = asyncio.get_running_loop().create_task(_settle())
    try:
        yield
    finally:
        settling.cancel()


async def _settle() -> None:
    """Keep out of the collector's sight what stays, so that it looks at little.

    Each time what has become garbage meanwhile is found first.
    """
    for seconds in itertools.chain(SOON_SECONDS, itertools.repeat(OFTEN_SECONDS)):
        gc.unfreeze()
        gc.collect()
        gc.freeze()
        await asyncio.sleep(seconds)
