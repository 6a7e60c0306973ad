"""What a refresh of the live page costs the server and the viewer while 500 sessions go on."""

import json
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from playwright.sync_api import Page, WebSocket, sync_playwright

from benchmarks.imports import WORDS
from benchmarks.measure import row, settings
from benchmarks.reruns import seconds_of, wait_for_index
from benchmarks.starts import serve_folder
from settings import Settings
from tests.browser.chromium import FLAGS, find

SIZES = (100_000, 1_000_000)
OPEN = 500
TIMES = 11
AT_ONCE = 500  # events of a request
SEED = 5
STEP_MS, QUIET_MS, PATIENCE_MS, REST_MS = 100, 1000, 30_000, 10_000
CHANNELS = ("web", "phone", "telegram", "whatsapp", "mobile_sdk", "sip")

Event = dict[str, Any]


def run() -> None:
    """Print each figure with the bound of its issue."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        for size in SIZES:
            for watched in ("", "?watch=live-7"):
                page = browser.new_page(viewport={"width": 1440, "height": 900})
                refreshes(page, size, watched)
                page.close()
        browser.close()


def refreshes(page: Page, size: int, watched: str) -> None:
    """Print what a refresh takes after a few of the sessions have gone on."""
    received: list[int] = []

    def listen(talk: WebSocket) -> None:
        talk.on("framereceived", lambda frame: received.append(len(frame)))

    with going_on(size) as (process, address):
        page.on("websocket", listen)
        page.goto(f"{address}/live{watched}")
        page.locator("tr[data-id]").first.wait_for()
        page.wait_for_timeout(3000)
        page.route("**/api/v1/snapshot", lambda route: route.abort())
        used, sent, rests = [], [], at_rest(page, process)
        for number in range(TIMES):
            send(address, [said(f"live-{(number * 9 + place) % OPEN}") for place in range(9)])
            page.wait_for_timeout(3000)
            received.clear()
            before, begun = seconds_of(process), time.monotonic()
            page.unroute("**/api/v1/snapshot")
            page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
            until_quiet(page, received)
            page.route("**/api/v1/snapshot", lambda route: route.abort())
            spent = rests * (time.monotonic() - begun)
            used.append((seconds_of(process) - before - spent) * 1000)
            sent.append(sum(received) / 1000)
    what = f"{size:,}: live refresh, {OPEN} open{', one watched' if watched else ''}"
    figure = f"{statistics.median(used):.0f} ms CPU beside {rests * 1000:.0f} ms a second at rest"
    row(f"{what}, server", figure, "<= 100 ms")
    row(f"{what}, to the browser", f"{statistics.median(sent):.1f} kB", "<= 60 kB")


def at_rest(page: Page, process: int) -> float:
    """Return the seconds of CPU that the server takes in a second in which nobody asks it."""
    before = seconds_of(process)
    page.wait_for_timeout(REST_MS)
    return (seconds_of(process) - before) / (REST_MS / 1000)


def until_quiet(page: Page, received: list[int]) -> None:
    """Wait until the page has run again: on a busy machine that may begin late, and take long."""
    quiet, seen = 0, 0
    for _ in range(PATIENCE_MS // STEP_MS):
        page.wait_for_timeout(STEP_MS)
        quiet = quiet + STEP_MS if received and len(received) == seen else 0
        seen = len(received)
        if quiet >= QUIET_MS:
            return
    raise SystemExit("the page did not run again: nothing was measured")


@contextmanager
def going_on(size: int) -> Iterator[tuple[int, str]]:
    """Serve a lake of sample sessions in which OPEN others go on; gives process id and address."""
    with tempfile.TemporaryDirectory() as folder:
        own = Settings(data=Path(folder) / "lake", state=Path(folder) / "state", demo="off")
        shutil.copytree(settings(size).data, own.data)
        process, address, _ = serve_folder(own)
        try:
            wait_for_index(address)
            begun = list(conversations())
            for first in range(0, len(begun), AT_ONCE):
                send(address, begun[first : first + AT_ONCE])
            yield process.pid, address
        finally:
            process.terminate()
            process.wait()


def conversations() -> Iterator[Event]:
    """Yield the events of OPEN sessions that have begun within the last hour."""
    chance = random.Random(SEED)  # noqa: S311  the same sessions each time
    now = datetime.now(UTC)
    for number in range(OPEN):
        begun = now - timedelta(seconds=chance.randrange(3600))
        session_id = f"live-{number}"
        agent = f"agent {number % 24}"
        yield event(
            "session.started", begun, session_id=session_id, agent_id=agent, agent_name=agent,
            channel=CHANNELS[number % 6],
        )  # fmt: skip
        for place in range(chance.randrange(1, 13)):
            at = min(begun + timedelta(seconds=20 * place), now)
            yield said(session_id, at, ("user", "agent")[place % 2])


def said(session_id: str, at: datetime | None = None, sender: str = "user") -> Event:
    """Return the event of a message of a dozen words."""
    content = " ".join(random.choices(WORDS, k=12))  # noqa: S311  any words will do
    return event(
        "message.created", at or datetime.now(UTC), session_id=session_id, sender=sender,
        content=content,
    )  # fmt: skip


def event(kind: str, at: datetime, **data: str) -> Event:
    """Return an event of another id."""
    number = f"{random.getrandbits(64):x}"
    return {"type": kind, "id": number, "timestamp": at.isoformat(), "data": data}


def send(address: str, events: list[Event]) -> None:
    """Send events; raises where one was not accepted."""
    headers = {"Content-Type": "application/json"}
    request = Request(f"{address}/api/v1/events", json.dumps(events).encode(), headers)  # noqa: S310
    with urlopen(request) as answer:  # noqa: S310  ours
        told = json.load(answer)
    if told["meta"]["accepted"] != len(events):
        raise SystemExit(f"not accepted: {told}")


if __name__ == "__main__":
    run()
