"""What was exported: the list, one of them, its receipt, and the rest of one that broke off."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import Field

from api import access, exporting, paging, service
from api.access import Viewer
from api.answers import named
from api.description import described
from api.export import files
from api.limits import Rate
from api.needs import requires
from api.parameters import DIGITS, Options, read
from api.refusals import ExportGoneError, ExportUnfinishedError
from api.rows import moment
from api.shapes import Problem
from api.shapes_exports import ExportAnswer, ExportList, ReceiptAnswer
from errors import FilterError
from exports.receipt import link, receipt, words, zoned
from exports.registry import FORMATS
from lake.exported import Exported, ExportState
from lake.keys import KeyScope

router = APIRouter(tags=["exports"])

ExportId = Annotated[str, Path(description="`X-Export-Id` of the answer that sent the file.")]
MISSING = "There is no such export, or none that the key may see."
RESUMABLE = [form.media_type for form in FORMATS.values() if form.is_resumable]
FARTHEST = 2**53


class Listing(Options):
    """Options of the list."""

    limit: paging.Limit = paging.USUAL


class Rest(Options):
    """Where a file is gone on with."""

    cursor: Annotated[
        str, Field(min_length=1, max_length=100, description="`X-Export-Cursor` of that answer.")
    ]
    received: Annotated[
        int, Field(ge=0, le=FARTHEST, description="Bytes of the file that have come."), DIGITS
    ]


def _told(told: dict[str, Any], *others: tuple[int, str], missing: str = MISSING) -> dict[str, Any]:
    """Return what a route of one export is told, with more problems than are usual."""
    for status, sentence in ((404, missing), *others):
        told["responses"][status] = {"model": Problem, "description": sentence}
    return told


@router.get("/exports", **described(ExportList, options=Listing, summary="List exports"))
@requires(KeyScope.EXPORT)
async def list_exports(request: Request) -> Response:
    """Return the newest exports: those of the key; of everybody to administrators."""
    viewer = access.viewer(request)
    limit = read(request, Listing, filtered=False).options.limit
    found = await service.current().asking.run(lambda: service.current().book.listed(viewer))
    meta = paging.meta(
        page=1, limit=limit, total=len(found), as_of=service.current().settings.clock(),
        next_cursor=None, has_more=len(found) > limit,
    )  # fmt: skip
    return named(request, {"data": [_row(each) for each in found[:limit]], "meta": meta})


@router.get(
    "/exports/{export_id}",
    **_told(described(ExportAnswer, options=Options, summary="Read how an export stands")),
)
@requires(KeyScope.EXPORT)
async def read_export(request: Request, export_id: ExportId) -> Response:
    """Return how far an export is, or how it has ended."""
    told = await _found(request, export_id)
    read(request, Options, filtered=False)
    return named(request, {"data": _row(told)})


@router.get(
    "/exports/{export_id}/receipt",
    **_told(
        described(ReceiptAnswer, options=Options, summary="Read the receipt of an export"),
        (409, "It is still running, or broke off."),
    ),
)
@requires(KeyScope.EXPORT)
async def read_receipt(request: Request, export_id: ExportId) -> Response:
    """Return what a file holds that has been sent whole."""
    told = await _found(request, export_id)
    read(request, Options, filtered=False)
    if told.state is ExportState.RUNNING:
        raise ExportUnfinishedError("This export is still running.")
    if told.state is ExportState.BROKEN:
        raise ExportUnfinishedError(f"This export broke off. {told.reason}", advice=_way_on(told))
    return named(request, {"data": _written(receipt(told))})


@router.get(
    "/exports/{export_id}/rest",
    **_told(
        files("Go on with an export", RESUMABLE, Rest),
        (409, "It is still running, or cannot be gone on with."),
        (410, "It is older than a day, or the files of its data are gone."),
    ),
    response_class=StreamingResponse,
)
@requires(KeyScope.EXPORT, Rate.EXPORT)
async def export_rest(request: Request, export_id: ExportId) -> Response:
    """Stream the rest of a file after the bytes that have come; both together are the file."""
    told = await _found(request, export_id)
    options = read(request, Rest, filtered=False).options
    service.current().book.check(options.cursor, export_id)
    if not exporting.is_resumable(told):
        raise ExportUnfinishedError("A file of this kind cannot be gone on with.", advice=AGAIN)
    if service.current().settings.clock() >= told.expires_at:
        raise ExportGoneError("This export is older than a day.")
    if told.state is ExportState.FINISHED and options.received > told.bytes:
        raise FilterError(f"received: the file has {told.bytes:,} bytes.")
    return await exporting.sent(request, partial(exporting.resumed, told, options.received))


AGAIN = "Start the export again."


def _way_on(told: Exported) -> str:
    if not exporting.is_resumable(told):
        return AGAIN
    return f"Ask for `{_rest(told)}` with the number of bytes that have come, or start it again."


def _rest(told: Exported) -> str:
    cursor = urlencode({"cursor": service.current().book.cursor(told.export_id)})
    return f"exports/{told.export_id}/rest?{cursor}&received="


async def _found(request: Request, export_id: str) -> Exported:
    """Return an export that may be seen; raises ExportNotFoundError."""
    viewer: Viewer = access.viewer(request)
    running = service.current()
    return await running.asking.run(lambda: running.book.one(export_id, viewer))


def _row(told: Exported) -> dict[str, Any]:
    """Return an export as it is answered."""
    is_open = exporting.is_resumable(told) and service.current().settings.clock() < told.expires_at
    is_finished = told.state is ExportState.FINISHED
    return _written(
        {
            "export_id": told.export_id,
            "state": told.state,
            "reason": told.reason or None,
            "file": told.file,
            "format": told.format,
            "is_zip": told.is_zip,
            "filters": {
                "words": words(told), "query": urlencode(zoned(told)), "url": link(told),
            },
            "total": told.total,
            "sessions": told.sessions,
            "bytes": told.bytes,
            "who": told.who,
            "started_at": told.started_at,
            "ended_at": told.ended_at,
            "expires_at": told.expires_at,
            "cursor": service.current().book.cursor(told.export_id) if is_open else None,
            "links": {
                "receipt": f"exports/{told.export_id}/receipt" if is_finished else None,
                "rest": _rest(told) if is_open and told.state is ExportState.BROKEN else None,
            },
        }
    )  # fmt: skip


def _written(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row with its times as they are written."""
    return {
        name: moment(value) if hasattr(value, "astimezone") else value
        for name, value in row.items()
    }
