"""A client of the API without a server: alone, or over the nasty sessions of tests/queries."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from api import service
from api.application import PREFIX, route
from queries import engine
from tests.queries.conftest import (  # noqa: F401  fixtures
    Shelf,
    oracle,
    publications,
    world_rows,
    world_settings,
)


class Client:
    """Asks the API as it is mounted beside the dashboard."""

    def __init__(self, app, peer=("127.0.0.1", 40_000)):
        self.app = app
        self.peer = peer

    def request(self, method, path, **options):
        async def ask():
            transport = httpx.ASGITransport(
                app=self.app, raise_app_exceptions=False, client=self.peer
            )
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
                return await http.request(method, f"{PREFIX}{path}", **options)

        return asyncio.run(ask())

    def get(self, path, **options):
        return self.request("GET", path, **options)


@pytest.fixture
def client():
    return Client(Starlette(routes=[route()]))


@pytest.fixture
def api_settings(tmp_path, world_settings):  # noqa: F811
    """Settings of the API over the world, with a state folder of the test's own."""
    many = dict.fromkeys(("rate_list", "rate_metrics", "rate_export", "rate_open"), 10**6)
    return world_settings.model_copy(update={**many, "state": tmp_path / "state"})


@pytest.fixture
def running(api_settings):
    """The service of the API, without data."""
    with service.running(api_settings) as held:
        yield held


@pytest.fixture
def world(running, publications, api_settings):  # noqa: F811
    """The service over the world, answered from the index."""
    with engine.running(Shelf(publications["index"]), api_settings):
        yield running
