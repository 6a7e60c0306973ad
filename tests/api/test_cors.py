"""Pages of other sites read nothing, unless their origin is listed."""

import pytest

from api import service

OTHER = "https://other.example"
PREFLIGHT = {"Origin": OTHER, "Access-Control-Request-Method": "GET",
             "Access-Control-Request-Headers": "authorization"}  # fmt: skip


@pytest.fixture
def listed(api_settings):
    with service.running(api_settings.model_copy(update={"cors_origins": (OTHER,)})):
        yield


def test_it_is_off(client, running):
    assert (
        "access-control-allow-origin"
        not in client.get("/healthz", headers={"Origin": OTHER}).headers
    )
    assert client.request("OPTIONS", "/sessions", headers=PREFLIGHT).status_code == 405


def test_a_listed_origin_may_read_with_a_key_and_no_cookie(client, listed):
    told = client.get("/healthz", headers={"Origin": OTHER}).headers
    asked = client.request("OPTIONS", "/sessions", headers=PREFLIGHT)

    assert told["access-control-allow-origin"] == OTHER
    assert {"RateLimit", "ETag", "Retry-After"} <= set(
        told["access-control-expose-headers"].split(", ")
    )
    assert "access-control-allow-credentials" not in told
    assert asked.status_code == 200
    assert "Authorization" in asked.headers["access-control-allow-headers"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://other.example.evil"])
def test_another_origin_may_not(client, listed, origin):
    told = client.get("/healthz", headers={"Origin": origin}).headers

    assert told.get("access-control-allow-origin") != origin


def test_nothing_but_reading_is_allowed(client, listed):
    preflight = {**PREFLIGHT, "Access-Control-Request-Method": "POST"}

    assert client.request("OPTIONS", "/sessions", headers=preflight).status_code == 400
