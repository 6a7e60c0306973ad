"""From a post to what is painted: on the live page, and on the list by its next tick."""

import random
import statistics
import time
from datetime import UTC, datetime

from playwright.sync_api import Page, sync_playwright

from benchmarks.live_page import event, going_on, said, send
from benchmarks.measure import row
from tests.browser.chromium import FLAGS, find

SIZE = 100_000
TIMES = 20
PATIENCE_MS = 30_000

# Whether a selector is there, in whatever shadow roots; asked once a frame.
THERE = """
(wanted) => {
  const has = (root) => root.querySelector(wanted) !== null ||
    [...root.querySelectorAll("*")].some((node) => node.shadowRoot && has(node.shadowRoot));
  return has(document);
}
"""
# The same of a text in what is said.
SAID = """
(text) => {
  const reads = (node) => node.textContent.includes(text);
  const has = (root) => [...root.querySelectorAll(".turn .words")].some(reads) ||
    [...root.querySelectorAll("*")].some((node) => node.shadowRoot && has(node.shadowRoot));
  return has(document);
}
"""


def run() -> None:
    """Print each figure with its bound."""
    with sync_playwright() as playwright, going_on(SIZE) as (_, address):
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(f"{address}/live?watch=live-7")
        page.locator(".panel .words").first.wait_for()
        told("post to painted, live page", on_live(page, address), "<= 3 s")
        page.goto(address)
        page.locator("tr[data-id]").first.wait_for()
        told("post to painted, list", on_list(page, address), "<= 11 s")
        browser.close()


def on_live(page: Page, address: str) -> list[float]:
    """Return the seconds until each of some messages is read in the transcript."""
    taken = []
    for number in range(TIMES):
        wait_somewhat(page)
        message = said("live-7")
        message["data"]["content"] = f"number {number} of {message['id']}"
        started = time.perf_counter()
        send(address, [message])
        page.wait_for_function(SAID, arg=message["data"]["content"], timeout=PATIENCE_MS)
        taken.append(time.perf_counter() - started)
    return taken


def on_list(page: Page, address: str) -> list[float]:
    """Return the seconds until the row of each of some new sessions is there."""
    taken = []
    for number in range(TIMES):
        wait_somewhat(page)
        begun = event("session.started", datetime.now(UTC), session_id=f"listed-{number}")
        started = time.perf_counter()
        send(address, [begun])
        page.wait_for_function(THERE, arg=f'tr[data-id="listed-{number}"]', timeout=PATIENCE_MS)
        taken.append(time.perf_counter() - started)
    return taken


def wait_somewhat(page: Page) -> None:
    """Let some time pass, never the same, so that no post comes at a moment of the page's own."""
    page.wait_for_timeout(random.uniform(500, 3000))  # noqa: S311  no secret


def told(what: str, taken: list[float], bound: str) -> None:
    """Print the 95th percentile, and the median beside it."""
    late = statistics.quantiles(taken, n=20, method="inclusive")[-1]
    row(f"{SIZE:,}: {what}", f"p95 {late:.2f} s, median {statistics.median(taken):.2f}", bound)


if __name__ == "__main__":
    run()
