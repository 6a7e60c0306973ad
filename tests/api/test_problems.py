"""Every error of the API is a problem (RFC 9457)."""

import inspect

import pytest

import errors
from api import problems
from api.application import api
from api.needs import anyone

OURS = [
    errors.ParleyError("It broke."),
    errors.SessionNotFoundError("s1"),
    errors.QuestionTimeoutError(2),
    errors.FilterError("channel: fax"),
]


def kinds(of=errors.ParleyError):
    """Yield every kind of error of ours."""
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_what_is_unavailable_says_when_to_come_again():
    """Of the errors of a stream too, which has begun: who reads on needs to know."""
    unavailable = {kind for kind in kinds() if kind.status == 503}

    assert {errors.BusyError, errors.QuestionMemoryError, errors.AtOnceError} < unavailable
    assert all(kind.retry_seconds for kind in unavailable)


@pytest.fixture
def raising():
    """A route that raises what it is told."""
    told = []

    @anyone()
    async def route():
        raise told[0]

    api.add_api_route("/raising", route)
    yield told
    api.router.routes.pop()


@pytest.mark.parametrize("error", OURS, ids=lambda error: type(error).__name__)
def test_our_errors_keep_status_sentence_and_advice(client, raising, error):
    raising.append(error)
    response = client.get("/raising")

    assert response.status_code == error.status == response.json()["status"]
    assert response.headers["content-type"] == problems.MEDIA_TYPE
    assert response.json()["detail"] == error.sentence
    assert response.json()["advice"] == error.advice


def test_other_errors_tell_a_reference_only(client, raising, caplog):
    raising.append(ZeroDivisionError("a secret of the house"))
    response = client.get("/raising")

    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.json()["reference"] in caplog.text


def test_a_missing_route_is_a_problem(client):
    response = client.get("/nowhere")

    assert response.status_code == 404
    assert response.headers["content-type"] == problems.MEDIA_TYPE
    assert {"type", "title", "status", "detail"} <= set(response.json())


def test_every_error_has_a_status_that_http_knows():
    kinds = [k for _, k in inspect.getmembers(errors, inspect.isclass) if k.__module__ == "errors"]

    assert all(problems.HTTPStatus(kind.status) for kind in kinds)


def test_a_wrong_method_is_told_all_that_there_are(client):
    """Each of them is a route of its own, which knows no other."""
    for path, methods in (("/webhooks", "GET, POST"), ("/webhooks/x", "DELETE, GET, PATCH")):
        response = client.request("PUT", path)

        assert (response.status_code, response.headers["allow"]) == (405, methods)
