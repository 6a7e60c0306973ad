"""Files of all filtered sessions, streamed; and one session as a file.

A file is written while it is sent, from one snapshot. One that breaks off cannot be taken for a
whole one: the connection ends without the last chunk (RFC 9112, 7.1), which every client tells as
an error. Where a protocol cannot tell the two apart (HTTP/1.0) no file is sent at all.
"""

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import Field
from starlette.types import Receive, Scope, Send

from api import access, service
from api.description import described
from api.limits import Rate
from api.needs import requires
from api.parameters import SWITCH, Options, among, read
from api.problems import problem
from api.running import Running
from api.shapes import Problem
from errors import AtOnceError
from exports import one
from exports.filename import filename
from exports.options import Options as Writing
from exports.registry import FORMATS, Format
from lake.keys import KeyScope
from queries import engine, session
from queries.export import Export, export
from queries.filters import Filters
from queries.filters import Scope as Seen
from queries.session import Whole

router = APIRouter(tags=["exports"])

RETRY_SECONDS = 5
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Encoding": "identity",  # compressed, a slow disk would wait for a slow processor
    "X-Accel-Buffering": "no",
}
TEXTS = {
    "json": (one.as_json, "application/json", ".json"),
    "text": (one.as_text, "text/plain; charset=utf-8", ".txt"),
}


class Wanted(Options):
    """How the file is written."""

    format: Annotated[Annotated[str, *among(FORMATS)], Field(description="What is written.")]
    metadata_columns: Annotated[
        bool,
        Field(description="CSV: a column for each metadata key too."),
        SWITCH,
    ] = False
    bom: Annotated[bool, Field(description="CSV: begin with a byte order mark."), SWITCH] = False


class WantedOne(Options):
    """How one session is written."""

    format: Annotated[str, *among(TEXTS)] = Field(description="What is written.")


@dataclass(frozen=True)
class File:
    """An export on its way into a format."""

    export: Export
    format: Format
    options: Writing

    def steps(self) -> Iterator[bytes]:
        """Yield its bytes."""
        return self.format.write(self.export, self.options)

    def stop(self) -> None:
        """Interrupt the reading."""
        self.export.stop()


def _file(
    summary: str, media_types: Iterable[str], options: type[Options],
    *, filtered: bool = False, missing: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Return what a route of files is told: one of some types, or a problem."""
    told = described(None, options=options, summary=summary, filtered=filtered, missing=missing)
    told["responses"][200] = {"description": "The file.", "content": {t: {} for t in media_types}}
    told["responses"][426] = {"model": Problem, "description": "HTTP/1.0 tells no break."}
    return told


@router.get(
    "/sessions/export",
    **_file("Export sessions", [f.media_type for f in FORMATS.values()], Wanted, filtered=True),
    response_class=StreamingResponse,
)
@requires(KeyScope.EXPORT, Rate.EXPORT)
async def export_sessions(request: Request) -> Response:
    """Stream a file of all sessions of the filters; X-Total-Count tells how many."""
    viewer = access.viewer(request)
    given = read(request, Wanted)
    if request.scope["http_version"] == "1.0":
        advice = "Ask by HTTP/1.1; in a proxy: `proxy_http_version 1.1`."
        return problem(426, "HTTP/1.0 cannot tell a break from an end.", advice=advice)
    options = given.options
    form, filters = FORMATS[options.format], given.filters.within(viewer.scope)
    base = str(request.base_url).removesuffix("api/v1/")
    writing = Writing(base, metadata_columns=options.metadata_columns, has_bom=options.bom)
    running = Running(partial(_held, filters, form, writing), service.current().exports)
    try:
        await running.begin()
    except AtOnceError as error:
        wait = {"Retry-After": str(RETRY_SECONDS)}
        return problem(error.status, error.sentence, headers=wait, advice=error.advice)
    name = filename(filters, running.held.export.snapshot.tick, form.suffix)
    return Sent(running, form.media_type, name)


@contextmanager
def _held(filters: Filters, form: Format, writing: Writing) -> Iterator[File]:
    """Hold the newest state of the data open, and an export of it; its sessions are counted."""
    settings = service.current().settings
    with engine.snapshot() as snapshot, export(filters, snapshot, settings) as held:
        _ = held.total
        yield File(held, form, writing)


class Sent(StreamingResponse):
    """A file on its way, which ends with whoever takes it."""

    def __init__(self, running: Running[File], media_type: str, name: str) -> None:
        """Send an export that has begun."""
        headers = {**HEADERS, **_named(name), "X-Total-Count": str(running.held.export.total)}
        super().__init__(_bytes(running), headers=headers, media_type=media_type)
        self._running = running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the bytes; whatever happens, the export is over afterwards."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._running.end()


async def _bytes(running: Running[File]) -> AsyncIterator[bytes]:
    async for part in running.steps():
        yield bytes(part)


@router.get(
    "/sessions/{session_id}/export",
    **_file("Export a session", [kind for _, kind, _ in TEXTS.values()], WantedOne, missing=True),
    response_class=Response,
)
@requires(KeyScope.EXPORT, Rate.LIST)
async def export_session(
    request: Request, session_id: Annotated[str, Path(description="The whole id.")]
) -> Response:
    """Return a session as a file: JSON, or its transcript as text."""
    viewer = access.viewer(request)
    options = read(request, WantedOne, filtered=False).options
    write, media_type, suffix = TEXTS[options.format]
    asking = service.current().asking
    whole = await asking.run(partial(_whole, session_id, viewer.scope))
    headers = {**_named(f"session_{whole.information['session_id']}{suffix}".replace(":", "-")),
               "Cache-Control": "no-store"}  # fmt: skip
    return Response(await asking.run(lambda: write(whole)), media_type=media_type, headers=headers)


def _whole(session_id: str, scope: Seen) -> Whole:
    with engine.snapshot() as snapshot:
        return session.whole(session_id, snapshot, scope)


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
