"""Addresses are cleaned before the page is sent, and only those of pages."""

from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

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
SWITCH = st.sampled_from(["true", "false", "TRUE", "False", "true ", ""])
QUERIES = st.lists(st.tuples(NAMES, SWITCH | st.text(max_size=300)), max_size=6)
RAW = st.text(alphabet="qautofls=&;%+#?/\\ \0\xff02ED", max_size=60)  # as nobody encodes it


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


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("auto=true", ""),
        ("auto=TRUE&channel=web", "channel=web"),
        ("auto=False", "auto=false"),
        ("auto=false&auto=true", ""),
        ("auto=true&auto=false", "auto=false"),
        ("auto=x&auto=false", "auto=false&cleaned=auto"),
    ],
)
def test_the_switch_is_written_as_streamlit_writes_it(given, kept):
    """Its usual value is no value: Streamlit would take it out of the address by a new entry."""
    assert cleaned(given) == kept


@pytest.mark.parametrize("path", ["//evil.example/", "/\\evil.example/", "/https://evil.example"])
def test_no_redirect_leads_to_another_host(pages, path):
    location = pages(f"http://localhost{path}?auto=x", **PAGE).headers["location"]

    assert location == "?cleaned=auto"
    assert urlsplit(urljoin(f"http://localhost{path}", location)).netloc == "localhost"


def test_only_pages_are_cleaned(client, pages):
    assert client.get("/sessions?auto=x", headers=PAGE).status_code == 200
    assert pages("/?auto=x", Accept="application/json").status_code == 200


@given(query=QUERIES)
def test_cleaning_once_is_enough(query):
    text = urlencode(query)
    clean = cleaned(text)

    assert clean is None or cleaned(clean) is None


@given(text=RAW)
def test_cleaning_once_is_enough_however_an_address_is_written(text):
    clean = cleaned(text)

    assert clean is None or cleaned(clean) is None


@given(query=QUERIES)
def test_other_parameters_stay_as_they_are(query):
    text = urlencode(query)
    before = parse_qs(text, keep_blank_values=True)
    after = parse_qs(cleaned(text) or text, keep_blank_values=True)

    for name in before.keys() - {"q", "auto", "cleaned"}:
        assert before[name] == after[name]
