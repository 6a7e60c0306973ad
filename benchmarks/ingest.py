"""Sending what happens: how much is taken, how soon it is answered, how soon it is seen."""

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from benchmarks.measure import row
from cli.simulate import answers
from settings import ROOT

SECONDS = 10.0
SENDERS = 8  # connections that send at once
SEEN = 20  # events of which it is measured when they are seen

Event = dict[str, Any]


def run() -> None:
    """Print the figures of a server that is started for it."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    folder = Path(tempfile.mkdtemp())
    environment = {"PARLEY_DATA": str(folder / "lake"), "PARLEY_STATE": str(folder / "state"),
                   "PARLEY_DEMO": "off", "PORT": str(port), "PARLEY_RATE_INGEST": "1000000",
                   "PARLEY_RATE_LIST": "1000000", "PATH": "/usr/bin:/bin"}  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        while not answers(f"http://127.0.0.1:{port}"):
            time.sleep(0.2)
        load("20 a request, 2,000 events/s", port, size=20, rate=100)
        load("1 a request, 200 requests/s", port, size=1, rate=200)
        seen(port)
    finally:
        server.terminate()
        server.wait()


def load(name: str, port: int, *, size: int, rate: float) -> None:
    """Send requests at a rate from several connections; what comes late is counted as late."""
    begun = time.perf_counter()
    taken: list[float] = []
    accepted = [0]

    def send(own: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        for number in range(own, int(rate * SECONDS), SENDERS):
            due = begun + number / rate
            time.sleep(max(0.0, due - time.perf_counter()))
            told = _post(connection, [_event(f"{name}{number}", n) for n in range(size)])
            taken.append(time.perf_counter() - due)
            accepted[0] += told["meta"]["accepted"]
        connection.close()

    _at_once(send)
    passed = time.perf_counter() - begun
    taken.sort()
    p99 = taken[int(len(taken) * 0.99)] * 1000
    middle = statistics.median(taken) * 1000
    row(f"{name}: accepted", f"{accepted[0] / passed:,.0f} events/s", f">= {rate * size:,.0f}/s")
    row(f"{name}: answered", f"p50 {middle:.0f}, p99 {p99:.0f} ms", "p99 <= 150 ms")


def seen(port: int) -> None:
    """Measure from sending until the API shows it."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    waited = []
    for number in range(SEEN):
        time.sleep(0.13 * (number % 7))  # not in step with the publications
        begun = time.perf_counter()
        _post(connection, [_event(f"seen{number}", 0)])
        while not _is_there(port, f"seen{number}"):
            time.sleep(0.02)
        waited.append(time.perf_counter() - begun)
    waited.sort()
    p95 = waited[int(len(waited) * 0.95)]
    row("from POST to the API", f"p50 {statistics.median(waited):.2f}, p95 {p95:.2f} s", "<= 1.5 s")


def _at_once(send: Callable[[int], None]) -> None:
    threads = [threading.Thread(target=send, args=(own,)) for own in range(SENDERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _event(session: str, number: int) -> Event:
    session_id = session.replace(" ", "_").replace(",", "").replace("/", "_")
    return {
        "type": "message.created", "id": f"{session_id}-{number}",
        "timestamp": datetime.now(UTC).isoformat(),
        "data": {"session_id": session_id, "sender": "user", "content": "Where is my order? " * 5},
    }  # fmt: skip


def _post(connection: HTTPConnection, events: list[Event]) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    connection.request("POST", "/api/v1/events", json.dumps(events), headers)
    told: dict[str, Any] = json.loads(connection.getresponse().read())
    return told


def _is_there(port: int, session_id: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/sessions/{session_id}"):
            return True
    except urllib.error.HTTPError:
        return False
