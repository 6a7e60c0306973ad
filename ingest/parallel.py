"""Reading one large file with several processes, where each line is a record of its own.

Python parses on one core at a time, and parsing is most of an import. The order of the lines is
kept. What the processes hand back are Arrow tables, ready for the lake.
"""

import gc
import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from multiprocessing.connection import Connection
from queue import SimpleQueue
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
FAILED = 1  # the exit code of a process that ends by an exception


class Block(NamedTuple):
    """What some lines give: counts, tables, and what was rejected."""

    told: FileReport
    batches: list[Batch]
    rejections: list[Rejection]


class Job(NamedTuple):
    """Lines for one process: what `read_block` takes."""

    format_name: str
    name: str
    pieces: list[Piece]
    options: Options


class Reader:
    """A process that reads blocks, at the other end of a pipe of its own.

    Whatever ends it closes that pipe. One that is killed while it hands back a block leaves half of
    it there: in a pipe that several write to, as that of ProcessPoolExecutor, the rest would be
    waited for for ever.
    """

    def __init__(self) -> None:
        """Start it."""
        # Not forked: the threads of Arrow and of the writer would not survive it.
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self.process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self.process.start()
        theirs.close()

    def read(self, job: Job) -> Block:
        """Return what a job gives; raises UnreadableSourceError where the process has ended."""
        try:
            self._pipe.send(job)
            block: Block = self._pipe.recv()
        except (EOFError, OSError) as error:
            raise self._ended(job.name) from error
        return block

    def _ended(self, name: str) -> UnreadableSourceError:
        """Return what is said of a source whose reading process is no more."""
        self.process.join()
        if self.process.exitcode == FAILED:
            said, why = "failed", "Its error is told above"
        else:
            said, why = "was killed", "Perhaps memory ran out"
        return UnreadableSourceError(
            f"{name} was not read to its end: a reading process {said}.",
            advice=f"{why}; PARLEY_THREADS=1 reads with one process.",
        )

    def end(self) -> None:
        """End the process, whatever it does."""
        self.process.kill()
        self.process.join()

    def close(self) -> None:
        """Close the pipe, once nobody reads from it."""
        self._pipe.close()


class Readers:
    """Processes that read lines; they are started when the first large file comes."""

    def __init__(self, workers: int) -> None:
        """Begin with none; there will be `workers`, but at most `MOST_WORKERS`."""
        self._workers = min(workers, MOST_WORKERS)
        self.running: list[Reader] = []
        self._idle: SimpleQueue[Reader] = SimpleQueue()
        self._threads: ThreadPoolExecutor | None = None  # each waits for one of them

    def __enter__(self) -> Self:
        """Begin with none."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the processes."""
        for reader in self.running:
            reader.end()
        if self._threads is not None:
            self._threads.shutdown(cancel_futures=True)
        for reader in self.running:
            reader.close()
        self.running, self._idle, self._threads = [], SimpleQueue(), None

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
            waiting.append(self._asked(Job(format_name, source.name, pieces, options)))
            if len(waiting) > self._workers:
                yield self._result(waiting.popleft())
        while waiting:
            yield self._result(waiting.popleft())
        if broken is not None:
            raise broken

    def _asked(self, job: Job) -> "Future[Block]":
        """Hand a job to the process that is idle next; they are started at the first call."""
        if self._threads is None:
            self.running = [Reader() for _ in range(self._workers)]
            for reader in self.running:
                self._idle.put(reader)
            self._threads = ThreadPoolExecutor(self._workers, "reading")
        return self._threads.submit(self._ask, job)

    def _ask(self, job: Job) -> Block:
        reader = self._idle.get()
        try:
            return reader.read(job)
        finally:
            self._idle.put(reader)

    def _result(self, future: "Future[Block]") -> Block:
        """Return a block; raises UnreadableSourceError where its process has ended."""
        try:
            return future.result()
        except UnreadableSourceError:  # another file gets others
            self.__exit__()
            raise


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


def _serve(pipe: Connection) -> None:
    """Answer jobs until the other end is closed, as it is where the parent was killed."""
    gc.disable()  # records hold no cycles, and looking for them takes a third of the time
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while True:
            pipe.send(read_block(*pipe.recv()))
