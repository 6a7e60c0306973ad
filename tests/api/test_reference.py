"""The description of the API: complete, true to the models, and a page that needs nothing else."""

import json
import re

import pytest

from api import needs, reference
from api.application import api
from api.description import FILTER_WORDS
from api.limits import Rate
from lake.keys import KeyScope
from queries.filters import Filters
from settings import ROOT
from tests.components.test_assets import MARKUP

LISTED = [(method, path, asked) for method, path, asked in needs.routes(api)
          if path in api.openapi()["paths"]]  # fmt: skip
NAMES = [f"{method} {path}" for method, path, _ in LISTED]
ANYBODY = {"400", "429"}
CLOSED = {"401", "403", "422", "500", "503", "504"}
DOCS = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def operation(method, path):
    return api.openapi()["paths"][path][method.lower()]


def test_every_filter_is_a_parameter_with_words():
    assert set(Filters.model_fields) - {"scope"} == set(FILTER_WORDS)


def test_the_description_is_openapi_three_one():
    assert re.fullmatch(r"3\.1\.\d", api.openapi()["openapi"])
    assert set(KeyScope) <= set(re.findall(r"[\w:]+", str(api.openapi()["components"])))


@pytest.mark.parametrize(("method", "path", "asked"), LISTED, ids=NAMES)
def test_every_answer_is_described(method, path, asked):
    told = operation(method, path)["responses"]

    assert set(told) >= ANYBODY | (CLOSED if asked.scope else set())
    (success,) = (status for status in told if status.startswith("2"))
    is_named = "schema" in told[success].get("content", {}).get("application/json", {})
    closed = asked.scope is not None and method == "GET"
    assert ("304" in told) == (path == "/snapshot" or (closed and is_named))
    assert ("ETag" in told[success]["headers"]) == (closed and is_named)
    assert ("404" in told) == ("{" in path)
    for status, answer in told.items():
        if status != "400":
            assert {"RateLimit", "RateLimit-Policy"} <= set(answer["headers"])
        if status > "400":
            assert list(answer["content"]) == ["application/problem+json"]
    assert all("Retry-After" in told[status]["headers"] for status in {"429", "503"} & told.keys())


@pytest.mark.parametrize(("method", "path", "asked"), LISTED, ids=NAMES)
def test_what_a_route_asks_for_is_described(method, path, asked):
    told = operation(method, path)

    assert told.get("x-scope") == asked.scope
    assert ("security" in told) == (asked.scope is not None)
    assert told["summary"]
    assert told["description"]
    for parameter in told.get("parameters", ()):
        assert parameter["description"]
        assert parameter["schema"]


@pytest.mark.parametrize(("method", "path", "asked"), LISTED, ids=NAMES)
def test_every_route_is_in_the_documentation(method, path, asked):
    assert f"`{method} {path}`" in DOCS
    for parameter in operation(method, path).get("parameters", ()):
        assert parameter["in"] == "path" or f"`{parameter['name']}`".lower() in DOCS.lower()


@pytest.mark.parametrize("word", [*KeyScope, *Rate, "PARLEY_PROXIES", "PARLEY_CORS_ORIGINS"])
def test_scopes_classes_and_settings_are_in_the_documentation(word):
    assert f"`{word}`" in DOCS


def test_the_description_is_served(client):
    response = client.get("/openapi.json")

    assert response.headers["content-type"] == "application/json"
    assert response.json() == json.loads(json.dumps(api.openapi()))


def test_the_page_and_its_files_are_served(client):
    page = client.get("/docs")
    files = re.findall(r'(?:href|src)="(docs/[^"]+)"', page.text)

    assert page.headers["content-type"].startswith("text/html")
    assert len(files) == len(reference.NAMES)
    for path in files:
        response = client.get(f"/{path}")
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
    assert {f"<./{path}>" for path in files} == set(re.findall("<[^>]+>", page.headers["link"]))


@pytest.mark.parametrize(
    "path", ["/docs/x/docs.js", f"/docs/{reference.VERSION}/index.html",
             f"/docs/{reference.VERSION}/..%2F..%2Fgate.py", "/docs/"],
)  # fmt: skip
def test_nothing_else_is_served(client, path):
    assert client.get(path).status_code in (404, 307)


@pytest.mark.parametrize("name", [*reference.NAMES, "index.html"])
def test_the_page_asks_nobody_else_and_runs_no_text(name):
    text = (reference.FOLDER / name).read_text(encoding="utf-8")

    assert re.findall(r"(?:https?:)?//[a-z0-9][\w.-]+\.\w+", text) == []
    assert not re.search(MARKUP, text)
    assert not re.search(r"<script>|\son\w+=|localStorage|sessionStorage", text)
    assert len(text.splitlines()) <= 250
