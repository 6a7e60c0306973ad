"""Health, readiness, and the name of what is published."""

from contextlib import contextmanager
from types import SimpleNamespace

import pytest

from errors import NotReadyError
from queries import engine


@pytest.fixture
def publication(monkeypatch):
    """What the engine answers from; set `name` to publish anew."""
    published = SimpleNamespace(name="c1-j0", kind="index", complete=True)

    @contextmanager
    def snapshot():
        yield SimpleNamespace(publication=published)

    monkeypatch.setattr(engine, "snapshot", snapshot)
    return published


@pytest.fixture
def unready(monkeypatch):
    @contextmanager
    def snapshot():
        raise NotReadyError
        yield

    monkeypatch.setattr(engine, "snapshot", snapshot)


def test_health_asks_nothing(client, unready):
    assert client.get("/healthz").json() == {"status": "ok"}


def test_ready_says_what_answers(client, publication):
    assert client.get("/readyz").json() == {
        "status": "ready", "snapshot": "c1-j0", "source": "index", "is_complete": True,
    }  # fmt: skip


def test_not_ready_is_a_problem(client, unready):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["advice"]


def test_the_snapshot_is_named_once(client, publication):
    first = client.get("/snapshot")
    again = client.get("/snapshot", headers={"If-None-Match": first.headers["etag"]})

    assert first.json() == {"name": "c1-j0"}
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_snapshot_is_told(client, publication):
    known = client.get("/snapshot").headers["etag"]
    publication.name = "c2-j0"

    assert client.get("/snapshot", headers={"If-None-Match": known}).json() == {"name": "c2-j0"}
