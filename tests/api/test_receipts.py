"""Receipts over a real server: a file is what its receipt says, and its rest makes it whole."""

import csv
import hashlib
import io
import json
import threading
import zipfile
from dataclasses import replace
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlencode

import polars as pl
import pytest

from api import service
from api.application import PREFIX
from api.book import LEFT
from errors import DamagedFileError
from exports import size, zipped
from exports.registry import FORMATS
from queries import export as exporting
from settings import Settings
from tests.api.serving import PATIENCE, serving, wait_until
from tests.pages import small_lake


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    folder = tmp_path_factory.mktemp("receipts")
    settings = Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="Europe/Berlin",
        memory_mb=512, threads=2, now=small_lake.NOW,
    )  # fmt: skip
    small_lake.write(settings)
    with serving(settings) as (port, _):
        yield port


@pytest.fixture
def ask(served):
    """Ask for a file, or something else; gives the open answer."""
    opened = []

    def start(path=f"{PREFIX}/sessions/export", **query):
        http = HTTPConnection("127.0.0.1", served, timeout=PATIENCE)
        opened.append(http)
        http.request("GET", f"{path}?{urlencode(query, doseq=True)}")
        return http.getresponse()

    yield start
    for http in opened:
        http.close()
    wait_until(lambda: service.current().exports.open == 0)


RESUMABLE = [name for name, form in FORMATS.items() if form.is_resumable]


@pytest.fixture(autouse=True)
def _small_parts(monkeypatch):
    """A file of 130 sessions has many parts, so that there is somewhere to break off."""
    for name, rows in {"ROWS": 20, "ROWS_AT_ONCE": 7, "LINES": 20, "LINES_AT_ONCE": 7}.items():
        monkeypatch.setattr(exporting, name, rows)


def told(ask, path):
    answer = ask(f"{PREFIX}/{path}")
    return answer.status, json.loads(answer.read())


def columns(form, text):
    if form == "csv":
        return next(csv.reader(io.StringIO(text.decode())))
    if form == "parquet":
        return pl.read_parquet(text).columns
    return list(json.loads(text)[0] if form == "json" else json.loads(text.splitlines()[0]))


@pytest.mark.parametrize("more", [{}, {"metadata_columns": "true", "bom": "true"}])
@pytest.mark.parametrize("form", FORMATS)
def test_a_file_is_what_its_receipt_says(ask, form, more):
    answer = ask(format=form, channel="phone", status=["failed", "completed"], **more)
    text = answer.read()
    status, found = told(ask, f"exports/{answer.headers['X-Export-Id']}/receipt")
    data = found["data"]

    assert status == 200
    assert (hashlib.sha256(text).hexdigest(), len(text)) == (data["sha256"], data["bytes"])
    assert str(data["sessions"]) == answer.headers["X-Total-Count"]
    assert columns(form, text.removeprefix(b"\xef\xbb\xbf")) == data["columns"]
    assert data["filters"]["words"] == ["Channel: Phone", "Status: Completed", "Status: Failed"]
    assert data["filters"]["url"].endswith(f"/?{data['filters']['query']}")
    assert "channel=phone" in data["filters"]["query"]
    assert data["file"] in answer.headers["Content-Disposition"]
    assert data["who"] == "this machine"


@pytest.mark.parametrize("form", FORMATS)
def test_a_zip_holds_the_file_and_its_receipt(ask, form):
    plain = ask(format=form, status="failed").read()
    answer = ask(format=form, status="failed", receipt="zip")
    with zipfile.ZipFile(io.BytesIO(answer.read())) as archive:
        name, last = archive.namelist()
        held, inner = archive.read(name), json.loads(archive.read(last))
    _, outer = told(ask, f"exports/{answer.headers['X-Export-Id']}/receipt")

    assert (last, plain) == (zipped.RECEIPT, held)
    assert hashlib.sha256(plain).hexdigest() == inner["sha256"] == outer["data"]["sha256"]
    assert name == inner["file"]
    assert set(inner) == set(outer["data"])
    assert "X-Export-Cursor" not in answer.headers
    assert answer.headers["Content-Disposition"].endswith(f'{name}.zip"')


class Stop:
    """A format that after some parts fails, or waits until nobody reads any more."""

    def __init__(self, form, after, fail):
        self.form, self.after, self.fail = form, after, fail
        self.is_there = threading.Event()

    def write(self, export, options):
        for number, part in enumerate(self.form.write(export, options)):
            if number == self.after:
                self.is_there.set()
                if self.fail:
                    raise DamagedFileError("A stored file could not be read.")
                wait_until(lambda: export._reading._is_stopped)
            yield part


@pytest.fixture
def stopped(monkeypatch):
    """Have a format stop on its way; from the moment on that this is undone it does not."""

    def stop(name, after, *, fail):
        made = Stop(FORMATS[name], after, fail)
        monkeypatch.setitem(FORMATS, name, replace(FORMATS[name], write=made.write))
        return made

    return stop


def again(monkeypatch, name, stop):
    monkeypatch.setitem(FORMATS, name, stop.form)


@pytest.mark.parametrize("after", [1, 4, 12])
@pytest.mark.parametrize("form", RESUMABLE)
def test_what_broke_off_goes_on_to_the_same_bytes(ask, form, after, stopped, monkeypatch):
    whole = ask(format=form).read()
    stop = stopped(form, after, fail=True)
    answer = ask(format=form)
    with pytest.raises(IncompleteRead) as broken:
        answer.read()
    first = broken.value.partial
    again(monkeypatch, form, stop)
    name = answer.headers["X-Export-Id"]
    wait_until(lambda: told(ask, f"exports/{name}")[1]["data"]["state"] == "broken")
    status, problem = told(ask, f"exports/{name}/receipt")
    row = told(ask, f"exports/{name}")[1]["data"]
    assert (status, row["reason"]) == (409, "A stored file could not be read.")
    assert row["reason"] in problem["detail"]
    assert f"{row['links']['rest']}" in problem["advice"]
    assert row["cursor"] == answer.headers["X-Export-Cursor"]

    rest = ask(f"{PREFIX}/exports/{name}/rest", cursor=row["cursor"], received=len(first)).read()
    status, receipt = told(ask, f"exports/{name}/receipt")

    assert 0 < len(first) < len(whole)
    assert first + rest == whole
    assert (status, hashlib.sha256(whole).hexdigest()) == (200, receipt["data"]["sha256"])
    assert receipt["data"]["bytes"] == len(whole)


@pytest.mark.parametrize("form", RESUMABLE)
def test_a_killed_connection_goes_on(served, ask, form, stopped, monkeypatch):
    """The client has less than was sent: what it says that it has is what counts."""
    whole = ask(format=form).read()
    stop = stopped(form, 9, fail=False)
    http = HTTPConnection("127.0.0.1", served, timeout=PATIENCE)
    http.request("GET", f"{PREFIX}/sessions/export?format={form}")
    answer = http.getresponse()
    name, cursor = answer.headers["X-Export-Id"], answer.headers["X-Export-Cursor"]
    first = answer.read(len(whole) // 3)
    assert stop.is_there.wait(PATIENCE)
    assert told(ask, f"exports/{name}/receipt")[0] == 409  # it is running
    assert ask(f"{PREFIX}/exports/{name}/rest", cursor=cursor, received=1).status == 409
    answer.close()
    http.close()
    wait_until(lambda: told(ask, f"exports/{name}")[1]["data"]["state"] != "running")
    again(monkeypatch, form, stop)
    row = told(ask, f"exports/{name}")[1]["data"]
    assert (row["state"], row["reason"]) == ("broken", LEFT)

    rest = ask(f"{PREFIX}/exports/{name}/rest", cursor=cursor, received=len(first)).read()

    assert first + rest == whole
    assert told(ask, f"exports/{name}/receipt")[1]["data"]["bytes"] == len(whole)


@pytest.mark.parametrize("form", RESUMABLE)
def test_every_place_of_a_file_may_be_gone_on_from(ask, form):
    answer = ask(format=form, channel=["phone", "web"])
    whole = answer.read()
    name, cursor = answer.headers["X-Export-Id"], answer.headers["X-Export-Cursor"]
    before = told(ask, f"exports/{name}/receipt")

    for received in (0, 1, 100, len(whole) // 2, len(whole) - 1, len(whole)):
        rest = ask(f"{PREFIX}/exports/{name}/rest", cursor=cursor, received=received).read()
        assert whole[received:] == rest
    beyond = ask(f"{PREFIX}/exports/{name}/rest", cursor=cursor, received=len(whole) + 1)
    assert beyond.status == 422
    assert before == told(ask, f"exports/{name}/receipt")


@pytest.mark.parametrize("form", [form for form in FORMATS if form not in RESUMABLE])
def test_what_cannot_go_on_says_so(ask, form):
    answer = ask(format=form)
    answer.read()
    name = answer.headers["X-Export-Id"]
    cursor = service.current().book.cursor(name)

    assert "X-Export-Cursor" not in answer.headers
    assert ask(f"{PREFIX}/exports/{name}/rest", cursor=cursor, received=0).status == 409


@pytest.mark.parametrize("cursor", ["x", "A" * 22, "é"])
def test_a_foreign_cursor_is_refused(ask, cursor):
    answer = ask(format="csv")
    answer.read()
    path = f"{PREFIX}/exports/{answer.headers['X-Export-Id']}/rest"

    assert ask(path, cursor=cursor, received=0).status == 422


@pytest.mark.parametrize("what", ["", "/receipt", "/rest"])
def test_an_export_that_is_not_there_is_said(ask, what):
    assert ask(f"{PREFIX}/exports/nothing{what}").status == 404


@pytest.mark.parametrize("query", [{}, {"q": "s00"}, {"channel": "web", "status": "failed"}])
@pytest.mark.parametrize("form", FORMATS)
def test_the_size_of_a_small_file_is_known_beforehand(ask, form, query):
    told_before = json.loads(ask(f"{PREFIX}/sessions/export/size", format=form, **query).read())
    answer = ask(format=form, **query)

    assert len(answer.read()) == told_before["data"]["bytes"]
    assert str(told_before["data"]["sessions"]) == answer.headers["X-Total-Count"]
    assert told_before["data"]["is_exact"]


@pytest.mark.parametrize("form", FORMATS)
def test_the_size_of_a_large_file_is_told_from_its_beginning(ask, form, monkeypatch):
    monkeypatch.setattr(size, "SAMPLE", 30)
    found = json.loads(ask(f"{PREFIX}/sessions/export/size", format=form, bom="true").read())

    assert not found["data"]["is_exact"]
    assert 0.4 < found["data"]["bytes"] / len(ask(format=form).read()) < 1.6
