"""What people do to a session by hand: end it, write notes, give it tags.

Like sent events these are answered when they are on the disk, and seen a second later. A browser
of another site cannot do it: what it may send unasked is neither JSON nor a DELETE.
"""

import asyncio
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from api import access, service
from api.access import OF_KEY
from api.description import described
from api.limits import Rate
from api.needs import requires
from api.parameters import Options, read
from api.refusals import ContentTypeError, UnansweredError
from api.rows import encoded, written
from api.session import SessionId
from api.shapes import VISIBLE, Problem, Shape
from api.small import MOST_BYTES, SmallBody
from errors import RecordError
from ingest.live import by_hand, desk
from ingest.live.asked import Outcome
from ingest.live.by_hand import LOCAL, LONGEST_NOTE, LONGEST_TAG, Act, Order
from lake.keys import KeyScope
from models import SESSION_ID_PATTERN, Status
from queries import engine

router = APIRouter(tags=["by hand"], route_class=SmallBody)

JSON = "application/json"
At = Annotated[str, Path(description="`at` of the note, as the session has it.")]


def _note(text: str) -> str:
    return _seen(text, "A note", LONGEST_NOTE, lines=True)


def _tag(text: str) -> str:
    return _seen(text, "A tag", LONGEST_TAG)


def _seen(text: str, what: str, most: int, *, lines: bool = False) -> str:
    try:
        return by_hand.written(text, what, most, lines=lines)
    except RecordError as error:
        raise ValueError(error.sentence) from error


NoteText = Annotated[
    str, Field(max_length=LONGEST_NOTE, pattern=VISIBLE), AfterValidator(_note)
]  # fmt: skip
TagText = Annotated[
    str, Field(max_length=LONGEST_TAG, pattern=VISIBLE), AfterValidator(_tag)
]  # fmt: skip


class Wish(BaseModel):
    """Closed: what is not known is refused."""

    model_config = ConfigDict(extra="forbid")


class EndWish(Wish):
    """How a session is ended."""

    status: by_hand.Ending = Field(Status.CANCELLED, description="What becomes of it.")


class NoteWish(Wish):
    """A note."""

    text: NoteText


class TagWish(Wish):
    """A tag."""

    tag: TagText


class Untagging(Options):
    """Which tag is taken away."""

    tag: Annotated[
        str, Field(min_length=1, max_length=LONGEST_TAG, description="The tag, as it is.")
    ]


class _OfSession(Shape):
    session_id: str = Field(pattern=SESSION_ID_PATTERN)


class Ended(_OfSession):
    """How the session ended."""

    status: Status
    ended_at: AwareDatetime = Field(description="When anything was heard of it last.")


class Noted(_OfSession):
    """The note, which is an event of the session."""

    at: AwareDatetime
    name: str = Field(description="Who has written it.")
    detail: str


class Tagged(_OfSession):
    """The tags of the session, which are its metadata `tags`."""

    tags: list[str]


class EndedAnswer(Shape):
    """A session has ended."""

    data: Ended


class NotedAnswer(Shape):
    """A note is written."""

    data: Noted


class TaggedAnswer(Shape):
    """A session has these tags."""

    data: Tagged


_ERRORS = {
    404: "There is no such session, or none that the key may see.",
    409: "It cannot be: the session is over, comes from another source, has too many tags; the "
    "data is sample data, or a folder that is only read.",
    413: f"It has more than {MOST_BYTES:,} bytes.",
    415: "The body is no JSON.",
    504: "Not written in time; do the same again.",
    507: "The disk is full.",
}


def _told(
    model: type[BaseModel] | None, summary: str, options: type[Options] = Options, *,
    status: int = HTTPStatus.OK,
) -> dict[str, Any]:  # fmt: skip
    """Return what the decorator of a route is told."""
    found = described(model or EndedAnswer, options=options, summary=summary)
    answers = found["responses"]
    del answers[200], answers[304]
    answers[int(status)] = {"description": "It is done.", **({"model": model} if model else {})}
    for number, words in _ERRORS.items():
        answers[number] = {"model": Problem, "description": words}
    extra = found["openapi_extra"]
    extra["parameters"] = [each for each in extra["parameters"] if each["in"] != "header"]
    return {**found, "status_code": int(status)}


@router.post("/sessions/{session_id}/end", **_told(EndedAnswer, "End a session by hand"))
@requires(KeyScope.INGEST, Rate.INGEST)
async def end_session(request: Request, session_id: SessionId, wish: EndWish) -> Response:
    """End a session that goes on; its events tell who has done it, and when."""
    return _answer(session_id, await _done(request, session_id, by_hand.End(wish.status)))


@router.post(
    "/sessions/{session_id}/notes", **_told(NotedAnswer, "Write a note", status=HTTPStatus.CREATED)
)
@requires(KeyScope.INGEST, Rate.INGEST)
async def write_note(request: Request, session_id: SessionId, wish: NoteWish) -> Response:
    """Write a note, which is an event of the kind `note` with who has written it as its name."""
    outcome = await _done(request, session_id, by_hand.Note(wish.text))
    return _answer(session_id, outcome, HTTPStatus.CREATED)


@router.delete(
    "/sessions/{session_id}/notes/{at}",
    **_told(None, "Take a note away", status=HTTPStatus.NO_CONTENT),
)
@requires(KeyScope.INGEST, Rate.INGEST)
async def remove_note(request: Request, session_id: SessionId, at: At) -> Response:
    """Take the note of this time away, whoever has written it."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise desk.NoteNotFoundError from error
    named = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    await _done(request, session_id, by_hand.Unnote(named))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post("/sessions/{session_id}/tags", **_told(TaggedAnswer, "Give a tag"))
@requires(KeyScope.INGEST, Rate.INGEST)
async def give_tag(request: Request, session_id: SessionId, wish: TagWish) -> Response:
    """Give a session a tag; one that it has already changes nothing."""
    return _answer(session_id, await _done(request, session_id, by_hand.Tag(wish.tag)))


@router.delete("/sessions/{session_id}/tags", **_told(TaggedAnswer, "Take a tag away", Untagging))
@requires(KeyScope.INGEST, Rate.INGEST)
async def take_tag(request: Request, session_id: SessionId) -> Response:
    """Take a tag from a session; one that it has not changes nothing."""
    tag = read(request, Untagging, filtered=False).options.tag
    return _answer(session_id, await _done(request, session_id, by_hand.Untag(tag)))


async def _done(request: Request, session_id: str, act: Act) -> Outcome:
    """Have an act written down.

    Raises UnansweredError, and what `desk` raises.
    """
    if request.method == "POST":
        read(request, Options, filtered=False)
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if kind != JSON:
            raise ContentTypeError("What is done by hand is sent as JSON.")
    order, agents = _order(request, session_id, act), access.viewer(request).scope.agents
    with engine.snapshot() as snapshot:
        future = desk.submit(order, agents, is_demo=snapshot.publication.is_demo)
    done = asyncio.wrap_future(future)
    try:
        (outcome,) = await asyncio.wait_for(done, service.current().settings.query_seconds)
    except TimeoutError as error:
        raise UnansweredError from error
    return desk.checked(order, outcome)


def _order(request: Request, session_id: str, act: Act) -> Order:
    """Return an act with who does it; a key that is no administrator's has a source."""
    viewer = access.viewer(request)
    if not viewer.name.startswith(OF_KEY):
        return Order(session_id, LOCAL, act)
    is_bound = KeyScope.ADMIN not in viewer.scopes
    who = viewer.title.removeprefix("key ")
    return Order(session_id, who, act, viewer.source if is_bound else None)


def _answer(session_id: str, outcome: Outcome, status: int = HTTPStatus.OK) -> Response:
    data = {"session_id": session_id, **written(outcome.told)}
    return Response(encoded({"data": data}), status, media_type=JSON)
