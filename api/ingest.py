"""Live events: `POST /api/v1/events`, one, several as an array, or a line each.

An event is answered when it is on the disk. What is wrong with one is told in its place, and the
others are taken. A browser of another site cannot send here: the types of content that are read are
none that it may send without being asked.
"""

import asyncio
from datetime import datetime
from typing import Any, Literal

import msgspec
from fastapi import APIRouter, Request, Response
from pydantic import Field

from api import access, service
from api.limits import Rate
from api.needs import requires
from api.refusals import ContentTypeError, TooLargeError, UnansweredError, UnreadableError
from api.rows import encoded
from api.shapes import Problem, Shape
from errors import RecordError
from ingest.live.accepting import Outcome
from ingest.live.accepting import Request as Batch
from ingest.live.sent import AnyEvent, read
from lake.keys import KeyScope

router = APIRouter(tags=["events"])

MOST_BYTES = 2 * 1024 * 1024
MOST_EVENTS = 1_000
JSON, NDJSON = "application/json", "application/x-ndjson"

LIVE_EVENT = "LiveEvent"  # the name of an event in the description

_decode = msgspec.json.Decoder().decode


class Result(Shape):
    """What became of one event."""

    id: str | None = Field(description="As it was sent; null where there was none to be read.")
    status: Literal["accepted", "duplicate", "rejected"]
    reason: str | None = Field(description="Why it was rejected.")


class Counts(Shape):
    """How many of each."""

    accepted: int
    duplicates: int
    rejected: int


class Results(Shape):
    """What became of the events, in the order in which they were sent."""

    data: list[Result]
    meta: Counts


_ONE = {"$ref": f"#/components/schemas/{LIVE_EVENT}"}
_ANY = {"description": "Whatever is no event is rejected in its place."}
_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        JSON: {
            "schema": {
                "anyOf": [
                    _ONE,
                    {"type": "array", "items": {"anyOf": [_ONE, _ANY]}, "maxItems": MOST_EVENTS},
                ]
            }
        },
        NDJSON: {"schema": {"type": "string", "description": "An event a line."}},
    },
}
_ERRORS: dict[int | str, dict[str, Any]] = {
    409: {
        "model": Problem,
        "description": "The data is only read, or the sample data is shown for good.",
    },
    413: {"model": Problem, "description": "More than 2 MB, or more than 1,000 events."},
    415: {"model": Problem, "description": "Neither JSON nor NDJSON."},
    422: {"model": Problem, "description": "The body is no JSON, or one event that is none."},
    500: {"model": Problem, "description": "Stored data that cannot be trusted, or a fault."},
    503: {"model": Problem, "description": "More waits than can be written down; try again."},
    504: {"model": Problem, "description": "Not written in time; send the same again."},
    507: {"model": Problem, "description": "The disk is full."},
}


@router.post(
    "/events",
    summary="Send what happens",
    response_model=Results,
    response_description="What became of each event; what is accepted is on the disk.",
    responses=_ERRORS,
    openapi_extra={"requestBody": _BODY},
)
@requires(KeyScope.INGEST, Rate.INGEST)
async def send_events(request: Request) -> Response:
    """Take events in: an event, an array of them, or NDJSON; each id of a source counts once."""
    running = service.current()
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (JSON, NDJSON):
        raise ContentTypeError
    body = await _body(request)
    items, is_one = (_lines(body), False) if kind == NDJSON else _items(body)
    if len(items) > MOST_EVENTS:
        raise TooLargeError
    viewer = access.viewer(request)
    now = running.settings.clock()
    events = [_event(item, now) for item in items]
    if is_one and isinstance(events[0], RecordError):
        raise UnreadableError(events[0].sentence)
    batch = Batch(viewer.source, viewer.scope.agents, events, len(body))
    done = asyncio.wrap_future(running.accepting.submit(batch))
    try:
        outcomes = await asyncio.wait_for(done, running.settings.query_seconds)
    except TimeoutError as error:
        raise UnansweredError from error
    return _told(items, outcomes)


async def _body(request: Request) -> bytes:
    """Return the body; raises TooLargeError before more of it is held than may be."""
    held = bytearray()
    async for part in request.stream():
        held += part
        if len(held) > MOST_BYTES:
            raise TooLargeError
    return bytes(held)


def _items(body: bytes) -> tuple[list[object], bool]:
    """Return what was sent, and whether it is one event and no array."""
    try:
        given = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableError(f"The body is no JSON: {error}.") from error
    return (given, False) if isinstance(given, list) else ([given], True)


def _lines(body: bytes) -> list[object]:
    """Return the object of each line; in place of one that cannot be read its error."""
    return [_line(line) for line in body.splitlines() if line.strip()]


def _line(line: bytes) -> object:
    try:
        return _decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return RecordError(f"The line is no JSON: {error}.")


def _event(item: object, now: datetime) -> AnyEvent | RecordError:
    if isinstance(item, RecordError):
        return item
    try:
        return read(item, now)
    except RecordError as error:
        return error


def _told(items: list[object], outcomes: list[Outcome]) -> Response:
    """Return what became of each."""
    rows = [
        {"id": _id(item), "status": outcome.status, "reason": outcome.reason}
        for item, outcome in zip(items, outcomes, strict=True)
    ]
    statuses = [outcome.status for outcome in outcomes]
    meta = {
        "accepted": statuses.count("accepted"),
        "duplicates": statuses.count("duplicate"),
        "rejected": statuses.count("rejected"),
    }
    return Response(encoded({"data": rows, "meta": meta}), media_type=JSON)


def _id(item: object) -> str | None:
    given = item.get("id") if isinstance(item, dict) else None
    return given if isinstance(given, str) else None
