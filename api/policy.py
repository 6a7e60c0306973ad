"""What a page may load and do, as headers: nothing that is not ours, so that no text can act.

The policy holds the SHA-256 of the scripts that stand in Streamlit's own page, computed when the
program starts; any other script in a page is refused by the browser.
"""

import hashlib
import re
from base64 import b64encode
from pathlib import Path

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

# `blob:` are the modules of components v2, inline styles those of Streamlit's own elements.
_PAGE = (
    "default-src 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    "form-action 'self'",
    "manifest-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self' blob:",
)
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_NOTHING = "default-src 'none'; frame-ancestors 'none'"  # for what is no page


def page_policy(index: Path) -> str:
    """Return the policy of a page whose HTML is the file `index`."""
    hashes = [
        f"'sha256-{b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in _INLINE.findall(index.read_bytes())
    ]
    # Streamlit's protobuf multiplies long numbers in WebAssembly; text is never evaluated.
    scripts = " ".join(["script-src 'self' blob: 'wasm-unsafe-eval'", *hashes])
    return "; ".join([*_PAGE, scripts])


class Policy:
    """Adds the headers; written as plain ASGI, for streams pass through it."""

    def __init__(self, app: ASGIApp, page: str) -> None:
        self._app = app
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; the head of an answer gets the headers."""

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                kind = headers.get("content-type")
                if kind is not None:  # a 304 has none, and the browser keeps the page's own policy
                    is_page = kind.startswith("text/html")
                    headers["Content-Security-Policy"] = self._page if is_page else _NOTHING
                headers.update(_ALWAYS)
            await send(message)

        await self._app(scope, receive, headed if scope["type"] == "http" else send)


def policy(index: Path) -> Middleware:
    """Return the middleware for pages whose HTML is the file `index`."""
    return Middleware(Policy, page=page_policy(index))
