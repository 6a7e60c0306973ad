"""Search in conversations: when the first hit is there, and what searches leave to the page."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPConnection
from urllib.parse import urlencode

from benchmarks.measure import milliseconds, row, settings
from benchmarks.reruns import wait_for_index
from benchmarks.starts import serve
from lake.serving import Lake
from queries import engine, lane, metrics, session, sessions
from queries.filters import Filters, Scope
from queries.search import search
from settings import Settings

SIZE = 1_000_000
FREQUENT = "refund"
FIRST_HIT_MS = 1000
PAGE_MS, CARDS_MS = 15, 40  # the budgets of `questions`
LEFT = 1.5  # of them, while two search
SEARCHES = 2
NUMBER = re.compile(r"\b[A-Z]{1,3}-[A-Z0-9]{5,}\b")  # of an order or a booking: said in one session


def run() -> None:
    """Print the figures among the messages of a million sessions."""
    found = settings(SIZE)
    with opened(found):
        rare = said_long_ago()
    hits(rare)
    with opened(found.model_copy(update={"cache_mb": 0})):  # each question is asked anew
        alone = questions()
        with searching(found, rare) as is_busy:
            beside = questions()
            if not is_busy():
                raise SystemExit("the searches ended: nothing was measured")
    for (name, before), after, budget in zip(
        alone.items(), beside.values(), (PAGE_MS, CARDS_MS), strict=True
    ):
        figure = f"{after:.1f} ms, {after / before:.2f} x alone ({before:.1f} ms)"
        row(f"{SIZE:,}: {name} while {SEARCHES} search", figure, f"<= {budget * LEFT:.0f} ms")


@contextmanager
def opened(found: Settings) -> Iterator[None]:
    """Answer questions from the index while the block runs."""
    with Lake(found) as lake, engine.running(lake, found):
        while True:
            with lake.lease() as publication:
                if publication.kind == "index":
                    break
            time.sleep(0.05)
        yield


def said_long_ago() -> str:
    """Return a text that one of the oldest sessions holds."""
    with engine.snapshot() as snapshot:
        for session_id in sessions.page(Filters(), snapshot, sort="started_at")["session_id"]:
            for content in session.messages(session_id, snapshot, Scope())["content"]:
                if number := NUMBER.search(content):
                    return number.group()
    raise SystemExit("nobody named a number: there is nothing rare to look for")


def hits(rare: str) -> None:
    """Ask a running program for a frequent text and for a rare one that was said months ago."""
    process, address, _ = serve(SIZE)
    try:
        wait_for_index(address)
        stream(address, FREQUENT)  # files are checked once
        first, _, _ = stream(address, FREQUENT)
        bound = f"<= {FIRST_HIT_MS:,} ms"
        row(f"{SIZE:,}: first hit of a frequent word", f"{first * 1000:.0f} ms", bound)
        first, whole, days = stream(address, rare)
        figure = f"{first:.1f} s, all {days} days in {whole:.1f} s"
        row(f"{SIZE:,}: first hit of a text said months ago", figure, "")
    finally:
        process.terminate()
        process.wait()


def stream(address: str, text: str) -> tuple[float, float, int]:
    """Return the seconds until the first hit and until the end, and the days that were searched."""
    started = time.perf_counter()
    http = HTTPConnection(address.removeprefix("http://"))
    http.request("GET", f"/api/v1/search/messages?{urlencode({'find': text})}")
    first, end = None, {}
    for line in http.getresponse():
        end = json.loads(line)
        if end["kind"] == "hit" and first is None:
            first = time.perf_counter() - started
    if first is None or end["kind"] != "end":
        raise SystemExit(f"{text!r} was not found: {end}")
    return first, time.perf_counter() - started, int(end["days"])


def questions() -> dict[str, float]:
    """Return the median milliseconds of the page's questions."""
    with engine.snapshot() as snapshot:
        page, _ = milliseconds(partial(sessions.page, Filters(), snapshot), times=40)
        cards, _ = milliseconds(partial(metrics.cards, Filters(), snapshot), times=40)
    return {"page": page, "cards": cards}


@contextmanager
def searching(found: Settings, text: str) -> Iterator[Callable[[], bool]]:
    """Have searches run while the block does; gives what says whether they still do."""
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            with engine.snapshot() as snapshot, search(text, Filters(), snapshot, found) as one:
                steps = one.steps()
                while not stop.is_set() and lane.submit(partial(next, steps, None)).result():
                    pass

    threads = [threading.Thread(target=look) for _ in range(SEARCHES)]
    for thread in threads:
        thread.start()
    yield lambda: all(thread.is_alive() for thread in threads)
    stop.set()
    for thread in threads:
        thread.join()
