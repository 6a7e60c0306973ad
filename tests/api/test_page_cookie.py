"""The page's own requests need no key: by a cookie that only this server's pages bring back."""

import time

import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from api import page_cookie, service
from api.application import route
from api.marking import marking
from api.page_cookie import DAY_SECONDS, DAYS, PageCookie
from lake.secret import Signer
from settings import Auth
from tests.api.conftest import Client
from tests.api.keyed import Ring

PAGE = {"Accept": "text/html,*/*"}
FAR = ("192.0.2.7", 4000)


@pytest.fixture
def app():
    """A page beside the API, as in the program."""
    routes = [
        route(),
        Route("/{path:path}", lambda _: HTMLResponse("<p>page</p>"), methods=["GET", "POST"]),
    ]
    return Starlette(routes=routes, middleware=[marking()])


@pytest.fixture
def pages(app):
    """Asks for pages, which lie beside the API."""
    return lambda path="/", peer=("127.0.0.1", 4000), **headers: Client(app, peer).get(
        f"/../..{path}", headers=headers
    )


@pytest.fixture
def keyed(world, api_settings):
    """The API with a key, which is therefore asked for."""
    Ring(api_settings).key()
    service.current().access._read_at = float("-inf")
    return service.current()


def cookie_of(response):
    return response.headers["set-cookie"].split(";")[0]


def test_a_page_brings_the_cookie_and_the_cookie_brings_the_download(app, pages, keyed):
    cookie = cookie_of(pages(**PAGE))

    assert Client(app).get("/sessions").status_code == 401
    assert Client(app).get("/sessions", headers={"Cookie": cookie}).status_code == 200


def test_scripts_and_other_sites_cannot_have_it(pages, running):
    told = pages(**PAGE).headers["set-cookie"]

    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(told.split("; "))
    assert "Domain" not in told


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"X-Forwarded-For": "127.0.0.1"},
    ],
    ids=str,
)  # fmt: skip
def test_it_helps_nobody_but_the_page(app, pages, keyed, headers):
    """Another server of this machine is the same site, but not the same origin."""
    asked = {"Cookie": cookie_of(pages(**PAGE)), **headers}

    assert Client(app).get("/sessions", headers=asked).status_code == 401


def test_it_helps_nobody_elsewhere(app, pages, keyed):
    asked = {"Cookie": cookie_of(pages(**PAGE))}

    assert Client(app, FAR).get("/sessions", headers=asked).status_code == 401


def test_it_reads_and_writes_nothing(keyed):
    headers = {"cookie": keyed.cookie.header(is_secure=False).split(";")[0]}

    assert [keyed.cookie.is_page(headers, method) for method in ("GET", "HEAD")] == [True, True]
    assert not any(keyed.cookie.is_page(headers, m) for m in ("POST", "PUT", "DELETE", "PATCH"))


@pytest.mark.parametrize("place", range(0, 60, 7))
def test_a_changed_cookie_is_none(app, pages, keyed, place):
    name, _, value = cookie_of(pages(**PAGE)).partition("=")
    place %= len(value)
    wrong = value[:place] + ("0" if value[place] != "0" else "1") + value[place + 1 :]

    assert Client(app).get("/sessions", headers={"Cookie": f"{name}={wrong}"}).status_code == 401


@pytest.mark.parametrize(
    "value", ["", ".", "1.", ".00", "x.y", "9" * 5000 + ".00", '"', ";;=", "é"]
)
def test_garbage_is_no_cookie(keyed, value):
    name = keyed.cookie.header(is_secure=False).split("=")[0]

    assert not keyed.cookie.is_page({"cookie": f"a=b; {name}={value}; c=d"}, "GET")


def test_it_is_found_among_others(keyed):
    own = keyed.cookie.header(is_secure=False).split(";")[0]

    assert keyed.cookie.is_page({"cookie": f"_streamlit_xsrf=2|a|b; {own}; other=1"}, "GET")


def test_it_ends_after_a_month_and_is_renewed_before(app, pages, keyed, monkeypatch):
    cookie = cookie_of(pages(**PAGE))
    now = time.time()

    def in_days(days):
        monkeypatch.setattr(page_cookie.time, "time", lambda: now + days * DAY_SECONDS)
        return Client(app).get("/snapshot", headers={"Cookie": cookie}).headers.get("set-cookie")

    assert in_days(0) is None
    assert in_days(DAYS - 1).split(";")[0] != cookie
    assert in_days(DAYS) is None
    assert Client(app).get("/sessions", headers={"Cookie": cookie}).status_code == 401


def test_two_servers_of_a_machine_keep_theirs_apart(tmp_path):
    """Cookies know no ports."""
    first, second = (PageCookie(Signer(tmp_path / name, "page")) for name in "ab")
    jar = {"cookie": "; ".join(c.header(is_secure=False).split(";")[0] for c in (first, second))}

    assert first.is_page(jar, "GET")
    assert second.is_page(jar, "GET")


def test_only_pages_of_this_machine_without_sign_in_bring_it(app, pages, running, api_settings):
    assert "set-cookie" in pages(**PAGE).headers
    assert "set-cookie" not in pages(peer=FAR, **PAGE).headers
    assert "set-cookie" not in pages(**PAGE, **{"X-Forwarded-For": "192.0.2.7"}).headers
    assert "set-cookie" not in pages(Accept="*/*").headers
    assert "set-cookie" in Client(app).get("/docs", headers=PAGE).headers
    signed_in = api_settings.model_copy(update={"auth": Auth.PASSWORD})
    with service.running(signed_in):
        assert "set-cookie" not in pages(**PAGE).headers


def test_it_is_secret_where_the_page_is(running):
    assert "Secure" in running.cookie.header(is_secure=True)
    assert "Secure" not in running.cookie.header(is_secure=False)
