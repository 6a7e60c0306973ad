"""The Analytics page in Chromium: first chart, payload, and from a filter to painted charts."""

import statistics
import time

from playwright.sync_api import Page, WebSocket, sync_playwright

from benchmarks.measure import row
from benchmarks.reruns import empty_reruns, wait_for_index
from benchmarks.starts import serve
from tests.browser.chromium import FLAGS, find

SIZE = 1_000_000
COLD = 5
VIEWS = {"all time": "", "the last 30 days": "?range=30d"}
SETTLE_MS = 1500
PANELS = "() => window.panels().length && window.panels().every((panel) => panel.dataset.stamp)"

# Finds every panel behind the shadow roots of its element, and notes when the first chart is there.
LOOKS = """
window.panels = () => [...document.querySelectorAll('[data-testid^="stBidi"]')].flatMap((host) =>
  [host, ...host.querySelectorAll("*")].flatMap((node) =>
    node.shadowRoot ? [...node.shadowRoot.querySelectorAll(".panel")] : []));
const look = () => requestAnimationFrame(() => {
  const bar = window.panels().map((panel) => panel.querySelector(".bar")).find(Boolean);
  if (!bar?.getBoundingClientRect().height) { look(); return; }
  requestAnimationFrame(() => { window.firstChart = performance.timeOrigin + performance.now(); });
});
look();
"""

# Ticks an option and waits until each panel shows the new numbers and is painted. Changes are
# listened to: to look frame by frame would have the browser make frames meanwhile.
PRESS = """
async (wanted) => {
  const inside = (root) => root.querySelector(wanted) ?? [...root.querySelectorAll("*")]
    .filter((node) => node.shadowRoot).map((node) => inside(node.shadowRoot)).find(Boolean);
  const panels = window.panels();
  const stamps = () => new Set(panels.map((panel) => panel.dataset.stamp));
  const [before] = stamps();
  const isDone = (now) => now.size === 1 && !now.has(before);
  const frame = () => new Promise(requestAnimationFrame);
  const started = performance.now();
  await new Promise((done, failed) => {
    setTimeout(() => failed(new Error(`${wanted} changed nothing`)), 30_000);
    const told = new MutationObserver(() => {
      if (!isDone(stamps())) return;
      told.disconnect();
      done();
    });
    for (const panel of panels) told.observe(panel, { attributeFilter: ["data-stamp"] });
    inside(document).click();
  });
  await frame();
  await frame();
  return performance.now() - started;
}
"""


def run() -> None:
    """Print each figure with its bound."""
    process, address, _ = serve(SIZE)
    try:
        wait_for_index(address)
        colds = [first_chart(f"{address}/analytics") for _ in range(COLD)]
        taken, received = [seconds for seconds, _ in colds], [size for _, size in colds]
        figure = f"{statistics.median(taken):.2f} s (worst {max(taken):.2f})"
        row(f"{SIZE:,}: cold browser to first chart", figure, "<= 2 s")
        row("page beside static files", f"{max(received) / 1000:.0f} kB", "<= 150 kB")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            floor = statistics.fmean(empty_reruns(page))  # it ends with this frame or the next
            page.close()
            for name, query in VIEWS.items():
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                middle = statistics.median(filter_changes(page, f"{address}/analytics{query}"))
                figure = f"{middle:.0f} ms, {middle / floor:.2f} x an empty rerun ({floor:.0f} ms)"
                row(f"{SIZE:,}: filter change to painted charts, {name}", figure, "<= 6 x")
                page.close()
            browser.close()
    finally:
        process.terminate()
        process.wait()


def first_chart(address: str) -> tuple[float, int]:
    """Return the seconds from navigation to the first chart in a new browser, and bytes received.

    The bytes are those of the page and of its messages; scripts, styles and fonts are kept by the
    browser.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.add_init_script(LOOKS)
        received: list[int] = []

        def listen(talk: WebSocket) -> None:
            talk.on("framereceived", lambda frame: received.append(len(frame)))

        page.on("websocket", listen)
        started = time.time()
        page.goto(address, wait_until="commit")
        page.wait_for_function("() => window.firstChart")
        page.wait_for_function(PANELS)
        painted = float(page.evaluate("window.firstChart")) / 1000
        page.wait_for_timeout(SETTLE_MS)
        browser.close()
    return painted - started, sum(received)


def filter_changes(page: Page, address: str) -> list[float]:
    """Return how long each further filter takes until every chart is painted, in milliseconds."""
    page.add_init_script(LOOKS)
    page.goto(address)
    page.wait_for_function(PANELS)
    page.wait_for_timeout(SETTLE_MS)
    found = page.locator(".option input[data-field]").evaluate_all(
        "nodes => nodes.map((node) => [node.dataset.field, node.value])"
    )
    taken = []
    for field, value in found:
        if field in ("agent", "channel"):
            taken.append(page.evaluate(PRESS, f'input[data-field="{field}"][value="{value}"]'))
            page.wait_for_timeout(700)
    return taken
