"""What is told of every request: its id, a line in the log, and how long it took.

The id is that of the `X-Request-Id` that came with the request, if it may stand in a log, else one
of ours; it is on every line that the request leaves, and given back. The line names the route as
the description of the API writes it: the address itself holds ids, and what people look for.
"""

import logging
import re
import secrets
import time

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import observed
from api.access import OF_KEY, VIEWER
from api.gate import NEEDS, ROUTE
from api.limits import Rate
from api.needs import NO_NAME, NO_ROUTE

HEADER = "x-request-id"
UNKNOWN = 500  # what nobody has answered

_GOOD = re.compile(r"[A-Za-z0-9._-]{1,64}")

log = structlog.get_logger("parley.requests")


class Observing:
    """Stands before everything of the API; written as plain ASGI, for streams pass through it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on under its id, and tell of it when its last byte is sent."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        name = request_id(Headers(scope=scope).get(HEADER))
        begun = time.perf_counter()
        status = UNKNOWN

        async def named(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = (HEADER.encode(), name.encode())
                message["headers"] = [*message.get("headers", ()), own]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=name):
            try:
                await self._app(scope, receive, named)
            finally:
                _tell(scope, status, time.perf_counter() - begun)


def request_id(given: str | None) -> str:
    """Return the id that was given, or another one where it is none that may be told."""
    if given is not None and _GOOD.fullmatch(given):
        return given
    return secrets.token_hex(8)


def _tell(scope: Scope, status: int, seconds: float) -> None:
    route = scope.get(ROUTE, NO_NAME)
    observed.request(route, status, seconds)
    is_asked_often = scope.get(NEEDS, NO_ROUTE).rate is Rate.OPEN and status < UNKNOWN
    viewer = scope.get(VIEWER)
    by = {"key": viewer.name} if viewer is not None and viewer.name.startswith(OF_KEY) else {}
    level = logging.DEBUG if is_asked_often else logging.INFO
    log.log(level, "request", route=route, status=status, ms=round(seconds * 1000, 1), **by)
