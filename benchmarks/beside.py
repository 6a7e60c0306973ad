"""The questions of `growth` while data comes in: alone, then beside 400 changes a second.

Each is asked of the newest publication, as every request is, with nothing remembered. What comes in
is taken in by this process too, as the server does; only requests over HTTP are missing.
"""

import random
import shutil
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.asking import asked
from benchmarks.growth import QUESTIONS, SEED, SIZES, TIMES, Ask, Held, Taken, summed
from benchmarks.measure import FOLDER, is_made, row, settings
from cli.simulate import event
from ingest.demo import acting
from ingest.live.accepting import Accepting, Request, no_recall
from ingest.live.sent import read
from queries import sessions
from queries.engine import snapshot
from queries.filters import Filters
from settings import Settings

RATE = 400  # changes a second
BEAT = 0.05  # seconds between two requests with some of them
AGENTS = 12
WARM = 15.0  # seconds until there are active sessions


def run() -> None:
    """Print each question of the largest lake that somebody has made, alone and beside changes."""
    size = max(filter(is_made, SIZES))
    found = settings(size).model_copy(update={"cache_mb": 0})
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        own = found.model_copy(update={"state": Path(folder)})
        if found.index.exists():
            shutil.copytree(found.index, own.index)
        with asked(own):
            alone = _of(size)
            with coming(own):
                time.sleep(WARM)
                beside = _of(size)
    for name, taken in beside.items():
        row(f"{size:,}: {name}", f"{alone[name]} ms", f"beside {RATE} changes a second {taken} ms")


@contextmanager
def coming(own: Settings) -> Iterator[None]:
    """Take conversations in as they happen while the block runs."""
    accepting, over = Accepting(own, no_recall), threading.Event()
    thread = threading.Thread(target=_send, args=(accepting, over))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        accepting.close()


def _send(accepting: Accepting, over: threading.Event) -> None:
    """Send at the rate until it is over; what is refused ends the measurement."""
    acts = acting.live(AGENTS, SEED, RATE, datetime.now(UTC))
    begun, sent, run_id = time.monotonic(), 0, uuid.uuid4().hex[:8]
    while not over.wait(BEAT):
        due = int((time.monotonic() - begun) * RATE) - sent
        now = datetime.now(UTC)
        events = [read(event(run_id, *act), now) for act in islice(acts, due)]
        outcomes = accepting.submit(Request("bench", None, events, 0)).result()
        if any(outcome.status != "accepted" for outcome in outcomes):
            raise SystemExit("an event was refused: nothing was measured")
        sent += due


def _of(size: int) -> dict[str, Taken]:
    """Return what each question takes now."""
    with snapshot() as held:
        ids = sessions.page(Filters(), held, number=3, size=200)["session_id"].to_list()
    chance = random.Random(SEED)  # noqa: S311  the same filters each time
    return {
        name: summed([_once(ask, size, tuple(ids), chance) for _ in range(TIMES)])
        for name, ask in QUESTIONS.items()
    }


def _once(ask: Ask, size: int, ids: tuple[str, ...], chance: random.Random) -> float:
    """Return the milliseconds of a question to the newest publication."""
    with snapshot() as held:
        asking = Held(held, max(size // 50, 1), ids, chance)
        started = time.perf_counter()
        ask(asking)
        return (time.perf_counter() - started) * 1000
