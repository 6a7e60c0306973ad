"""Files over a real server: what they hold, how they end, and what ends them."""

import csv
import io
import json
import socket
import time
from http.client import HTTPConnection, IncompleteRead
from urllib.parse import urlencode

import polars as pl
import pytest

from api import service
from api.application import PREFIX
from errors import AtOnceError, DamagedFileError
from exports.registry import FORMATS
from queries import engine, sessions
from queries.export import Export
from queries.filters import Filters
from tests.api.serving import PATIENCE, serving, wait_until
from tests.pages import small_lake

PATH = f"{PREFIX}/sessions/export"


@pytest.fixture
def served(own_settings):
    settings = own_settings.model_copy(update={"now": small_lake.NOW})
    small_lake.write(settings)
    with serving(settings) as found:
        yield found


@pytest.fixture
def ask(served):
    """Ask for a file; gives the open answer."""
    opened = []

    def start(path=PATH, **query):
        http = HTTPConnection("127.0.0.1", served[0], timeout=PATIENCE)
        opened.append(http)
        http.request("GET", f"{path}?{urlencode(query, doseq=True)}")
        answer = http.getresponse()
        answer.connection = http
        return answer

    yield start
    for http in opened:
        http.close()


@pytest.fixture
def is_idle(served):
    """Say whether no export holds anything any more."""
    with served[1].lease() as publication:
        instance = publication.instance

    return lambda: not instance._readers and service.current().exports.open == 0


def ids(form, text):
    """Return the ids in a file, read by another library than it was written by."""
    if form == "csv":
        return [row["session_id"] for row in csv.DictReader(io.StringIO(text.decode()))]
    if form == "parquet":
        return pl.read_parquet(text)["session_id"].to_list()
    rows = json.loads(text) if form == "json" else [json.loads(one) for one in text.splitlines()]
    return [row["session_id"] for row in rows]


@pytest.mark.parametrize("query", [{}, {"channel": "phone"}, {"channel": "sip", "status": "active"},
                                   {"q": "order"}])  # fmt: skip
@pytest.mark.parametrize("form", FORMATS)
def test_a_file_holds_the_rows_of_the_list_in_its_order(served, ask, form, query):
    answer = ask(format=form, **query)
    found = ids(form, answer.read())
    filters, _ = Filters.from_query({name: [value] for name, value in query.items()})
    with engine.snapshot() as snapshot:
        total = sessions.count(filters, snapshot)
        listed = sessions.page(filters, snapshot, size=1000)["session_id"].to_list()

    assert listed == found
    assert str(total) == answer.headers["X-Total-Count"]
    assert FORMATS[form].media_type == answer.headers["Content-Type"]
    assert answer.headers["Content-Disposition"].endswith(f'{FORMATS[form].suffix}"')


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_breaks_off_does_not_pass_for_a_whole_one(ask, form, monkeypatch, is_idle):
    """Whatever has come by then, the client is told: the last chunk is not there."""

    def fail(self):
        raise DamagedFileError("A stored file could not be read.")
        yield

    for name in ("sessions", "rows", "lines"):
        if hasattr(Export, name):
            monkeypatch.setattr(Export, name, lambda self, *_: fail(self))
    answer = ask(format=form)
    with pytest.raises((IncompleteRead, ConnectionError)):
        answer.read()
    wait_until(is_idle)


def test_a_client_that_leaves_frees_everything(served, is_idle, monkeypatch):
    write = FORMATS["csv"].write

    def endless(export, options):
        part = b"".join(write(export, options))
        while True:
            yield part * 20

    monkeypatch.setitem(FORMATS, "csv", _with(FORMATS["csv"], endless))
    with socket.create_connection(("127.0.0.1", served[0])) as talk:
        talk.sendall(f"GET {PATH}?format=csv HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert talk.recv(1000).startswith(b"HTTP/1.1 200")
        wait_until(lambda: not is_idle())

    wait_until(is_idle)


def test_one_who_reads_slowly_gets_all_and_holds_up_the_writer(served, is_idle, monkeypatch):
    """No more is written than has been taken, but for what the connection itself holds."""
    made = []

    def slow(_export, _options):
        for number in range(60):
            made.append(number)
            yield b"x" * 500_000

    monkeypatch.setitem(FORMATS, "csv", _with(FORMATS["csv"], slow))
    with socket.socket() as talk:
        talk.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        talk.connect(("127.0.0.1", served[0]))
        talk.sendall(f"GET {PATH}?format=csv HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        talk.recv(100)
        time.sleep(1)  # the writer could have written all of it by now
        assert len(made) < 30
        talk.settimeout(PATIENCE)
        taken = 0
        while part := talk.recv(1_000_000):
            taken += len(part)
            if part.endswith(b"0\r\n\r\n"):
                break

    assert taken > 60 * 500_000
    wait_until(is_idle)


def test_only_so_many_files_at_once(ask, is_idle):
    most = service.current().exports.most
    service.current().exports.open = most
    refused = ask(format="csv")
    problem = json.loads(refused.read())
    service.current().exports.open = 0

    assert (503, str(AtOnceError.retry_seconds)) == (refused.status, refused.headers["Retry-After"])
    assert f"{most} exports are running already." == problem["detail"]
    assert 200 == ask(format="csv").status


def test_http_1_0_gets_no_file(served):
    with socket.create_connection(("127.0.0.1", served[0])) as talk:
        talk.sendall(f"GET {PATH}?format=csv HTTP/1.0\r\nHost: x\r\n\r\n".encode())

        assert b" 426 " in talk.recv(1000).split(b"\r\n")[0]


@pytest.mark.parametrize("query", [{}, {"format": "xls"}, {"format": "csv", "chanel": "web"}])
def test_what_cannot_be_is_refused(ask, query):
    answer = ask(**query)

    assert 422 == answer.status
    assert "did you mean 'channel'" in json.loads(answer.read())["detail"] or "chanel" not in query


def test_links_lead_to_this_server(served, ask):
    rows = csv.DictReader(io.StringIO(ask(format="csv").read().decode()))
    base = f"http://127.0.0.1:{served[0]}/?id="

    assert all(row["session_url"] == base + row["session_id"] for row in rows)


def test_metadata_columns_and_the_mark_come_on_wish(ask):
    text = ask(format="csv", metadata_columns="true", bom="true").read()
    head = text.decode("utf-8-sig").splitlines()[0]

    assert text.startswith(b"\xef\xbb\xbf")
    assert '"metadata.' in head


def test_one_session_as_json_is_the_line_of_the_export(ask):
    lines = [json.loads(line) for line in ask(format="ndjson").read().splitlines()]
    for line in lines[:5]:
        path = f"{PREFIX}/sessions/{line['session_id']}/export"

        assert line == json.loads(ask(path, format="json").read())


def test_one_session_as_text_holds_every_word_in_order(ask):
    whole = json.loads(ask(f"{PREFIX}/sessions/{small_lake.name(13)}/export", format="json").read())
    answer = ask(f"{PREFIX}/sessions/{small_lake.name(13)}/export", format="text")
    text = answer.read().decode()
    places = [text.index(message["content"].splitlines()[0]) for message in whole["messages"]]

    assert places == sorted(places)
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].endswith('.txt"')


def test_a_session_that_is_not_there_is_said(ask):
    answer = ask(f"{PREFIX}/sessions/nobody/export", format="text")

    assert (404, "There is no session 'nobody'.") == (
        answer.status, json.loads(answer.read())["detail"],
    )  # fmt: skip


def _with(form, write):
    from dataclasses import replace

    return replace(form, write=write)
