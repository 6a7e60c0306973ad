"""Opening a session among many, how much its transcript weighs, and how smoothly it scrolls."""

import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, WebSocket, sync_playwright

from benchmarks.imports import WORDS
from benchmarks.measure import row
from benchmarks.reruns import PRESS, empty_reruns, wait_for_index
from benchmarks.starts import serve, serve_folder
from ingest.batches import Collector
from ingest.derive import session
from ingest.draft import EventDraft, MessageDraft, SessionDraft
from ingest.options import Options
from lake.writer import Writer
from models import EventKind, Sender
from settings import Settings
from tests.browser.chromium import FLAGS, find

SIZE = 1_000_000
OPENED = 16  # sessions, from pages that lie far apart
SECONDS = 3  # of scrolling
WHEEL = 120  # pixels that a notch of a wheel scrolls
SEED = 13

# Keeps how long each frame takes, for so many milliseconds.
FRAMES = """
(lasting) => {
  window.frames = [];
  const end = performance.now() + lasting;
  let last = performance.now();
  window.framed = new Promise((done) => {
    const frame = () => {
      const now = performance.now();
      window.frames.push(now - last);
      last = now;
      if (now < end) requestAnimationFrame(frame); else done();
    };
    requestAnimationFrame(frame);
  });
}
"""


def run() -> None:
    """Print each figure with the bound of its issue."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        opening(browser)
        with long_sessions() as address:
            weight(browser, f"{address}/?id=said-1000")
            scrolling(browser, f"{address}/?id=said-5000")
        browser.close()


def opening(browser: Browser) -> None:
    """Print the time from a press on a row to the painted transcript."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    floor = statistics.median(empty_reruns(page))
    process, address, _ = serve(SIZE)
    try:
        wait_for_index(address)
        taken = statistics.median(openings(page, address))
    finally:
        stop(process)
        page.close()
    figure = f"{taken:.0f} ms, {taken / floor:.2f} x an empty rerun ({floor:.0f} ms)"
    row(f"{SIZE:,}: press on a row to painted transcript", figure, "<= 3 x")


def openings(page: Page, address: str) -> list[float]:
    """Return how long each of the sessions took to be painted, in milliseconds."""
    taken = []
    for number in range(OPENED):
        page.goto(f"{address}/?page={1 + number * SIZE // 50 // OPENED}")
        page.locator("tr[data-id]").first.wait_for()
        page.wait_for_timeout(1500)
        pressed = f"tr[data-id]:nth-child({1 + number * 3})"
        taken.append(page.evaluate(PRESS, [pressed, ".transcript"]))
    return taken


def weight(browser: Browser, address: str) -> None:
    """Print how many bytes the connection brings until a transcript of 1,000 messages is there."""
    page = browser.new_page()
    received: list[int] = []

    def listen(talk: WebSocket) -> None:
        talk.on("framereceived", lambda frame: received.append(len(frame)))

    page.on("websocket", listen)
    page.goto(address)
    page.locator(".turn").first.wait_for()
    page.wait_for_timeout(1500)
    page.close()
    row("transcript of 1,000 messages", f"{max(received) / 1000:.0f} kB", "<= 250 kB")


def scrolling(browser: Browser, address: str) -> None:
    """Print the longest frame while a transcript of 5,000 messages is scrolled by the wheel."""
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(address)
    page.locator(".turn").first.wait_for()
    page.wait_for_timeout(3000)
    page.locator(".scroller").hover()
    page.evaluate(FRAMES, SECONDS * 1000)
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        page.mouse.wheel(0, WHEEL * 5)
        page.wait_for_timeout(30)
    page.evaluate("window.framed")
    frames: list[float] = page.evaluate("window.frames")
    moved = page.locator(".scroller").evaluate("node => node.scrollTop")
    page.close()
    if moved < page_heights(10):
        raise SystemExit("nothing was scrolled: nothing was measured")
    figure = f"{max(frames):.0f} ms of {len(frames)} frames"
    row(f"5,000 messages: worst frame in {SECONDS} s of scrolling", figure, "<= 50 ms")


def page_heights(count: int) -> int:
    return count * 900


@contextmanager
def long_sessions() -> Iterator[str]:
    """Serve a lake of two long sessions; gives its address."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        own = Settings(data=Path(folder) / "lake", state=Path(folder) / "state", demo="off")
        held = Collector()
        for count in (1000, 5000):
            held.add(session(said(count), Options(datetime.now(UTC))))
        with Writer(own) as writer:
            writer.add(held.batch())
            writer.commit()
        process, address, _ = serve_folder(own)
        try:
            wait_for_index(address)
            yield address
        finally:
            stop(process)


def said(count: int) -> SessionDraft:
    """Return a session of so many messages of 8 to 30 words, with a tool call after each tenth."""
    dice = random.Random(SEED)  # noqa: S311  text, not secrets
    first = datetime(2026, 11, 1, tzinfo=UTC)
    messages, events = [], []
    for number in range(count):
        at = first + timedelta(seconds=5 * number)
        text = " ".join(dice.choices(WORDS, k=dice.randint(8, 30)))
        sender = (Sender.USER, Sender.AGENT)[number % 2]
        messages.append(MessageDraft(sender, text, 3 * number, at))
        if number % 10 == 0:
            call = EventDraft(EventKind.TOOL_CALL, "lookup", '{"id": 7}', 3 * number + 1, at)
            events += [call, EventDraft(EventKind.TOOL_RESULT, "lookup", "[]", 3 * number + 2, at)]
    return SessionDraft(session_id=f"said-{count}", messages=messages, events=events)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()
