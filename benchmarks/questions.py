"""How long the index takes to build, and how fast it answers the first page and the cards."""

import threading
import time
from functools import partial

from benchmarks.measure import milliseconds, row, settings
from lake.serving import Lake
from queries import engine, metrics, sessions
from queries.filters import Filters
from settings import Settings

BOUNDS = {100_000: (10, 15), 1_000_000: (15, 40)}  # page, cards; milliseconds
BUILD_SECONDS = 25
PAUSE_SECONDS = 0.2  # between two pages that are asked while the index is built


def run() -> None:
    """Print the figures at 100,000 and 1,000,000 sessions."""
    for size, (page, cards) in BOUNDS.items():
        found = settings(size).model_copy(update={"cache_mb": 0})  # each question is asked anew
        building(found, size)
        answers(found, size, page, cards)


def building(found: Settings, size: int) -> None:
    """Build the index from nothing while the first page is asked five times a second."""
    for path in found.index.glob("*"):
        path.unlink()
    lake = Lake(found)
    started = time.perf_counter()
    lake.start()
    engine.start(lake, found)
    asked: list[float] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            begun = time.perf_counter()
            with engine.snapshot() as snapshot:
                sessions.page(Filters(), snapshot)
            asked.append(time.perf_counter() - begun)
            done.wait(PAUSE_SECONDS)

    asker = threading.Thread(target=ask)
    asker.start()
    while True:
        with lake.lease() as publication:
            if publication.kind == "index":
                break
        time.sleep(0.02)
    taken = time.perf_counter() - started
    done.set()
    asker.join()
    engine.stop()
    lake.close()
    bytes_ = sum(path.stat().st_size for path in found.index.glob("*.duckdb"))
    row(f"{size:,}: index built", f"{taken:.1f} s, {bytes_ / 1e6:.0f} MB", f"<= {BUILD_SECONDS} s")
    row(f"{size:,}: pages answered meanwhile", f"{len(asked)}, worst {max(asked):.2f} s", "> 0")


def answers(found: Settings, size: int, page: int, cards: int) -> None:
    """Ask the first page and the cards of the index, each time anew."""
    lake = Lake(found)
    lake.start()
    engine.start(lake, found)
    try:
        with engine.snapshot() as snapshot:
            narrowed = Filters.model_validate({"range": "7d", "channel": ["web", "phone"]})
            week = Filters.model_validate({"range": "7d"})
            for name, filters in (("", Filters()), (", 7 days, 2 channels", narrowed)):
                middle, worst = milliseconds(partial(sessions.page, filters, snapshot))
                row(
                    f"{size:,}: page{name}", f"{middle:.1f} (worst {worst:.1f}) ms", f"<= {page} ms"
                )
            for name, filters in (("", Filters()), (", 7 days", week)):
                middle, worst = milliseconds(partial(metrics.cards, filters, snapshot))
                row(
                    f"{size:,}: cards{name}",
                    f"{middle:.1f} (worst {worst:.1f}) ms",
                    f"<= {cards} ms",
                )
    finally:
        engine.stop()
        lake.close()
