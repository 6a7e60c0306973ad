"""The page names what it will need; each of those files is there."""

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route

from api import early
from api.application import PREFIX
from components import assets
from tests.api.conftest import Client

PAGES = (("/", "channel=web"), ("/", "channel=web&id=s1"), ("/analytics", "channel=web"))


@pytest.fixture
def client():
    routes = [
        Route("/", lambda _: HTMLResponse("<p>page</p>")),
        Route("/analytics", lambda _: HTMLResponse("<p>charts</p>")),
        Route("/data", lambda _: JSONResponse({})),
        Route("/own", lambda _: HTMLResponse("<p>page</p>", headers={"Link": "<a>; rel=next"})),
    ]
    mounted = [Mount(PREFIX, routes=routes)]
    return Client(Starlette(routes=mounted, middleware=[early.hints(assets.early)]))


@pytest.mark.parametrize(("path", "query"), PAGES)
def test_only_pages_carry_the_links(client, path, query):
    links = client.get(f"{path}?{query}").headers["link"].split(", ")

    assert list(assets.early(path, query)) == links
    assert "link" not in client.get("/data").headers


def test_a_page_that_names_its_own_keeps_to_them(client):
    assert client.get("/own").headers["link"] == "<a>; rel=next"


def test_each_page_needs_parts_of_its_own():
    of_list, of_session, of_charts = (" ".join(assets.early(*page)) for page in PAGES)

    assert "/table.js" in of_list
    assert "/transcript.js" in of_session
    assert "/trend.js" in of_charts
    assert "/table.js" not in of_session + of_charts


@pytest.mark.parametrize("link", sorted({link for page in PAGES for link in assets.early(*page)}))
def test_every_link_names_a_file_that_is_there(link):
    path = link[2 : link.index(">")]
    folder = assets._STATIC if path.startswith("/static/") else assets.FOLDER
    name = path.rsplit("/", 1)[1]

    assert name in assets.MADE or (folder / name).is_file()


@pytest.mark.parametrize("name", assets._CHUNKS)
def test_every_part_of_streamlit_is_found(name):
    """A new version of Streamlit may rename its parts: then the hint is lost, and told here."""
    assert list(assets._STATIC.glob(f"{name}.*.js"))
