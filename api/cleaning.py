"""Addresses of pages that would be written anew in the browser are so before the page is sent.

Streamlit drops a value that its own fields cannot have and pushes the address without it: one press
of Back then leads to where one is. A redirect makes no entry of its own in the history.
"""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

NO_PAGES = ("/api/", "/assets/", "/static/", "/_stcore/", "/media/", "/component/")

Clean = Callable[[str], str | None]


class Cleaning:
    """Redirects a request for a page whose query `clean` would write in another way."""

    def __init__(self, app: ASGIApp, clean: Clean) -> None:
        self._app = app
        self._clean = clean

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by 302 to the same path with the clean query, or pass on."""
        query = self._clean(scope["query_string"].decode("latin-1")) if is_page(scope) else None
        if query is None:
            await self._app(scope, receive, send)
            return
        # Relative, so that no other host can be meant, and right under a proxy's prefix.
        answer = RedirectResponse(f"?{query}", 302, {"Cache-Control": "no-store"})
        await answer(scope, receive, send)


def is_page(scope: Scope) -> bool:
    """Return whether a browser asks for a page of ours."""
    if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
        return False
    accepts = Headers(scope=scope).get("accept", "")
    return "text/html" in accepts and not scope["path"].startswith(NO_PAGES)


def cleaning(clean: Clean) -> Middleware:
    """Return the middleware; `clean` returns another query, or None where it is right as it is."""
    return Middleware(Cleaning, clean=clean)
