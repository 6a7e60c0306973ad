"""Reading one large file with several processes, where each line is a record of its own.

Python parses on one core at a time, and parsing is most of an import. The order of the lines is
kept. What the processes hand back are Arrow tables, ready for the lake.
"""

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from typing import NamedTuple, Self

from errors import UnknownFormatError, UnreadableSourceError
from ingest import reading, registry, splitting
from ingest.batches import Collector
from ingest.draft import Rejection
from ingest.options import Options
from ingest.report import FileReport
from ingest.source import Source
from ingest.splitting import Piece
from lake.schema import Batch

FROM_BYTES = 64 * 1024 * 1024  # a smaller file is read before the processes have started
BLOCK_BYTES = 4 * 1024 * 1024  # what a process is handed at once
MOST_WORKERS = 4  # each takes some 200 MB
LOOK_SECONDS = 1.0  # a block is there sooner, nearly always


class Block(NamedTuple):
    """What some lines give: counts, tables, and what was rejected."""

    told: FileReport
    batches: list[Batch]
    rejections: list[Rejection]


class Readers:
    """Processes that read lines; they are started when the first large file comes."""

    def __init__(self, workers: int) -> None:
        """Begin with none; there will be `workers`, but at most `MOST_WORKERS`."""
        self._workers = min(workers, MOST_WORKERS)
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        """Begin with none."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def wants(self, source: Source) -> bool:
        """Say whether the source is worth several processes."""
        return self._workers > 1 and source.size >= FROM_BYTES

    def read(self, source: Source, format_name: str, options: Options) -> Iterator[Block]:
        """Yield the blocks of the source in order; raises UnreadableSourceError after the last."""
        waiting: deque[Future[Block]] = deque()
        broken: UnreadableSourceError | None = None
        groups = _grouped(splitting.lines(source, options.line_limit))
        while True:
            try:
                pieces = next(groups, None)
            except UnreadableSourceError as error:
                broken = error
                break
            if pieces is None:
                break
            with self._all_alive(source):
                given = (format_name, source.name, pieces, options)
                waiting.append(self._started().submit(read_block, *given))
            if len(waiting) > self._workers:
                yield self._result(waiting.popleft(), source)
        while waiting:
            yield self._result(waiting.popleft(), source)
        if broken is not None:
            raise broken

    def _started(self) -> ProcessPoolExecutor:
        """Return the processes, started at the first call."""
        if self._pool is None:
            # Not forked: the threads of Arrow and of the writer would not survive it.
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, context, _prepare)
        return self._pool

    def _result(self, future: "Future[Block]", source: Source) -> Block:
        """Return a block; raises UnreadableSourceError where its process was killed.

        What was handed over in the moment in which the pool notices that one was killed may never
        be answered; so it is asked now and then whether it still takes anything.
        """
        with self._all_alive(source):
            while True:
                try:
                    return future.result(LOOK_SECONDS)
                except TimeoutError:
                    self._started().submit(os.getpid)

    @contextmanager
    def _all_alive(self, source: Source) -> Iterator[None]:
        """Raise UnreadableSourceError where the pool says that a process was killed."""
        try:
            yield
        except BrokenProcessPool as error:
            self.__exit__()
            raise UnreadableSourceError(
                f"{source.name} was not read to its end: a reading process was killed.",
                advice="Perhaps memory ran out; PARLEY_THREADS=1 reads with one process.",
            ) from error


def _grouped(pieces: Iterator[Piece]) -> Iterator[list[Piece]]:
    """Yield the pieces in groups of about `BLOCK_BYTES`, what came before an error included."""
    group: list[Piece] = []
    size = 0
    try:
        for piece in pieces:
            group.append(piece)
            size += len(piece.raw if isinstance(piece, Rejection) else piece[1])
            if size >= BLOCK_BYTES:
                yield group
                group, size = [], 0
    except UnreadableSourceError:
        yield group
        raise
    yield group


def read_block(format_name: str, name: str, pieces: list[Piece], options: Options) -> Block:
    """Return what the pieces of the source `name` give; runs in a process of its own.

    Raises UnknownFormatError for a format whose lines are no records.
    """
    parse = registry.FORMATS[format_name].parse_line
    if parse is None:
        raise UnknownFormatError(name)
    told, held = FileReport(name, format_name), Collector()
    batches, rejections = [], []
    for item in reading.sessions(name, reading.records(name, iter(pieces), parse), options):
        told.count(item)
        if isinstance(item, Rejection):
            rejections.append(item)
            continue
        if not held.takes(item):
            batches.append(held.batch())
        held.add(item)
    if len(held):
        batches.append(held.batch())
    return Block(told, batches, rejections)


def _prepare() -> None:
    """Leave Ctrl-C to the parent, and end with it however it ends."""
    gc.disable()  # records hold no cycles, and looking for them takes a third of the time
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow, name="follow", daemon=True).start()


def _follow() -> None:
    """End this process when its parent has ended; a killed parent ends its pool no more."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)
