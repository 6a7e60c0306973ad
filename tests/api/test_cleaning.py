"""Addresses are cleaned before the page is sent, and only those of pages."""

from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from api.application import PREFIX
from api.cleaning import cleaning
from components.cleaned import cleaned
from tests.api.conftest import Client
from tests.api.test_edges import ask

PAGE = {"Accept": "text/html,*/*"}
NAMES = st.sampled_from(["q", "auto", "channel", "page", "cleaned", "id", "\u2028", "a&b"])
QUERIES = st.lists(st.tuples(NAMES, st.text(max_size=300)), max_size=6)


@pytest.fixture
def client():
    routes = [Route("/{path:path}", lambda _: PlainTextResponse("page"))]
    mounted = [Mount(PREFIX, routes=routes)]
    return Client(Starlette(routes=mounted, middleware=[cleaning(cleaned)]))


@pytest.fixture
def pages():
    """Asks for pages, which lie beside the API."""

    app = Starlette(
        routes=[Route("/{path:path}", lambda _: PlainTextResponse("page"))],
        middleware=[cleaning(cleaned)],
    )
    return lambda path, **headers: ask(app, path, **headers)


def test_a_value_that_a_field_cannot_have_is_left_out_and_named(pages):
    answer = pages("/?channel=web&auto=x", **PAGE)

    assert answer.status_code == 302
    assert answer.headers["location"] == "?channel=web&cleaned=auto"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "path", ["/", "/?channel=web&color=red", "/health?auto=false&q=a", "/?q=%25"]
)
def test_what_the_page_can_take_is_let_through(pages, path):
    assert pages(path, **PAGE).status_code == 200


def test_only_pages_are_cleaned(client, pages):
    assert client.get("/sessions?auto=x", headers=PAGE).status_code == 200
    assert pages("/?auto=x", Accept="application/json").status_code == 200


@given(query=QUERIES)
def test_cleaning_once_is_enough(query):
    text = urlencode(query)
    clean = cleaned(text)

    assert clean is None or cleaned(clean) is None


@given(query=QUERIES)
def test_other_parameters_stay_as_they_are(query):
    text = urlencode(query)
    before = parse_qs(text, keep_blank_values=True)
    after = parse_qs(cleaned(text) or text, keep_blank_values=True)

    for name in before.keys() - {"q", "auto", "cleaned"}:
        assert before[name] == after[name]
