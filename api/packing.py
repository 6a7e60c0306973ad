"""Files that last are compressed once and answered from memory.

Streamlit compresses none of its own files, for it would do so at each request; and each comes
through several hops between threads. What a browser may keep for ever never changes, so it may be
kept here too: who asks first gets it as it is, all others get what was made of it.
"""

import gzip
import posixpath
from dataclasses import dataclass, field

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BYTES = 24_000_000  # of all that is kept: pages take one, all files of Streamlit nine
MOST_FILES = 1_000  # Streamlit has some 360; who asks for each by many names has none packed for it
WORTH = 0.9  # of a file may be left of it, where it is kept compressed
LEVEL = 9  # it is done once
OK = 200
ASIDE = ("range", "if-none-match", "if-modified-since")  # asked for in part, or only if changed


@dataclass
class Heard:
    """An answer as it passes by; its body is held where it lasts."""

    headers: MutableHeaders | None = None  # of an answer that lasts
    body: bytearray = field(default_factory=bytearray)
    is_whole: bool = False

    def hear(self, message: Message) -> None:
        """Take what may be kept."""
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=list(message["headers"]))
            self.headers = headers if message["status"] == OK and _lasts(headers) else None
        elif message["type"] == "http.response.body" and self.headers is not None:
            self.body += message.get("body", b"")
            self.is_whole = not message.get("more_body", False)

    def packed(self) -> Response:
        """Return the same answer, compressed where that is worth it."""
        headers, body = self.headers or MutableHeaders(), bytes(self.body)
        if "content-encoding" not in headers:
            small = gzip.compress(body, LEVEL, mtime=0)
            if len(small) < len(body) * WORTH:
                body = small
                headers["Content-Encoding"] = "gzip"
                headers.add_vary_header("Accept-Encoding")
                if "etag" in headers:  # one for both forms is a weak one, by RFC 9110
                    headers["ETag"] = f"W/{headers['etag'].removeprefix('W/')}"
        headers["Content-Length"] = str(len(body))
        answer = Response(body)
        answer.raw_headers = headers.raw
        return answer


def _lasts(headers: Headers) -> bool:
    """Return whether an answer is the same for everybody and for ever."""
    return "immutable" in headers.get("cache-control", "") and "set-cookie" not in headers


class Packing:
    """Keeps what lasts; written as plain ASGI, for streams pass through it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._kept: dict[str, Response] = {}
        self._packed: set[str] = set()  # what is kept, what will be, and what found no room
        self._bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with what is kept; pass all else on, and keep of it what lasts."""
        is_plain, path = _is_plain(scope), scope.get("path", "")
        kept = self._kept.get(path) if is_plain else None
        if kept is not None and _reads(scope, kept):
            await kept(scope, receive, send)
        elif is_plain and self._may_keep(path):
            await self._listen(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _may_keep(self, path: str) -> bool:
        """Return whether what lies at a path may be kept, if it lasts and is not kept yet."""
        is_new = path not in self._packed and len(self._packed) < MOST_FILES
        return is_new and posixpath.normpath(path) == path

    async def _listen(self, scope: Scope, receive: Receive, send: Send) -> None:
        heard = Heard()

        async def hearing(message: Message) -> None:
            await send(message)
            heard.hear(message)

        await self._app(scope, receive, hearing)
        path = scope["path"]
        if heard.is_whole and self._may_keep(path):
            self._packed.add(path)
            packed = await run_in_threadpool(heard.packed)
            if self._bytes + len(packed.body) <= MOST_BYTES:
                self._bytes += len(packed.body)
                self._kept[path] = packed


def _is_plain(scope: Scope) -> bool:
    """Return whether the whole of what lies at a path is asked for, and no matter if it changed."""
    if scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
        return False
    return not any(name in Headers(scope=scope) for name in ASIDE)


def _reads(scope: Scope, kept: Response) -> bool:
    """Return whether who asks can read an answer as it is kept."""
    encoding = kept.headers.get("content-encoding")
    return encoding is None or encoding in Headers(scope=scope).get("accept-encoding", "")


def packing() -> Middleware:
    """Return the middleware."""
    return Middleware(Packing)
