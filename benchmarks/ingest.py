"""Sending what happens: how much is taken, how soon it is answered, how soon it is seen.

Four processes send at a rate for a minute, whether or not the last answer has come: what is late
counts from when it was due. Meanwhile a page is refreshed every ten seconds, and memory is read.
"""

import json
import shutil
import statistics
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Self

from benchmarks.measure import row, settings
from benchmarks.reruns import wait_for_index
from benchmarks.starts import serve_folder
from benchmarks.viewers import Refreshing
from settings import Settings

SIZE = 100_000  # sessions that are there before
SECONDS = 60.0
WARM = 5.0  # seconds of the same before it counts
CLIENTS = 4  # processes that send at once,
CONNECTIONS = 2  # each by so many
LOADS = {"2,000 events/s, 20 a request": (20, 100.0), "200 requests/s of one event": (1, 200.0)}
SEEN = 20  # events of which it is measured when they are seen, without other load

Event = dict[str, Any]


def run() -> None:
    """Print the figures of a server that is started for it."""
    with served() as (process, address):
        port = int(address.rpartition(":")[2])
        for name, (size, rate) in LOADS.items():
            load(name, process, port, size=size, rate=rate)
        waited = [seen(port, f"alone{number}", number) for number in range(SEEN)]
        told("alone: from POST to the API", waited)


@contextmanager
def served() -> Iterator[tuple[int, str]]:
    """Serve a copy of a lake; gives process id and address."""
    with tempfile.TemporaryDirectory() as folder:
        own = Settings(data=Path(folder) / "lake", state=Path(folder) / "state", demo="off")
        shutil.copytree(settings(SIZE).data, own.data)
        rates = dict.fromkeys(("PARLEY_RATE_INGEST", "PARLEY_RATE_LIST"), "1000000")
        process, address, _ = serve_folder(own, PARLEY_DEMO="off", **rates)
        try:
            wait_for_index(address)
            yield process.pid, address
        finally:
            process.terminate()
            process.wait()


@dataclass(frozen=True)
class Load:
    """Requests of `size` events, so many a second, from a moment on."""

    port: int
    name: str
    size: int
    rate: float
    seconds: float
    begin: float = 0.0

    def sent(self, pool: ProcessPoolExecutor) -> "Sent":
        """Have all processes send their part."""
        part = replace(self, rate=self.rate / CLIENTS, begin=time.time() + 1)
        clients = [
            pool.submit(send, replace(part, name=f"{self.name}-{own}")) for own in range(CLIENTS)
        ]
        return Sent.of([client.result() for client in clients])


@dataclass(frozen=True)
class Sent:
    """The seconds until each answer, and how many events were accepted."""

    taken: list[float]
    accepted: int

    @classmethod
    def of(cls, parts: list[Self]) -> Self:
        """Return all of the parts."""
        return cls(
            [each for part in parts for each in part.taken], sum(part.accepted for part in parts)
        )


def load(name: str, process: int, port: int, *, size: int, rate: float) -> None:
    """Print what a load of some seconds comes to, after the same has warmed everything up."""
    wanted = Load(port, f"load{size}", size, rate, SECONDS)
    with ProcessPoolExecutor(CLIENTS, get_context("spawn")) as pool:
        replace(wanted, name=f"warm{size}", seconds=WARM).sent(pool)
        before = memory(process)
        with Refreshing(f"ws://127.0.0.1:{port}") as page, Seeing(port, f"seen{size}") as seeing:
            begun = time.perf_counter() + 1
            sent = wanted.sent(pool)
            passed = time.perf_counter() - begun
        after = memory(process)
    taken = sorted(sent.taken)
    middle, late = statistics.median(taken) * 1000, taken[int(len(taken) * 0.99)] * 1000
    row(f"{name}: accepted", f"{sent.accepted / passed:,.0f} events/s", f">= {rate * size:,.0f}/s")
    row(f"{name}: answered", f"p50 {middle:.0f}, p99 {late:.0f} ms", "p99 <= 150 ms")
    told("... from POST to the API", seeing.waited)
    slowest = max(page.taken)
    row("... page refresh", f"{len(page.taken)} times, at most {slowest * 1000:.0f} ms", "<= 1 s")
    row("... memory of the server", f"{before:.0f} MB, then {after:.0f} MB", "flat")


def told(what: str, waited: list[float]) -> None:
    """Print how long it took until events were seen."""
    waited = sorted(waited)
    p95 = waited[int(len(waited) * 0.95)]
    row(what, f"p50 {statistics.median(waited):.2f}, p95 {p95:.2f} s", "p95 <= 1.5 s")


def send(wanted: Load) -> Sent:
    """Send from one process, by several connections."""
    with ThreadPoolExecutor(CONNECTIONS) as threads:
        return Sent.of(list(threads.map(partial(_send, wanted), range(CONNECTIONS))))


def _send(wanted: Load, own: int) -> Sent:
    connection = HTTPConnection("127.0.0.1", wanted.port, timeout=30)
    taken, accepted = [], 0
    for number in range(own, int(wanted.rate * wanted.seconds), CONNECTIONS):
        due = wanted.begin + number / wanted.rate
        time.sleep(max(0.0, due - time.time()))
        session_id = f"{wanted.name}-{number}"
        accepted += post(connection, [said(session_id, place) for place in range(wanted.size)])
        taken.append(time.time() - due)
    connection.close()
    return Sent(taken, accepted)


class Seeing:
    """Measures, while the block runs, how long an event takes until the API shows it."""

    def __init__(self, port: int, name: str) -> None:
        self._port, self._name = port, name
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on)
        self.waited: list[float] = []

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End with the event that is under way."""
        self._over.set()
        self._thread.join()

    def _go_on(self) -> None:
        while not self._over.wait(0.5):
            number = len(self.waited)
            self.waited.append(seen(self._port, f"{self._name}-{number}", number))


def seen(port: int, session_id: str, number: int) -> float:
    """Return the seconds from sending an event until the API shows its session."""
    time.sleep(0.13 * (number % 7))  # not in step with the publications
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    begun = time.perf_counter()
    post(connection, [said(session_id, 0)])
    while not _is_there(port, session_id):
        time.sleep(0.02)
    connection.close()
    return time.perf_counter() - begun


def said(session_id: str, number: int) -> Event:
    """Return the event of a message."""
    return {
        "type": "message.created", "id": f"{session_id}-{number}",
        "timestamp": datetime.now(UTC).isoformat(),
        "data": {"session_id": session_id, "sender": "user", "content": "Where is my order? " * 5},
    }  # fmt: skip


def post(connection: HTTPConnection, events: list[Event]) -> int:
    """Send events; returns how many were accepted."""
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/api/v1/events", json.dumps(events), headers)
    accepted: int = json.loads(connection.getresponse().read())["meta"]["accepted"]
    return accepted


def memory(process: int) -> float:
    """Return the resident memory of a process, in MB."""
    lines = Path(f"/proc/{process}/status").read_text().splitlines()
    found = next(line for line in lines if line.startswith("VmRSS:"))
    return int(found.split()[1]) / 1000


def _is_there(port: int, session_id: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/sessions/{session_id}"):
            return True
    except urllib.error.HTTPError:
        return False
