"""What exports cost: memory, first byte, throughput, and what a client that leaves holds."""

import http.client
import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import duckdb

from benchmarks.measure import FOLDER, row, settings
from benchmarks.reruns import wait_for_index
from benchmarks.starts import serve_folder

SIZES = (200_000, 1_000_000)
FORMATS = ("csv", "ndjson")
NAMES = {"csv": "CSV", "ndjson": "NDJSON with messages"}
# Everything of the three tables, as DuckDB itself writes it into a file.
COPIES = {
    "csv": """
        copy (select * from read_parquet('{lake}/sessions/*/*.parquet'))
        to '{file}' (format csv)""",
    "ndjson": """
        copy (
            select s.*, m.said, e.happened
            from read_parquet('{lake}/sessions/*/*.parquet') s
            left join (
                select session_id, list({{'seq': seq, 'sent_at': sent_at, 'sender': sender,
                                          'content': content}} order by seq) as said
                from read_parquet('{lake}/messages/*/*.parquet') group by session_id
            ) m using (session_id)
            left join (
                select session_id, list({{'seq': seq, 'at': "at", 'kind': kind, 'name': name,
                                          'detail': detail}} order by seq) as happened
                from read_parquet('{lake}/events/*/*.parquet') group by session_id
            ) e using (session_id)
        ) to '{file}' (format json)""",
}


def run() -> None:
    """Print each figure with the bound of its issue."""
    grown: dict[str, dict[int, float]] = {form: {} for form in FORMATS}
    for size in SIZES:
        lake = settings(size)
        for form in FORMATS:
            # A server of its own, so that what another export left is not counted.
            process, address, _ = serve_folder(lake, PARLEY_RATE_EXPORT="1000")
            try:
                wait_for_index(address)
                time.sleep(3)
                with watched(process.pid) as peak:
                    before = resident(process.pid)
                    first, taken, bytes_ = fetched(address, form)
                    grown[form][size] = peak() - before
                freed = left(address, process.pid, form)
            finally:
                process.terminate()
                process.wait()
            name = f"{size:,}: {NAMES[form]}"
            row(f"{name}, resident growth", f"{grown[form][size]:.0f} MB", "<= 150 MB")
            row(f"{name}, first byte", f"{first * 1000:.0f} ms", "<= 300 ms")
            bare = copied(lake.data, form)
            figure = f"{bytes_ / taken / 1e6:.0f} MB/s, {taken:.1f} s = {taken / bare:.2f} x"
            row(f"{name}, beside DuckDB's own file ({bare:.1f} s)", figure, "<= 2.5 x")
            row(f"{name}, client gone: freed after", f"{freed:.2f} s", "<= 2 s")
    for form, of in grown.items():
        more = of[SIZES[1]] - of[SIZES[0]]
        row(f"{NAMES[form]}: growth at 1,000,000 beyond 200,000", f"{more:.0f} MB", "<= 30 MB")


def fetched(address: str, form: str) -> tuple[float, float, int]:
    """Take a whole file; returns seconds to the first byte, seconds in all, bytes."""
    talk = http.client.HTTPConnection(address.removeprefix("http://"))
    started = time.perf_counter()
    talk.request("GET", f"/api/v1/sessions/export?format={form}")
    answer = talk.getresponse()
    first, size = 0.0, 0
    while part := answer.read1(2**20):
        first = first or time.perf_counter() - started
        size += len(part)
    return first, time.perf_counter() - started, size


def left(address: str, pid: int, form: str) -> float:
    """Leave in the midst of a file; returns the seconds until the server rests again."""
    host, port = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as talk:
        ask = f"GET /api/v1/sessions/export?format={form} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n"
        talk.sendall(ask.encode())
        talk.recv(2**20)
    gone = time.perf_counter()
    while time.perf_counter() - gone < 30:
        before = busy(pid)
        time.sleep(0.1)
        if busy(pid) - before <= 1:  # a hundredth of a second: it rests
            break
    return time.perf_counter() - gone - 0.1


def busy(pid: int) -> int:
    """Return the CPU time of a process, in ticks."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(told[11]) + int(told[12])


def resident(pid: int) -> float:
    """Return what a process holds of memory, in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@contextmanager
def watched(pid: int) -> Iterator[Callable[[], float]]:
    """Watch the memory of a process; gives a function that returns its peak in MB."""
    most = [resident(pid)]
    is_over = Event()

    def watch() -> None:
        while not is_over.wait(0.05):
            most.append(max(most[-1], resident(pid)))

    thread = Thread(target=watch)
    thread.start()
    yield lambda: most[-1]
    is_over.set()
    thread.join()


def copied(lake: Path, form: str) -> float:
    """Return the seconds in which DuckDB writes the same rows into a file."""
    file = FOLDER / f"copied.{form}"
    connection = duckdb.connect()
    started = time.perf_counter()
    connection.execute(COPIES[form].format(lake=lake, file=file))
    taken = time.perf_counter() - started
    connection.close()
    file.unlink()
    return taken
