"""To the first row of the table: from a cold browser, and from the start of the program."""

import json
import statistics
import time

from playwright.sync_api import sync_playwright

from benchmarks.measure import is_made, row
from benchmarks.starts import serve
from tests.browser.chromium import FLAGS, find

SIZE = 100_000
LARGEST = 10_000_000
TIMES = 7
STARTS = 3
ROW = "tr[data-id]"
WATCH = """
  const inside = (root) => root.querySelector(ROW) ??
    [...root.querySelectorAll('[data-testid^="stBidi"], [data-testid^="stBidi"] *')]
      .filter((host) => host.shadowRoot).map((host) => inside(host.shadowRoot)).find(Boolean);
  const look = () => requestAnimationFrame(() => {
    if (!inside(document)?.getBoundingClientRect().height) { look(); return; }
    // The frame after is painted: what was found has been shown.
    requestAnimationFrame(() => { window.firstRow = performance.timeOrigin + performance.now(); });
  });
  look();
"""


def run() -> None:
    """Print the time from navigation to the first visible row, a new browser each time."""
    process, address, _ = serve(SIZE)
    try:
        time.sleep(8)  # the index, once
        taken = [first_row(address) for _ in range(TIMES)]
    finally:
        process.terminate()
        process.wait()
    figure = f"{statistics.median(taken):.2f} s (worst {max(taken):.2f})"
    row(f"{SIZE:,}: cold browser to first row", figure, "<= 1.5 s")
    for size in filter(is_made, (SIZE, LARGEST)):
        taken = [from_start(size) for _ in range(STARTS)]
        figure = f"{statistics.median(taken):.2f} s (worst {max(taken):.2f})"
        row(f"{size:,}: start with a ready index to first row", figure, "<= 3 s")


def from_start(size: int) -> float:
    """Return the seconds from the start of the program to the first row in a cold browser.

    Without the start of the browser itself.
    """
    process, address, seconds = serve(size)
    try:
        return seconds + first_row(address)
    finally:
        process.terminate()
        process.wait()


def first_row(address: str, *, row: str = ROW) -> float:
    """Return the seconds from navigation to the first row in a browser without any cache.

    The page itself looks before each frame: Playwright's own waiting looks at growing intervals
    and adds up to half a second to what it measures.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(WATCH.replace("ROW", json.dumps(row)))
        started = time.time()
        page.goto(address, wait_until="commit")
        page.locator(row).first.wait_for(state="visible")
        page.wait_for_function("window.firstRow")  # two frames later
        painted = float(page.evaluate("window.firstRow")) / 1000
        browser.close()
    return painted - started
