"""How fast the index answers questions at a million sessions, anew and remembered."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from benchmarks.measure import milliseconds, row, settings
from lake import serving
from lake.serving import Lake
from queries.engine import Snapshot, running, snapshot
from settings import Settings

SIZE = 1_000_000
REMEMBERED = 5  # milliseconds

Ask = Callable[[Snapshot], object]


def figures(questions: Mapping[str, Ask], bound: int) -> None:
    """Print the figures, each question asked anew, within a bound, then each from the cache."""
    found = settings(SIZE)
    for cache_mb in (0, found.cache_mb):
        with asked(found.model_copy(update={"cache_mb": cache_mb})) as held:
            for name, ask in questions.items():
                middle, worst = milliseconds(partial(ask, held), times=9)
                told = f"{middle:.1f} (worst {worst:.1f}) ms"
                what, most = (f"{name}, remembered", REMEMBERED) if cache_mb else (name, bound)
                row(what, told, f"<= {most} ms")


@contextmanager
def asked(found: Settings) -> Iterator[Snapshot]:
    """Hold a snapshot of the index; its files are not read whole beside what is measured."""
    serving.QUIET_SECONDS = math.inf
    lake = Lake(found)
    lake.start()
    try:
        with running(lake, found):
            while True:
                with snapshot() as held:
                    if held.publication.kind == "index":
                        yield held
                        return
                time.sleep(0.05)
    finally:
        lake.close()
