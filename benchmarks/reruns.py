"""From a filter's change to painted rows, and what ticks cost; beside an empty page's rerun."""

import http.client
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Page, WebSocket, sync_playwright

from benchmarks.measure import is_made, row, settings
from benchmarks.starts import free_port, serve, serve_folder
from ingest.batches import Collector
from ingest.derive import session
from ingest.draft import SessionDraft
from ingest.options import Options
from lake.writer import Writer
from settings import ROOT, Settings
from tests.browser.chromium import FLAGS, find

SIZES = {100_000: 2.5, 1_000_000: 3.0, 10_000_000: 2.0}
ASKS = 500
USUAL = {"STREAMLIT_RUNNER_POST_SCRIPT_GC": "true"}

# Presses what `find` returns and waits until what `read` returns has changed and been painted;
# returns milliseconds. Changes are listened to: to look frame by frame would have the browser make
# frames meanwhile.
PRESS = """
async ([find, read]) => {
  const roots = (root) => [root, ...[...root.querySelectorAll("*")]
    .flatMap((node) => (node.shadowRoot ? roots(node.shadowRoot) : []))];
  const every = roots(document);
  const deep = (wanted) => every.map((root) => root.querySelector(wanted)).find(Boolean);
  const say = () => read.split(" | ").map((each) => deep(each)?.textContent).join();
  const frame = () => new Promise(requestAnimationFrame);
  const before = say();
  const started = performance.now();
  await new Promise((done, failed) => {
    setTimeout(() => failed(new Error(`${find} changed nothing`)), 30_000);
    const told = new MutationObserver(() => {
      if (say() === before) return;
      told.disconnect();
      done();
    });
    const what = { subtree: true, childList: true, characterData: true };
    for (const root of every) told.observe(root, what);
    deep(find).click();
  });
  await frame();
  await frame();
  return performance.now() - started;
}
"""


def run() -> None:
    """Print each figure with the bound of its issue."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        for size, bound in SIZES.items():
            if not is_made(size):
                continue
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            floor = statistics.fmean(empty_reruns(page))  # it ends with this frame or the next
            each = filter_changes(page, size)
            taken, late = statistics.median(each), _late(each)
            page.close()
            told = f"{taken:.0f} ms (p95 {late:.0f})"
            figure = f"{told}, {taken / floor:.2f} x an empty rerun ({floor:.0f} ms)"
            row(f"{size:,}: filter change to painted rows", figure, f"<= {bound} x")
        unchanged_tick()
        changed_tick(browser.new_page(viewport={"width": 1440, "height": 900}))
        browser.close()


def _late(taken: list[float]) -> float:
    return statistics.quantiles(taken, n=20, method="inclusive")[-1]


def empty_reruns(page: Page, times: int = 20) -> list[float]:
    """Return how long an empty page takes from a press to painted text, in milliseconds.

    Of Streamlit as it comes: it collects garbage after every run, which Parley has it leave.
    """
    port = free_port()
    command = ["streamlit", "run", "benchmarks/empty.py", "--server.port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", *command], cwd=ROOT, env={**os.environ, **USUAL},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        page.goto(f"http://127.0.0.1:{port}")
        page.get_by_text("Run 1").wait_for()
        page.wait_for_timeout(1000)
        taken = []
        for _ in range(times):
            taken.append(page.evaluate(PRESS, [".stButton button", '[data-testid="stText"]']))
            page.wait_for_timeout(300)
        return taken
    finally:
        process.terminate()
        process.wait()


def filter_changes(page: Page, size: int) -> list[float]:
    """Return how long each further filter takes until its rows are painted, in milliseconds."""
    process, address, _ = serve(size)
    try:
        wait_for_index(address)
        page.goto(address)
        page.locator("tr[data-id]").first.wait_for()
        page.wait_for_timeout(1500)
        found = page.locator(".option input[data-field]").evaluate_all(
            "nodes => nodes.map((node) => [node.dataset.field, node.value])"
        )
        taken = []
        for field, value in found:
            if field not in ("agent", "channel"):
                continue
            pressed = f'input[data-field="{field}"][value="{value}"]'
            taken.append(page.evaluate(PRESS, [pressed, ".pager .said | tbody"]))
            page.wait_for_timeout(700)
        return taken
    finally:
        process.terminate()
        process.wait()


def wait_for_index(address: str) -> None:
    """Wait until the index answers."""
    host = address.removeprefix("http://")
    for _ in range(1200):
        connection = http.client.HTTPConnection(host)
        connection.request("GET", "/api/v1/readyz")
        if b'"index"' in connection.getresponse().read():
            return
        time.sleep(0.1)
    raise SystemExit("the index was not built")


def seconds_of(pid: int) -> float:
    """Return the CPU seconds that a process has used."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def unchanged_tick() -> None:
    """Print what it costs to learn that nothing has changed, asked as the page asks."""
    process, address, _ = serve(100_000)
    try:
        wait_for_index(address)
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as talk:
            ask = f"GET /api/v1/snapshot HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: */*\r\n"
            talk.sendall(f"{ask}\r\n".encode())
            head = talk.recv(65_536).decode()
            tag = next(line for line in head.splitlines() if line.lower().startswith("etag"))
            again = f"{ask}If-None-Match: {tag.split(': ')[1]}\r\n\r\n".encode()
            before = seconds_of(process.pid)
            for _ in range(ASKS):
                talk.sendall(again)
                answer = talk.recv(65_536)
            used = (seconds_of(process.pid) - before) / ASKS * 1000
        if not answer.startswith(b"HTTP/1.1 304"):
            raise SystemExit(f"not 304 but {answer.decode()}")
        row("unchanged tick, server", f"{used:.2f} ms CPU", "<= 5 ms")
        row("unchanged tick, both ways", f"{(len(again) + len(answer)) / 1000:.2f} kB", "<= 1.5 kB")
    finally:
        process.terminate()
        process.wait()


def changed_tick(page: Page) -> None:
    """Print what a viewer's rerun costs after a commit, when the index has it."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(settings(100_000).data, Path(folder) / "lake")
        own = Settings(data=Path(folder) / "lake", state=Path(folder) / "state", demo="off")
        process, address, _ = serve_folder(own)
        received: list[int] = []

        def listen(talk: WebSocket) -> None:
            talk.on("framereceived", lambda frame: received.append(len(frame)))

        try:
            wait_for_index(address)
            page.on("websocket", listen)
            page.goto(address)
            page.locator("tr[data-id]").first.wait_for()
            page.wait_for_timeout(2000)
            page.route("**/api/v1/snapshot", lambda route: route.abort())
            used = []
            for number in range(5):
                commit(own, number)
                page.wait_for_timeout(6000)
                wait_for_index(address)
                received.clear()
                before = seconds_of(process.pid)
                page.unroute("**/api/v1/snapshot")
                page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
                page.wait_for_timeout(1500)
                page.route("**/api/v1/snapshot", lambda route: route.abort())
                if not received:
                    raise SystemExit("the page did not run again: nothing was measured")
                used.append((seconds_of(process.pid) - before) * 1000)
            row("changed tick, server", f"{statistics.median(used):.0f} ms CPU", "<= 150 ms")
            row("changed tick, to the browser", f"{sum(received) / 1000:.1f} kB", "<= 25 kB")
        finally:
            process.terminate()
            process.wait()


def commit(own: Settings, number: int) -> None:
    """Add a session that has just begun."""
    now = datetime.now(UTC)
    held = Collector()
    held.add(session(SessionDraft(session_id=f"new-{number}", started_at=now), Options(now)))
    with Writer(own.model_copy(update={"state": own.state.parent / "writer"})) as writer:
        writer.add(held.batch())
        writer.commit()
