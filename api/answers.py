"""How questions are answered: from one snapshot, under a name that changes when the answer does.

The ETag is made of what the answer depends on (the state of the data, the moment where the clock
matters, filters and options, and which agents the viewer may see), so that it is known before the
question is asked: who knows the answer already gets 304 and costs nothing.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from api import service
from api.bodies import WORTH, Body
from api.rows import encoded
from queries import engine
from queries.engine import Snapshot
from queries.filters import Filters, Scope
from queries.snapshot import TICK_SECONDS
from queries.standing import name_of

VARY = "Authorization, Cookie, Accept-Encoding"
NO_CACHE = "private, no-cache"  # kept, and asked about each time
BRIEFLY = f"private, max-age={TICK_SECONDS}"  # the clock moves in these steps


@dataclass(frozen=True)
class Asked:
    """What an answer depends on beside the data."""

    what: str  # route, filters, options
    scope: Scope
    is_clocked: bool  # whether the answer changes with the time of day
    tick: datetime | None = None  # the moment of a walk that has begun, in place of now
    cache: str = NO_CACHE
    filtered: Filters | None = None  # of what is about their sessions alone


async def answer(request: Request, asked: Asked, build: Callable[[Snapshot], Body]) -> Response:
    """Return 304, a remembered body, or what `build` makes in a thread of ours."""
    running = service.current()
    with engine.snapshot() as newest:
        snapshot = newest if asked.tick is None else replace(newest, tick=asked.tick)
        name = _name(asked, snapshot, request.scope.get("root_path", ""))
        headers = {"ETag": f'W/"{name}"', "Cache-Control": asked.cache, "Vary": VARY}
        if is_known(request.headers.get("if-none-match"), name):
            return Response(status_code=304, headers=headers)
        body = running.bodies.get(name)
        if body is None:
            body = await running.asking.run(lambda: build(snapshot))
            running.bodies.keep(name, body)
    if body.next_query is not None:
        headers["Link"] = f'<?{body.next_query}>; rel="next"'
    return await _packed(request, body, headers)


def named(request: Request, answer: Mapping[str, Any]) -> Response:
    """Return what is no question about sessions, under the name of its text, or 304."""
    body = encoded(answer)
    name = hashlib.blake2b(body, digest_size=12).hexdigest()
    headers = {"ETag": f'W/"{name}"', "Cache-Control": NO_CACHE, "Vary": VARY}
    if is_known(request.headers.get("if-none-match"), name):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")


def is_known(if_none_match: str | None, name: str) -> bool:
    """Return whether a request names this answer (RFC 9110: weakly, or by `*`)."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return f'"{name}"' in tags or tags == ["*"]


def as_of(snapshot: Snapshot, *, is_clocked: bool) -> datetime:
    """Return the moment that an answer is about: the tick, or when the data was committed."""
    return snapshot.tick if is_clocked else snapshot.publication.as_of or snapshot.tick


async def _packed(request: Request, body: Body, headers: Mapping[str, str]) -> Response:
    """Return a body, compressed where that is asked for and worth it."""
    wants = "gzip" in request.headers.get("accept-encoding", "") and len(body.plain) >= WORTH
    if not wants:
        return Response(body.plain, headers=headers, media_type="application/json")
    if not body.is_ready:
        await service.current().asking.run(lambda: body.gzipped)
    packed = {**headers, "Content-Encoding": "gzip"}
    return Response(body.gzipped, headers=packed, media_type="application/json")


def _name(asked: Asked, snapshot: Snapshot, root: str) -> str:
    agents = asked.scope.agents
    publication = snapshot.publication
    state = publication.name if asked.filtered is None else name_of(asked.filtered, publication)
    parts = [
        root,
        asked.what,
        state,
        f"{snapshot.tick.timestamp():.0f}" if asked.is_clocked else "",
        "*" if agents is None else repr(sorted(agents)),
    ]
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()
