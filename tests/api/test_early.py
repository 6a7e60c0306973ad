"""The page names what it will need; each of those files is there."""

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route

from api import early
from api.application import PREFIX
from components import assets
from tests.api.conftest import Client

QUERIES = ("channel=web", "channel=web&id=s1")


@pytest.fixture
def client():
    routes = [
        Route("/", lambda _: HTMLResponse("<p>page</p>")),
        Route("/data", lambda _: JSONResponse({})),
        Route("/own", lambda _: HTMLResponse("<p>page</p>", headers={"Link": "<a>; rel=next"})),
    ]
    mounted = [Mount(PREFIX, routes=routes)]
    return Client(Starlette(routes=mounted, middleware=[early.hints(assets.early)]))


@pytest.mark.parametrize("query", QUERIES)
def test_only_pages_carry_the_links(client, query):
    links = client.get(f"/?{query}").headers["link"].split(", ")

    assert list(assets.early(query)) == links
    assert "link" not in client.get("/data").headers


def test_a_page_that_names_its_own_keeps_to_them(client):
    assert client.get("/own").headers["link"] == "<a>; rel=next"


def test_a_session_needs_other_parts_than_the_list():
    of_list, of_session = (" ".join(assets.early(query)) for query in QUERIES)

    assert "/table.js" in of_list
    assert "/transcript.js" in of_session
    assert "/table.js" not in of_session


@pytest.mark.parametrize(
    "link", sorted({link for query in QUERIES for link in assets.early(query)})
)
def test_every_link_names_a_file_that_is_there(link):
    path = link[2 : link.index(">")]
    folder = assets._STATIC if path.startswith("/static/") else assets.FOLDER

    assert (folder / path.rsplit("/", 1)[1]).is_file()


@pytest.mark.parametrize("name", assets._CHUNKS)
def test_every_part_of_streamlit_is_found(name):
    """A new version of Streamlit may rename its parts: then the hint is lost, and told here."""
    assert list(assets._STATIC.glob(f"{name}.*.js"))
