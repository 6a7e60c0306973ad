"""What stands before the routes: names of this server, and files that last."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from api import hosts, static

ALLOWED = ["localhost", "127.0.0.1", "::1"]


async def hello(_request):
    return PlainTextResponse("hello")


def ask(app, path="/", **headers):
    async def send():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
            return await http.get(path, headers=headers)

    return asyncio.run(send())


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "LOCALHOST"])
def test_this_machines_names_are_answered_on_any_port(host):
    app = Starlette(routes=[Route("/", hello)], middleware=[hosts.guard(ALLOWED)])

    assert ask(app, Host=host).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example"]
)
def test_other_names_are_refused(host):
    """A page of another site could else have its own name point here and read everything."""
    app = Starlette(routes=[Route("/", hello)], middleware=[hosts.guard(ALLOWED)])

    assert ask(app, Host=host).status_code == 400


def test_an_empty_list_allows_every_name():
    app = Starlette(routes=[Route("/", hello)], middleware=[hosts.guard([])])

    assert ask(app, Host="parley.example").status_code == 200


def test_files_named_by_their_content_may_be_kept(tmp_path):
    (tmp_path / "a.js").write_text("export {}")
    response = ask(Starlette(routes=[static.route("/assets/1", tmp_path)]), "/assets/1/a.js")

    assert "immutable" in response.headers["cache-control"]
    assert response.headers["content-type"].startswith("text/javascript")


def test_what_is_made_of_files_is_served_beside_them(tmp_path):
    app = Starlette(routes=[static.route("/assets/1", tmp_path, {"all.json": "[1]"})])
    response = ask(app, "/assets/1/all.json")

    assert response.json() == [1]
    assert "immutable" in response.headers["cache-control"]
    assert response.headers["x-content-type-options"] == "nosniff"


def test_files_outside_the_folder_are_not_served(tmp_path):
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "secret").write_text("x")
    app = Starlette(routes=[static.route("/assets/1", inner)])

    assert ask(app, "/assets/1/%2e%2e/secret").status_code == 404
