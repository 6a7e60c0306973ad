"""The headers that keep foreign things out of a page."""

import hashlib
from base64 import b64encode

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route

from api import policy
from api.application import PREFIX
from components import assets
from tests.api.conftest import Client

SCRIPT = "console.log(1)"


@pytest.fixture
def index(tmp_path):
    path = tmp_path / "index.html"
    path.write_text(f"<script>{SCRIPT}</script><script type=module src=x.js></script>")
    return path


@pytest.fixture
def client(index):
    routes = [
        Route("/", lambda _: HTMLResponse("<p>page</p>")),
        Route("/data", lambda _: JSONResponse({})),
        Route("/kept", lambda _: Response(status_code=304)),
    ]
    return Client(
        Starlette(routes=[Mount(PREFIX, routes=routes)], middleware=[policy.policy(index)])
    )


def test_a_page_may_run_the_scripts_that_stand_in_it_and_no_other(client):
    told = client.get("/").headers["content-security-policy"]
    digest = b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()

    assert f"script-src 'self' blob: 'wasm-unsafe-eval' 'sha256-{digest}'" in told
    assert "default-src 'none'" in told
    assert "'unsafe-eval'" not in told
    assert "http" not in told.replace("https", "http")


def test_what_is_no_page_may_load_nothing(client):
    told = client.get("/data").headers

    assert told["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert told["x-content-type-options"] == "nosniff"


def test_a_page_that_the_browser_has_keeps_its_policy(client):
    """The headers of a 304 take the place of those that came with the page."""
    assert "content-security-policy" not in client.get("/kept").headers


def test_streamlits_page_has_a_script_that_the_policy_names():
    """A new version may write its page in another way: then it would not start."""
    assert policy.page_policy(assets.INDEX).count("'sha256-") >= 1
