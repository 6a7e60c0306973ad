"""The REST API: what is mounted under /api/v1. Its start-up is that of the whole program."""

import re

from fastapi import Depends
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from api import (
    agents,
    alerts,
    by_hand,
    events,
    export,
    exports,
    health,
    ingest,
    metrics,
    problems,
    recipes,
    reference,
    scraping,
    search,
    session,
    sessions,
    webhook_log,
    webhooks,
)
from api.cors import Cors
from api.gate import Gate, agreed
from api.observing import Observing
from api.openapi import Described

PREFIX = "/api/v1"

# Swagger's page would load its parts from another host; a page of our own comes with the routes.
api = Described(
    title="Parley", version="1", docs_url=None, redoc_url=None, openapi_url=None,
    dependencies=[Depends(agreed)],
)  # fmt: skip
api.include_router(metrics.router)  # what is asked most first: they are tried in this order
api.include_router(sessions.router)
api.include_router(export.router)
api.include_router(exports.router)
api.include_router(recipes.router)
api.include_router(agents.router)
api.include_router(events.router)
api.include_router(ingest.router)
api.include_router(search.router)
api.include_router(by_hand.router)
api.include_router(session.router)  # last of its prefix: it takes every word for an id
api.include_router(alerts.router)
api.include_router(webhooks.router)
api.include_router(webhook_log.router)
api.include_router(health.router)
api.include_router(scraping.router)
api.include_router(reference.router)
problems.install(api)


def route() -> Mount:
    """Return the place of the API beside the dashboard."""
    mount = Mount(PREFIX, _answering())
    # Also of a path with a line break in it, which else would be somebody else's.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount


def usual() -> Route:
    """Return the place where Prometheus looks: the route of the API, by another name."""
    return Route("/metrics", Elsewhere(_answering(), PREFIX))


def _answering() -> ASGIApp:
    return Observing(Cors(Gate(api)))


class Elsewhere:
    """The application at a path outside of where it is mounted."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as if it had been asked there."""
        root = scope.get("root_path", "") + self._prefix
        path = self._prefix + scope["path"]
        await self._app({**scope, "root_path": root, "path": path}, receive, send)
