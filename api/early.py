"""Early hints: the page names what it will need, so that the browser fetches it beside the rest.

Without them each element's module waits for Streamlit's, its imports for it, and the style sheets
for those. The header is RFC 8288's `Link`, with the relations of the HTML standard.
"""

from collections.abc import Callable, Sequence

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

Needs = Callable[[str, str], Sequence[str]]  # of path and query, in the form of the header


class EarlyHints:
    """Adds the links to every HTML page; written as plain ASGI, for streams pass through it."""

    def __init__(self, app: ASGIApp, needs: Needs) -> None:
        self._app = app
        self._needs = needs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; the head of a page gets the links."""

        async def hinted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                is_page = headers.get("content-type", "").startswith("text/html")
                if is_page and "link" not in headers:  # a page that names its own needs no others
                    query = scope["query_string"].decode("latin-1")
                    needed = self._needs(scope["path"], query)
                    headers.append("Link", ", ".join(needed))
            await send(message)

        await self._app(scope, receive, hinted if scope["type"] == "http" else send)


def hints(needs: Needs) -> Middleware:
    """Return the middleware; `needs` names what the page of an address will load."""
    return Middleware(EarlyHints, needs=needs)
