"""Health, readiness, and the name of what is published."""

import os
import shutil
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import get_args

import pytest

from alerts import news
from api import readiness, service
from errors import NotReadyError
from lake import compactor
from lake.journal import Journal
from lake.kinds import Kind
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


def checks(answer):
    return {check["name"]: check["is_ok"] for check in answer.json()["checks"]}


def test_ready_says_what_answers(client, running, publication):
    told = client.get("/readyz").json()

    assert {name: told[name] for name in ("status", "snapshot", "source", "is_complete")} == {
        "status": "ready", "snapshot": "c1-j0", "source": "index", "is_complete": True,
    }  # fmt: skip
    assert {check["name"] for check in told["checks"]} == set(get_args(readiness.Name))
    assert told["compacted_at"] is None


def test_a_missing_index_is_no_reason_to_be_unready(client, running, publication):
    publication.kind, publication.complete = "parquet", False
    answer = client.get("/readyz")

    assert answer.status_code == 200
    assert (answer.json()["source"], answer.json()["is_complete"]) == ("parquet", False)


@pytest.mark.parametrize("is_started", [True, False])
def test_not_ready_is_a_problem(client, unready, api_settings, is_started):
    with service.running(api_settings) if is_started else nullcontext():
        response = client.get("/readyz")

    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["retry-after"]
    assert response.json()["advice"]
    assert not checks(response)["data"]


def ruined(settings, monkeypatch):
    settings.state.mkdir(parents=True, exist_ok=True)
    (settings.state / "journal.db").write_bytes(b"no journal" * 1000)


def forbidden(settings, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)


def full(settings, monkeypatch):
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: SimpleNamespace(total=2**40, used=2**40, free=2**20)
    )


@pytest.mark.parametrize(
    ("break_it", "name"), [(ruined, "journal"), (forbidden, "journal"), (full, "disk")]
)
def test_what_is_not_as_it_must_be_is_named(
    client, running, publication, api_settings, monkeypatch, break_it, name
):
    break_it(api_settings, monkeypatch)
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert checks(answer) == {each: each != name for each in get_args(readiness.Name)}
    assert str(api_settings.state) not in answer.text


def test_a_large_disk_is_not_full_while_there_is_a_gigabyte(monkeypatch, tmp_path):
    usage = SimpleNamespace(total=2**44, used=2**44 - 2**30, free=2**30)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)

    assert readiness._disk(tmp_path / "not" / "there").is_ok


def test_a_folder_that_is_only_read_needs_no_journal(
    client, running, publication, api_settings, monkeypatch
):
    monkeypatch.setattr(readiness, "kind_of", lambda _: Kind.PLAIN)
    ruined(api_settings, monkeypatch)

    assert client.get("/readyz").status_code == 200


def test_the_last_compaction_is_told(client, running, publication, api_settings):
    """Whoever has done it: the compactor is another process."""
    journal = Journal(api_settings.state)
    with journal.writing():
        pass
    journal.close()
    before = datetime.now(UTC) - timedelta(seconds=1)
    compactor.run(api_settings.model_copy(update={"data": api_settings.state / "lake"}))

    told = client.get("/readyz").json()["compacted_at"]
    assert before <= datetime.fromisoformat(told) <= datetime.now(UTC)


@pytest.fixture
def quiet(monkeypatch):
    """No alert has fired since the process began."""
    monkeypatch.setattr(news._Process, "count", 0)


@pytest.mark.usefixtures("quiet")
def test_the_snapshot_is_named_once(client, publication):
    first = client.get("/snapshot")
    again = client.get("/snapshot", headers={"If-None-Match": first.headers["etag"]})

    assert first.json() == {"name": "c1-j0"}
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.usefixtures("quiet")
def test_a_new_snapshot_is_told(client, publication):
    known = client.get("/snapshot").headers["etag"]
    publication.name = "c2-j0"

    assert client.get("/snapshot", headers={"If-None-Match": known}).json() == {"name": "c2-j0"}
