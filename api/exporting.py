"""A file of sessions on its way: read from one snapshot, counted, sent.

A file is written while it is sent. One that breaks off cannot be taken for a whole one: the
connection ends without the last chunk (RFC 9112, 7.1), which every client tells as an error. Where
a protocol cannot tell the two apart (HTTP/1.0) no file is sent at all.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace

from fastapi import Request
from fastapi.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api import answers, service
from api.access import Viewer
from api.book import Entry, new_id
from api.problems import problem
from api.refusals import ExportGoneError
from api.running import Running
from errors import ExportStoppedError, FilterError, ParleyError
from exports import zipped
from exports.counted import rest
from exports.filename import filename
from exports.options import Bytes
from exports.options import Options as Writing
from exports.receipt import as_json, filters_of, receipt
from exports.registry import FORMATS, Format
from lake.earlier import published_at
from lake.exported import Exported
from queries import engine, standing
from queries.engine import Snapshot, sql
from queries.export import Export, export
from queries.filters import Filters
from queries.filters import Scope as Seen

PIECE = 2**17  # bytes that are sent at once
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Encoding": "identity",  # compressed, a slow disk would wait for a slow processor
    "X-Accel-Buffering": "no",
}


@dataclass(frozen=True)
class Order:
    """What a new file is to be."""

    filters: Filters
    format: Format
    writing: Writing
    is_zip: bool
    viewer: Viewer


@dataclass(frozen=True)
class File:
    """An export on its way into a format, entered in the book."""

    export: Export
    entry: Entry
    received: int = 0  # bytes that are known already

    def steps(self) -> Iterator[Bytes]:
        """Yield its bytes."""
        told = self.entry.told
        if told.is_zip:
            return zipped.zipped(self._parts(), told.file, self._receipt, told.tick)
        return rest(self._parts(), self.received - self.entry.counted.bytes)

    def stop(self) -> None:
        """Interrupt the reading."""
        self.export.stop()

    def _parts(self) -> Iterator[Bytes]:
        """Yield the parts from where it begins, and have each put in the book."""
        told, held, counted = self.entry.told, self.export, self.entry.counted
        writing = Writing(told.base_url, told.metadata_columns, told.has_bom)
        try:
            for part in FORMATS[told.format].write(held, writing):
                counted.take(part, held.done)
                self.entry.move(held.done)
                yield part
            if self.received > counted.bytes:
                raise FilterError(f"received: the file has {counted.bytes:,} bytes.")
        except ExportStoppedError:
            raise  # whoever read it has gone, which the end of the entry says
        except ParleyError as error:
            self.entry.give_up(error.sentence)
            raise
        self.entry.finish(held.done, held.columns)

    def _receipt(self) -> bytes:
        return as_json(receipt(self.entry.told))


async def sent(request: Request, hold: Callable[[], AbstractContextManager[File]]) -> Response:
    """Return the answer that sends a file, once its sessions are counted; or why there is none."""
    if request.scope["http_version"] == "1.0":
        advice = "Ask by HTTP/1.1; in a proxy: `proxy_http_version 1.1`."
        return problem(426, "HTTP/1.0 cannot tell a break from an end.", advice=advice)
    running = Running(hold, service.current().exports)
    await running.begin()
    return Sent(running)


class Sent(StreamingResponse):
    """A file on its way, which ends with whoever takes it."""

    def __init__(self, running: Running[File]) -> None:
        """Send an export that has begun."""
        told = running.held.entry.told
        name = f"{told.file}{zipped.SUFFIX}" if told.is_zip else told.file
        headers = {
            **HEADERS,
            **named(name),
            "X-Total-Count": str(told.total),
            "X-Export-Id": told.export_id,
        }
        if is_resumable(told):
            headers["X-Export-Cursor"] = service.current().book.cursor(told.export_id)
        kind = zipped.MEDIA_TYPE if told.is_zip else FORMATS[told.format].media_type
        super().__init__(_bytes(running), headers=headers, media_type=kind)
        self._running = running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the bytes; whatever happens, the export is over afterwards."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._running.end()


async def _bytes(running: Running[File]) -> AsyncIterator[bytes]:
    """Yield the bytes in pieces: who is answered beside waits for one, not for a whole part."""
    async for part in running.steps():
        whole = memoryview(part)
        for start in range(0, whole.nbytes, PIECE):
            yield bytes(whole[start : start + PIECE])


def named(name: str) -> dict[str, str]:
    """Return the header by which a browser keeps an answer as a file."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def is_resumable(told: Exported) -> bool:
    """Return whether an export of this kind may be gone on with."""
    return FORMATS[told.format].is_resumable and not told.is_zip


@contextmanager
def begun(order: Order) -> Iterator[File]:
    """Hold the newest state of the data open, and an export of it; its sessions are counted."""
    running = service.current()
    with (
        engine.snapshot() as snapshot,
        export(order.filters, snapshot, running.settings) as held,
        running.book.entry(_told(order, held)) as entry,
    ):
        yield File(held, entry)


def _told(order: Order, held: Export) -> Exported:
    filters, snapshot, viewer = order.filters, held.snapshot, order.viewer
    agents = filters.scope.agents
    return Exported(
        export_id=new_id(),
        viewer=viewer.name,
        who=viewer.title,
        agents=None if agents is None else tuple(sorted(agents)),
        filters=tuple(filters.to_query()),
        format=order.format.name,
        base_url=order.writing.base_url,
        metadata_columns=order.writing.metadata_columns,
        has_bom=order.writing.has_bom,
        is_zip=order.is_zip,
        file=filename(filters, snapshot.tick, order.format.suffix),
        # Live sessions that the filters do not reach do not keep it from being gone on with.
        snapshot=standing.state_name(sql("export_sessions"), filters, snapshot.publication),
        tick=snapshot.tick,
        zone=snapshot.zone,
        as_of=answers.as_of(snapshot, is_clocked=filters.is_clocked),
        started_at=service.current().book.clock(),
        total=held.total,
    )


@contextmanager
def resumed(told: Exported, received: int) -> Iterator[File]:
    """Hold the state of the data that an export was of open, and the rest of the export.

    Raises ExportGoneError, ExportUnfinishedError.
    """
    running = service.current()
    agents = None if told.agents is None else frozenset(told.agents)
    filters = filters_of(told).within(Seen(agents))
    with (
        _state(told) as snapshot,
        running.book.entry(told) as entry,
        _rest(filters, snapshot, entry, received) as held,
    ):
        yield File(held, entry, received)


@contextmanager
def _rest(filters: Filters, snapshot: Snapshot, entry: Entry, received: int) -> Iterator[Export]:
    place = entry.counted.go_on(received)
    settings = service.current().settings
    with export(filters, snapshot, settings, after=place.sessions) as held:
        _ = held.total
        yield held


@contextmanager
def _state(told: Exported) -> Iterator[Snapshot]:
    """Hold what is published open if it is what an export was of, else that opened anew."""
    with engine.snapshot() as newest:
        if newest.publication.name == told.snapshot:
            yield replace(newest, tick=told.tick, zone=told.zone)
            return
    with published_at(service.current().settings, told.snapshot) as publication:
        if publication is None:
            raise ExportGoneError("The files of the data that this export has read are gone.")
        yield Snapshot(publication, told.tick, told.zone)
