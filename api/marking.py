"""Marks the browsers of this machine: a page that is sent to one comes with the page's cookie."""

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import service
from api.peers import peer
from settings import Auth


class Marking:
    """Adds the cookie to pages, and renews one of another day; passes everything on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Have the head of an answer carry the cookie where it is due."""
        cookie = _due(scope) if scope["type"] == "http" else None

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start" and cookie is not None:
                MutableHeaders(scope=message).append("Set-Cookie", cookie)
            await send(message)

        await self._app(scope, receive, send if cookie is None else marked)


def _due(scope: Scope) -> str | None:
    """Return the cookie for this request; None where none is due, or nobody here may have it."""
    if not service.is_running():
        return None
    running, headers = service.current(), Headers(scope=scope)
    # Whatever a person navigates to: the description of the API is a page too.
    is_visited = scope["method"] == "GET" and "text/html" in headers.get("accept", "")
    if not (is_visited or running.cookie.is_old(headers)):
        return None
    is_open = running.settings.auth is Auth.NONE and peer(scope, running.proxies).is_local
    return running.cookie.header(is_secure=scope["scheme"] == "https") if is_open else None


def marking() -> Middleware:
    """Return the middleware."""
    return Middleware(Marking)
