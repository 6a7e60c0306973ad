"""Viewers of one process, each with a live connection of its own: thirty, or one that refreshes."""

import asyncio
import random
import threading
import time
from typing import Self

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from benchmarks.measure import row
from benchmarks.reruns import wait_for_index
from benchmarks.starts import serve

SIZE = 100_000
VIEWERS = 30
SECONDS = 30
SEED = 5
FILTERS = (
    "channel=web", "channel=phone", "status=failed", "status=completed", "type=voice", "range=7d",
    "range=30d", "range=24h", "has=handoff", "has=!messages", "event=error", "duration_min=60000",
)  # fmt: skip
# What the messages of a page say: a run that fails is quick and must not pass for a good one.
FAILED, ROWS, EMPTY = b"could not be loaded", b'"digest"', b"No sessions found"


def run() -> None:
    """Print the time from a change to the end of its run, of all viewers together."""
    process, address, _ = serve(SIZE)
    try:
        wait_for_index(address)
        taken = sorted(asyncio.run(_all(address.replace("http", "ws"))))
    finally:
        process.terminate()
        process.wait()
    middle, late = taken[len(taken) // 2], taken[int(len(taken) * 0.95)]
    figure = f"p50 {middle * 1000:.0f} ms, p95 {late * 1000:.0f} ms of {len(taken):,} changes"
    row(f"{SIZE:,}: {VIEWERS} viewers, filter change", figure, "p95 <= 1 s")


async def _all(address: str) -> list[float]:
    told = await asyncio.gather(*[_viewer(address, number) for number in range(VIEWERS)])
    return [seconds for each in told for seconds in each]


async def _viewer(address: str, number: int) -> list[float]:
    """Change the filters every two to four seconds; return how long each change took."""
    chance = random.Random(SEED * 1000 + number)  # noqa: S311  the same walk each time
    taken = []
    async with websockets.connect(f"{address}/_stcore/stream", max_size=None) as talk:
        await rerun(talk, "")
        end = time.perf_counter() + SECONDS
        while time.perf_counter() < end:
            await asyncio.sleep(chance.uniform(2, 4))
            query = "&".join(sorted({chance.choice(FILTERS) for _ in range(chance.randint(1, 3))}))
            started = time.perf_counter()
            await rerun(talk, query)
            taken.append(time.perf_counter() - started)
    return taken


class Refreshing:
    """A page that is run again every ten seconds while a block runs; `taken` are the seconds."""

    def __init__(self, address: str, every: float = 10.0) -> None:
        self._address, self._every = address, every
        self._over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._refresh()))
        self.taken: list[float] = []

    def __enter__(self) -> Self:
        """Open the page."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._over.set()
        self._thread.join()

    async def _refresh(self) -> None:
        async with websockets.connect(f"{self._address}/_stcore/stream", max_size=None) as talk:
            await rerun(talk, "")  # the first one is no refresh
            while not await asyncio.to_thread(self._over.wait, self._every):
                started = time.perf_counter()
                await rerun(talk, "")
                self.taken.append(time.perf_counter() - started)


async def rerun(talk: websockets.ClientConnection, query: str) -> None:
    """Ask for a run with this address and wait for its end."""
    message = BackMsg()
    message.rerun_script.query_string = query
    await talk.send(message.SerializeToString())
    has_rows = False
    while True:
        answer = ForwardMsg()
        received = await talk.recv()
        received = received if isinstance(received, bytes) else received.encode()
        answer.ParseFromString(received)
        if FAILED in received:
            raise SystemExit(f"a part failed at {query!r}: nothing was measured")
        has_rows = has_rows or ROWS in received or EMPTY in received
        if answer.WhichOneof("type") == "script_finished":
            if not has_rows:
                raise SystemExit(f"{query!r} ended without rows: nothing was measured")
            return
