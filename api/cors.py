"""Reading by pages of other sites: off, unless their origins are listed (PARLEY_CORS_ORIGINS).

Without it a browser lets no page of another site read an answer. With it such pages still need a
key: cookies are never allowed along.
"""

from functools import lru_cache

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from api import service

ASKED = ("Authorization", "If-None-Match")
TOLD = ("ETag", "Link", "RateLimit", "RateLimit-Policy", "Retry-After")


class Cors:
    """Adds the headers where origins are listed; else passes everything on."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._allowing = lru_cache(maxsize=1)(self._made)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a preflight, or pass on."""
        origins = service.current().settings.cors_origins if service.is_running() else ()
        app = self._allowing(origins) if origins else self._app
        await app(scope, receive, send)

    def _made(self, origins: tuple[str, ...]) -> ASGIApp:
        return CORSMiddleware(
            self._app, allow_origins=origins, allow_methods=["GET"], allow_headers=ASKED,
            expose_headers=TOLD,
        )  # fmt: skip
