"""The gate before every route: who asks, how often, whether they may.

It stands before the routes, so that nothing of a request is read, and nothing told of a route,
before it is known who asks. Written as plain ASGI, for streams pass through it.
"""

from collections.abc import Sequence
from functools import cached_property
from http import HTTPStatus

from fastapi import FastAPI
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import observed
from api import problems, service
from api.access import VIEWER, Viewer
from api.limits import Rate, Taken
from api.needs import Needs, Table, declared
from api.peers import Peer, peer
from api.refusals import ForbiddenError, KeyRejectedError, RateError
from api.service import Service
from errors import NotReadyError, ParleyError
from lake.keys import KeyScope

Pairs = Sequence[tuple[bytes, bytes]]


NEEDS = "parley.needs"  # where a request's scope holds what the gate has looked for
ROUTE = "parley.route"  # and the name of what it has found


async def agreed(request: Request) -> None:
    """Refuse what the gate took for something else than the route that answers.

    Both read the same paths, but `/sessions` with a line break at its end is one of them to a
    pattern and none to a table; whatever else there may be of that kind ends here.
    """
    if request.scope[NEEDS] is not declared(request.scope["endpoint"]):
        raise HTTPException(HTTPStatus.NOT_FOUND)


class Gate:
    """Lets through what may pass, and tells on every answer how much more may."""

    def __init__(self, api: FastAPI) -> None:
        self._api: ASGIApp = api
        self._fastapi = api

    @cached_property
    def _table(self) -> Table:
        """The needs of all routes, read when the first request comes: then all are there."""
        return Table(self._fastapi)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it by a problem."""
        if scope["type"] != "http":
            await self._api(scope, receive, send)
            return
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        needs, name = self._table.find(scope["method"], path)
        scope[NEEDS] = needs
        scope[ROUTE] = name
        observed.FROM.set(name)
        if not service.is_running():
            await self._unready(scope, receive, send, needs)
            return
        running = service.current()
        headers, refused = _admitted(running, scope, needs)
        answering = self._api if refused is None else problems.of(refused)
        await answering(scope, receive, _adding(headers, send))
        used = running.access.due_uses()
        if used:
            running.asking.aside(lambda: running.access.note(used))

    async def _unready(self, scope: Scope, receive: Receive, send: Send, needs: Needs) -> None:
        """Answer what asks for nothing; everything else has to wait for the start."""
        answering = self._api if needs.scope is None else problems.of(NotReadyError())
        await answering(scope, receive, send)


def _admitted(running: Service, scope: Scope, needs: Needs) -> tuple[Pairs, ParleyError | None]:
    """Return what to tell about limits, and why the request may not pass, if so."""
    other = peer(scope, running.proxies)
    viewer, refused = _seen(running, scope, needs, other)
    who = other.address if viewer is None else viewer.name
    rate = Rate.FAILED_KEYS if isinstance(refused, KeyRejectedError) else needs.rate
    taken: Taken = running.limits.take(rate, who)
    if not taken.is_allowed:
        return taken.headers, RateError(taken.retry_seconds)
    if viewer is not None and needs.scope is not None and refused is None:
        scope[VIEWER] = viewer
        refused = _lacking(viewer, needs, needs.scope)
    return taken.headers, refused


def _lacking(viewer: Viewer, needs: Needs, asked: KeyScope) -> ForbiddenError | None:
    """Return why a viewer may not pass, if so."""
    if not needs.is_of_all:
        return viewer.lacking(asked)
    if viewer.scope.agents is not None:
        return ForbiddenError("This tells of all agents, and the key is for some.")
    return None if KeyScope.ADMIN in viewer.scopes else viewer.lacking(asked)


def _seen(
    running: Service, scope: Scope, needs: Needs, other: Peer
) -> tuple[Viewer | None, ParleyError | None]:
    """Return who asks, or why nobody knows; of a route that asks for no key nobody is asked."""
    if needs.scope is None:
        return None, None
    try:
        return running.access.viewer(Headers(scope=scope), scope["method"], other), None
    except ParleyError as error:
        return None, error


def _adding(headers: Pairs, send: Send) -> Send:
    """Return a `send` that puts more headers on the answer."""

    async def added(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *headers]
        await send(message)

    return added
