"""Routes that take a body: a small one, of which no more is read than it may have.

FastAPI's own limit answers in plain text; ours is a problem like all others.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from starlette.types import Message

from errors import ParleyError

MOST_BYTES = 300_000  # every field as long as it may be, once

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class TooLargeError(ParleyError):
    """A body is larger than it may be."""

    status = 413
    advice = "Send less."

    def __init__(self) -> None:
        """Say how much it may be."""
        super().__init__(f"A body here has at most {MOST_BYTES:,} bytes.")


class UnreadableBodyError(ParleyError):
    """A body is no text."""

    status = 422
    advice = "Send JSON in UTF-8."

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The body is not written in UTF-8.")


class SmallBody(APIRoute):
    """A route whose body is counted while it comes."""

    def get_route_handler(self) -> Handler:
        """Return the handler; it raises TooLargeError, UnreadableBodyError before it is asked."""
        handle = super().get_route_handler()

        async def counted(request: Request) -> Response:
            receive, left = request.receive, MOST_BYTES

            async def counting() -> Message:
                nonlocal left
                message = await receive()
                left -= len(message.get("body", b""))
                if left < 0:
                    raise TooLargeError
                return message

            body = await Request(request.scope, counting).body()
            try:
                body.decode()
            except UnicodeDecodeError as error:
                raise UnreadableBodyError from error
            return await handle(Request(request.scope, _again(body)))

        return counted


def _again(body: bytes) -> Callable[[], Coroutine[Any, Any, Message]]:
    """Return a `receive` that tells a body which has been read."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive
