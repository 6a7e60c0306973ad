"""How many may be here at once: pages that are open, and requests that are being answered.

An open page holds a connection, and a thread with its rows whenever it draws; so memory, threads
and open files have a bound because these have. Who comes past it is refused with 503 and told when
to come again, a browser by a page that does so by itself. Health is told however full it is.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

import observed
from api import problems, reference
from api.cleaning import is_page
from api.refusals import CrowdedError
from settings import Settings

FULL = Path(__file__).parent / "full.html"
ALWAYS = ("/api/v1/healthz", "/api/v1/readyz", "/_stcore/health")  # what probes ask


class Crowd:
    """Counts who is here; all of it happens on the one thread of the server's loop."""

    def __init__(self, app: ASGIApp, found: Callable[[], Settings]) -> None:
        self._app = app
        self._found = found
        self._viewers = self._requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what has a place, and give the place back at its end."""
        if scope["type"] == "websocket":
            await self._view(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] not in ALWAYS:
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    @property
    def _has_all_viewers(self) -> bool:
        return self._viewers >= self._found().viewers

    async def _view(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._has_all_viewers:
            observed.CROWDED.labels("viewers").inc()
            await _refuse(scope, receive, send)
            return
        self._viewers += 1
        observed.VIEWERS.set(self._viewers)
        try:
            await self._app(scope, receive, send)
        finally:
            self._viewers -= 1
            observed.VIEWERS.set(self._viewers)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_full = self._requests >= self._found().requests
        # A page of which no place is left would only wait for its connection.
        is_late = is_page(scope) and self._has_all_viewers
        if is_full or is_late:
            observed.CROWDED.labels("requests" if is_full else "viewers").inc()
            await _refuse(scope, receive, send)
            return
        self._requests += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._requests -= 1


async def _refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer by 503: a page to who asks for one, a problem to all others.

    Of a websocket it is the answer to its handshake, by ASGI's extension for that.
    """
    error = CrowdedError()
    answer: Response = problems.of(error)
    if is_page(scope):
        headers = {"Retry-After": str(error.retry_seconds), "Cache-Control": "no-store"}
        answer = Response(_page(), error.status, headers, "text/html; charset=utf-8")
    await answer(scope, receive, send)


@cache
def _page() -> bytes:
    text = FULL.read_bytes().replace(b"VERSION", reference.VERSION.encode())
    return text.replace(b"SECONDS", str(CrowdedError.retry_seconds).encode())


def crowd(found: Callable[[], Settings]) -> Middleware:
    """Return the middleware; it lets in so many viewers and requests as the settings say."""
    return Middleware(Crowd, found=found)
