"""Search in conversations, as lines that come while it goes back in time.

    {"kind": "hit", "session_id", "external_id", "agent_name", "channel", "started_at", "seq",
     "sent_at", "sender", "before", "match", "after", "is_cut_before", "is_cut_after", "count"}
    {"kind": "progress", "searched_back_to", "days", "days_total", "next"}
    {"kind": "missed", "after", "before", "reason"}
    {"kind": "end", "reason", "days", "days_total", "next", "as_of", "detail"}

The last line says why the search ended: `finished` (all is searched), `full` (as many hits as asked
for), `late` (PARLEY_SEARCH_SECONDS), `failed` (with a detail). Without it the answer is not whole.
`next` goes on where a search stopped, as the parameter `after`.
"""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import Field
from starlette.types import Receive, Scope, Send

from api import access, service
from api.description import described
from api.limits import Rate
from api.needs import requires
from api.parameters import DIGITS, SWITCH, Options, read
from api.running import Running
from errors import ParleyError
from lake.keys import KeyScope
from queries import engine, values
from queries.filters import Filters
from queries.position import Position
from queries.search import PAGE, Search, Step, search

MOST = 200  # hits of one answer
MEDIA_TYPE = "application/x-ndjson"
HEADERS = {
    "Cache-Control": "no-store",
    # Compressed, lines would wait for each other until there are some tens of kilobytes.
    "Content-Encoding": "identity",
    "X-Accel-Buffering": "no",  # the same in a proxy
}

router = APIRouter(tags=["search"])


class Wanted(Options):
    """What is looked for."""

    find: Annotated[values.Search, Field(min_length=1, description="A text; literal.")]
    word: Annotated[bool, Field(description="Whole words only."), SWITCH] = False
    case: Annotated[bool, Field(description="Upper and lower case are different."), SWITCH] = False
    after: Annotated[str | None, Field(description="Where another search stopped: its `next`.")] = (
        None
    )
    limit: Annotated[int, Field(ge=1, le=MOST, description="At most so many hits."), DIGITS] = PAGE


@router.get(
    "/search/messages",
    response_class=StreamingResponse,
    **described(
        None, options=Wanted, filtered=True, media_type=MEDIA_TYPE, summary="Search what was said"
    ),
)
@requires(KeyScope.READ_TRANSCRIPTS, Rate.LIST)
async def messages(request: Request) -> Response:
    """Stream the messages of the filtered sessions that hold a text, newest session first.

    The answer is NDJSON: hits among lines of progress, and a last one that says why it ended. 503
    where as many searches run as may.
    """
    given = read(request, Wanted)
    wanted, filters = given.options, given.filters.within(access.viewer(request).scope)
    after = Position.before_all() if wanted.after is None else Position.parse(wanted.after)
    running = Running(lambda: _held(wanted, filters, after), service.current().searches)
    await running.begin()
    return Lines(running, after)


@contextmanager
def _held(wanted: Wanted, filters: Filters, after: Position) -> Iterator[Search]:
    """Hold the newest state of the data open, and a search in it."""
    with (
        engine.snapshot() as snapshot,
        search(
            wanted.find, filters, snapshot, service.current().settings, whole_word=wanted.word,
            match_case=wanted.case, after=after, limit=wanted.limit,
        ) as found,
    ):  # fmt: skip
        yield found


class Lines(StreamingResponse):
    """The lines of a search, which ends with whoever reads them."""

    def __init__(self, running: Running[Search], begun: Position) -> None:
        """Read a search that has begun at a position."""
        super().__init__(_lines(running, begun), headers=HEADERS, media_type=MEDIA_TYPE)
        self._running = running

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the lines; whatever happens, the search is over afterwards."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._running.end()


async def _lines(running: Running[Search], position: Position) -> AsyncIterator[bytes]:
    """Yield the lines of each step together, and the line that says why there are no more."""
    search, failure = running.held, None
    try:
        async for step in running.steps():
            position = step.position
            yield b"".join(_line(**each) for each in _told(step, search))
    except ParleyError as error:
        failure = f"{error.sentence} {error.advice}"
    if failure is not None:
        reason = "failed"
    elif running.is_late:
        reason = "late"
    else:
        reason = "full" if search.is_full else "finished"
    if reason == "finished":
        position = Position()
    as_of = search.snapshot.publication.as_of
    yield _line(
        "end", reason=reason, **_place(position, search), detail=failure,
        as_of=None if as_of is None else _time(as_of.astimezone(UTC)),
    )  # fmt: skip


def _told(step: Step, search: Search) -> Iterator[dict[str, Any]]:
    """Yield what a step tells: its hits, what it could not read, how far it has come."""
    for hit in step.hits:
        told = {**asdict(hit), **asdict(hit.snippet)}
        del told["snippet"]
        yield {"kind": "hit", **told}
    if step.missed is not None:
        yield {"kind": "missed", **asdict(step.missed)}
    yield {"kind": "progress", **_place(step.position, search)}


def _place(position: Position, search: Search) -> dict[str, Any]:
    return {
        "searched_back_to": position.started_at,
        "days": search.days.done(position),
        "days_total": search.days.total,
        "next": str(position) or None,
    }


def _line(kind: str, **told: Any) -> bytes:  # noqa: ANN401  whatever JSON takes, and times
    return json.dumps({"kind": kind, **told}, ensure_ascii=False, default=_time).encode() + b"\n"


def _time(moment: datetime) -> str:
    """Return a time as RFC 3339 in UTC with milliseconds."""
    return f"{moment.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
