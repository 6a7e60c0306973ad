"""How soon a second start is healthy."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from benchmarks.measure import row, settings
from settings import ROOT, Settings


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def serve(sessions: int) -> tuple[subprocess.Popen[bytes], str, float]:
    """Start the program over a lake of sample sessions; returns it, its address, seconds."""
    return serve_folder(settings(sessions))


def serve_folder(
    found: Settings, **variables: str
) -> tuple[subprocess.Popen[bytes], str, float]:  # fmt: skip
    """Start the program over a lake; returns it, its address, seconds."""
    port = free_port()
    environment = {
        **os.environ,
        "PARLEY_DATA": str(found.data), "PARLEY_STATE": str(found.state), "PORT": str(port),
        **variables,
    }  # fmt: skip
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve"], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    while time.perf_counter() - started < 60:
        try:
            with urllib.request.urlopen(f"{address}/api/v1/readyz", timeout=60) as answer:  # noqa: S310
                if answer.status == 200:
                    return process, address, time.perf_counter() - started
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
    process.kill()
    raise SystemExit("the server did not become healthy")


def run() -> None:
    """Print the second start's time at 20,000 and 1,000,000 sessions."""
    for size in (20_000, 1_000_000):
        taken: list[float] = []
        for _ in range(3):
            process, _, seconds = serve(size)
            time.sleep(0 if taken else 20)  # the first start builds the index
            process.terminate()
            process.wait()
            taken.append(seconds)
        row(f"{size:,}: second start healthy", f"{max(taken[1:]):.2f} s", "<= 3 s")
