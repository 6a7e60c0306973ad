"""Early hints: the page names what it will need, so that the browser fetches it beside the rest.

Without them each element's module waits for Streamlit's, its imports for it, and the style sheets
for those. The header is RFC 8288's `Link`, with the relations of the HTML standard.
"""

from collections.abc import Sequence

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class EarlyHints:
    """Adds the links to every HTML page; written as plain ASGI, for streams pass through it."""

    def __init__(self, app: ASGIApp, links: str) -> None:
        self._app = app
        self._links = links

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; the head of a page gets the links."""

        async def hinted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    headers.append("Link", self._links)
            await send(message)

        await self._app(scope, receive, hinted if scope["type"] == "http" else send)


def hints(links: Sequence[str]) -> Middleware:
    """Return the middleware that names `links`, each in the form of the header."""
    return Middleware(EarlyHints, links=", ".join(links))
