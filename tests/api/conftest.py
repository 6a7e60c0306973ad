"""A client of the API without a server."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from api.application import PREFIX, route


class Client:
    """Asks the API as it is mounted beside the dashboard."""

    def __init__(self, app):
        self.app = app

    def get(self, path, **options):
        async def ask():
            transport = httpx.ASGITransport(app=self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
                return await http.get(f"{PREFIX}{path}", **options)

        return asyncio.run(ask())


@pytest.fixture
def client():
    return Client(Starlette(routes=[route()]))
