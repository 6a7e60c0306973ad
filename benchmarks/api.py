"""How many requests a second the API answers, over 16 connections, beside an empty route."""

import asyncio
import itertools
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from benchmarks.measure import row, settings
from benchmarks.reruns import wait_for_index
from benchmarks.starts import serve_folder

SIZE = 100_000
CONNECTIONS = 16
SECONDS = 6
ROUNDS = 5
PACE = 60  # requests a second at which the time of an answer is taken, of all connections together
MANY = {f"PARLEY_RATE_{name}": "1000000" for name in ("LIST", "METRICS", "EXPORT", "OPEN")}
API = "/api/v1"

Requests = Iterator[tuple[str, str]]  # path, more headers


def run() -> None:
    """Print requests a second and the 99th percentile, and the ratios to the empty route."""
    process, address, _ = serve_folder(settings(SIZE), **MANY)
    try:
        wait_for_index(address)
        asyncio.run(_figures(address))
    finally:
        process.terminate()
        process.wait()


async def _figures(address: str) -> None:
    empty, late = await _measured(address, _same("/healthz"))
    row(f"{SIZE:,}: API, the empty route", f"{empty:,.0f}/s, p99 {late:.0f} ms", "")
    etag = await _etag(address, "/sessions")
    known = _same("/sessions", f"If-None-Match: {etag}\r\n")
    for what, requests, least in (
        ("304", known, 0.5),
        ("a cached list", _same("/sessions"), 0.3),
    ):
        rate, late = await _measured(address, requests)
        bound = f">= {least} of the empty route, p99 <= 150 ms"
        row(f"{SIZE:,}: API, {what}", f"{rate / empty:.2f}, p99 {late:.0f} ms", bound)
    for what, path in (("lists", "/sessions"), ("metrics", "/sessions/metrics")):
        rate, _ = await _measured(address, _other_each_time(path))
        row(f"{SIZE:,}: API, uncached {what}, as fast as they come", f"{rate:,.0f}/s", ">= 60/s")
        _, late = await _measured(address, _other_each_time(path), pace=CONNECTIONS / PACE)
        row(f"{SIZE:,}: API, uncached {what}, {PACE} a second", f"p99 {late:.0f} ms", "<= 150 ms")
    await _beside_an_export(address)


async def _beside_an_export(address: str) -> None:
    """Print what an export that somebody reads as fast as it comes does to uncached lists.

    A p99 is made by few answers: the middle of some rounds, without and with an export in turn.
    """
    rounds: dict[bool, list[float]] = {False: [], True: []}
    for is_beside in (False, True) * ROUNDS:
        exporting = asyncio.create_task(_exporting(address)) if is_beside else None
        _, late = await _measured(address, _other_each_time("/sessions"), pace=CONNECTIONS / PACE)
        rounds[is_beside].append(late)
        if exporting is not None and exporting.done():
            raise SystemExit("the export has failed: nothing was measured")
        if exporting is not None:
            exporting.cancel()
    alone, beside = (statistics.median(rounds[is_beside]) for is_beside in (False, True))
    told = f"p99 {beside:.0f} ms, {beside / alone:.1f} times that without"
    row(f"{SIZE:,}: API, uncached lists, {PACE} a second, beside an export", told, "<= 2 times")


async def _exporting(address: str) -> None:
    """Read files of all sessions with their messages, one after the other, until cancelled."""
    host = urlsplit(address)
    request = f"GET {API}/sessions/export?format=ndjson HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    while True:
        reader, writer = await asyncio.open_connection(host.hostname, host.port)
        writer.write(f"{request}Connection: close\r\n\r\n".encode())
        if b" 200 " not in await reader.readline():
            return
        while await reader.read(2**20):
            pass
        writer.close()


def _same(path: str, headers: str = "") -> Requests:
    return itertools.repeat((path, headers))


def _other_each_time(path: str) -> Requests:
    """Yield requests that nobody has asked before: a month, ending at another moment each time."""
    end = datetime.now(UTC) - timedelta(days=1)
    for number in itertools.count():
        before = end - timedelta(seconds=number * 7)
        bounds = [f"{before - timedelta(days=30):%FT%TZ}", f"{before:%FT%TZ}"]
        yield f"{path}?started_after={bounds[0]}&started_before={bounds[1]}", ""


async def _measured(
    address: str, requests: Requests, *, pace: float = 0.0
) -> tuple[float, float]:  # fmt: skip
    """Return answers a second, and the 99th percentile of their time in milliseconds."""
    await _for(address, requests, 1.0, pace)
    started = time.perf_counter()
    taken = sorted(await _for(address, requests, SECONDS, pace))
    return len(taken) / (time.perf_counter() - started), taken[int(len(taken) * 0.99)] * 1000


async def _for(address: str, requests: Requests, seconds: float, pace: float) -> list[float]:
    until = time.perf_counter() + seconds
    told = await asyncio.gather(*[
        _connection(address, requests, until, pace, pace * number / CONNECTIONS)
        for number in range(CONNECTIONS)
    ])  # fmt: skip
    return [each for one in told for each in one]


async def _connection(
    address: str, requests: Requests, until: float, pace: float, late: float
) -> list[float]:  # fmt: skip
    """Ask over one connection, every `pace` seconds or at once; return how long each took."""
    taken = []
    host = urlsplit(address)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    due = time.perf_counter() + late
    while time.perf_counter() < until:
        await asyncio.sleep(max(0.0, due - time.perf_counter()) if pace else 0)
        due += pace
        path, headers = next(requests)
        started = time.perf_counter()
        status, _, _ = await _asked(reader, writer, path, headers)
        taken.append(time.perf_counter() - started)
        if status not in (200, 304):
            raise SystemExit(f"{path} was answered by {status}: nothing was measured")
    writer.close()
    return taken


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body; the client is as lean as it can be, for it shares cores."""
    writer.write(f"GET {API}{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.split("\r\n")
    told = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    body = await reader.readexactly(int(told.get("content-length", 0)))
    return int(first.split()[1]), told, body


async def _etag(address: str, path: str) -> str:
    host = urlsplit(address)
    reader, writer = await asyncio.open_connection(host.hostname, host.port)
    _, told, _ = await _asked(reader, writer, path, "")
    writer.close()
    return told["etag"]
