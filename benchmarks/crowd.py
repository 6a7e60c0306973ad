"""Viewers at once, each with a live connection that refreshes every ten seconds, while data comes.

A refresh is what the page's clock has run when something has changed; with so many changes a second
something always has. What the server takes without a viewer is told beside it.
"""

import asyncio
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import websockets

from benchmarks.measure import FOLDER, is_made, row, settings
from benchmarks.reruns import seconds_of, wait_for_index
from benchmarks.starts import serve_folder
from benchmarks.viewers import rerun
from settings import ROOT

SIZES = (1_000_000, 10_000_000)
CROWDS = (1, 10, 50, 200)
RATE = 400  # changes a second
EVERY = 10.0  # seconds between two refreshes of a viewer
ROUNDS = 4
SEED = 3
VIEWS = ("", "range=24h", "range=7d", "channel=web", "status=failed", "range=30d&channel=phone")


def run() -> None:
    """Print the time of a refresh and what the server takes, for each number of viewers."""
    for size in SIZES:
        if not is_made(size):
            continue
        with changing(size) as (process, address):
            alone = asyncio.run(_busy(process, EVERY))
            for viewers in CROWDS:
                taken, busy = asyncio.run(_all(process, address, viewers))
                late = statistics.quantiles(taken, n=20, method="inclusive")[-1]
                figure = f"p50 {statistics.median(taken):.0f}, p95 {late:.0f} ms"
                bound = "p95 <= 500 ms" if viewers == 50 else ""
                row(f"{size:,}: {viewers} viewers, a refresh", figure, bound)
                told = f"{busy:.0%} of a core ({alone:.0%} alone), {_resident(process)} MB"
                row(f"{size:,}: {viewers} viewers, server", told, "<= 60 %" if bound else "")


@contextmanager
def changing(size: int) -> Iterator[tuple[int, str]]:
    """Serve a lake of sample sessions to which changes come; gives process id and address.

    The index is a copy, so that what comes leaves no trace.
    """
    found = settings(size)
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        own = found.model_copy(update={"state": Path(folder)})
        if found.index.exists():
            shutil.copytree(found.index, own.index)
        process, address, _ = serve_folder(own)
        sending = subprocess.Popen(
            [sys.executable, "-m", "cli", "simulate", "--rate", str(RATE), "--url", address],
            cwd=ROOT, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_for_index(address)
            time.sleep(EVERY)
            yield process.pid, address
        finally:
            for each in (sending, process):
                each.terminate()
                each.wait()


async def _all(process: int, address: str, viewers: int) -> tuple[list[float], float]:
    """Return the milliseconds of each refresh, and the share of a core that the server took."""
    crowd = _Crowd(address.replace("http", "ws"), viewers)
    talking = [asyncio.create_task(crowd.view(number)) for number in range(viewers)]
    await crowd.opened.wait()
    busy = await _busy(process, EVERY * ROUNDS)
    crowd.is_over = True
    await asyncio.gather(*talking)
    return crowd.taken, busy


class _Crowd:
    """Viewers who have opened their pages one after another, and refresh them at other moments."""

    def __init__(self, address: str, viewers: int) -> None:
        self._address, self._missing = address, viewers
        self._chance = random.Random(SEED)  # noqa: S311  the same moments each time
        self._one_opens = asyncio.Lock()
        self.opened = asyncio.Event()
        self.is_over = False
        self.taken: list[float] = []

    async def view(self, number: int) -> None:
        """Open a page, then refresh it until it is over."""
        view = VIEWS[number % len(VIEWS)]
        async with websockets.connect(f"{self._address}/_stcore/stream", max_size=None) as talk:
            async with self._one_opens:
                await rerun(talk, view)
            self._missing -= 1
            if not self._missing:
                self.opened.set()
            await asyncio.sleep(self._chance.uniform(0, EVERY))
            while not self.is_over:
                started = time.perf_counter()
                await rerun(talk, view)
                if self.opened.is_set():
                    self.taken.append((time.perf_counter() - started) * 1000)
                await asyncio.sleep(max(EVERY - (time.perf_counter() - started), 0))


async def _busy(process: int, seconds: float) -> float:
    """Return the share of a core that the server takes for some time."""
    before, started = seconds_of(process), time.perf_counter()
    await asyncio.sleep(seconds)
    return (seconds_of(process) - before) / (time.perf_counter() - started)


def _resident(process: int) -> int:
    """Return the resident memory of a process in MB."""
    (told,) = (
        line for line in Path(f"/proc/{process}/status").read_text().splitlines()
        if line.startswith("VmRSS")
    )  # fmt: skip
    return int(told.split()[1]) // 1024
