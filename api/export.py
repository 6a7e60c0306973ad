"""Files of all filtered sessions, streamed; and one session as a file."""

from collections.abc import Iterable
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import Field

from api import access, answers, exporting, service
from api.answers import Asked
from api.bodies import Body
from api.description import described
from api.exporting import Order
from api.limits import Rate
from api.needs import requires
from api.parameters import SWITCH, Options, among, read
from api.rows import encoded, moment
from api.shapes import Problem
from api.shapes_exports import SizeAnswer
from exports import one, zipped
from exports.options import Options as Writing
from exports.registry import FORMATS, Format
from exports.size import size
from lake.keys import KeyScope
from queries import engine, session
from queries.engine import Snapshot
from queries.export import export
from queries.filters import Filters
from queries.filters import Scope as Seen
from queries.session import Whole

router = APIRouter(tags=["exports"])

TEXTS = {
    "json": (one.as_json, "application/json", ".json"),
    "text": (one.as_text, "text/plain; charset=utf-8", ".txt"),
}


KINDS = [*(form.media_type for form in FORMATS.values()), zipped.MEDIA_TYPE]


class WithReceipt(StrEnum):
    """How a receipt may come with its file."""

    ZIP = "zip"


class Planned(Options):
    """How a file would be written."""

    format: Annotated[Annotated[str, *among(FORMATS)], Field(description="What is written.")]
    metadata_columns: Annotated[
        bool,
        Field(description="CSV: a column for each metadata key too."),
        SWITCH,
    ] = False
    bom: Annotated[bool, Field(description="CSV: begin with a byte order mark."), SWITCH] = False


class Wanted(Planned):
    """How the file is written and sent."""

    receipt: Annotated[
        WithReceipt | None, Field(description="`zip`: the file and its receipt in a ZIP.")
    ] = None


class WantedOne(Options):
    """How one session is written."""

    format: Annotated[str, *among(TEXTS)] = Field(description="What is written.")


def files(
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
    **files("Export sessions", KINDS, Wanted, filtered=True),
    response_class=StreamingResponse,
)
@requires(KeyScope.EXPORT, Rate.EXPORT)
async def export_sessions(request: Request) -> Response:
    """Stream a file of all sessions of the filters.

    X-Total-Count tells how many, X-Export-Id by what its receipt is found, and X-Export-Cursor,
    where there is one, by what it may be gone on with.
    """
    viewer = access.viewer(request)
    given = read(request, Wanted)
    filters, is_zip = given.filters.within(viewer.scope), given.options.receipt is not None
    order = Order(filters, *_written(request, given.options), is_zip, viewer)
    return await exporting.sent(request, partial(exporting.begun, order))


@router.get(
    "/sessions/export/size",
    **described(SizeAnswer, options=Planned, filtered=True, summary="Estimate an export"),
)
@requires(KeyScope.EXPORT, Rate.METRICS)
async def export_size(request: Request) -> Response:
    """Return how many sessions a file would hold, and about how many bytes."""
    viewer = access.viewer(request)
    given = read(request, Planned)
    filters = given.filters.within(viewer.scope)
    asked = Asked(f"size?{given.name}", viewer.scope, is_clocked=filters.is_clocked)
    form, writing = _written(request, given.options)
    return await answers.answer(request, asked, partial(_size, filters, form, writing))


def _written(request: Request, options: Planned) -> tuple[Format, Writing]:
    base = str(request.base_url).removesuffix("api/v1/")
    writing = Writing(base, metadata_columns=options.metadata_columns, has_bom=options.bom)
    return FORMATS[options.format], writing


def _size(filters: Filters, form: Format, writing: Writing, snapshot: Snapshot) -> Body:
    with export(filters, snapshot, service.current().settings) as held:
        found = size(held, form, writing)
    as_of = answers.as_of(snapshot, is_clocked=filters.is_clocked)
    return Body(encoded({"data": found._asdict(), "meta": {"as_of": moment(as_of)}}))


@router.get(
    "/sessions/{session_id}/export",
    **files("Export a session", [kind for _, kind, _ in TEXTS.values()], WantedOne, missing=True),
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
    name = f"session_{whole.information['session_id']}{suffix}".replace(":", "-")
    headers = {**exporting.named(name), "Cache-Control": "no-store"}
    return Response(await asking.run(lambda: write(whole)), media_type=media_type, headers=headers)


def _whole(session_id: str, scope: Seen) -> Whole:
    with engine.snapshot() as snapshot:
        return session.whole(session_id, snapshot, scope)
