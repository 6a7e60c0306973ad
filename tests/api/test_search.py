"""The stream of a search, over a real server: its lines, its end, and what ends it."""

import json
import socket
import threading
from http.client import HTTPConnection
from urllib.parse import urlencode

import pytest
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware

from api import search as lines
from api import service
from api.application import PREFIX
from errors import AtOnceError, DamagedFileError
from lake.searching import Searching
from queries import engine, sessions
from queries import search as question
from queries.filters import Filters
from tests.api.serving import PATIENCE, serving, wait_until
from tests.pages import small_lake

PATH = f"{PREFIX}/search/messages"
ENDLESS = "select count(*) from range(1000000) a, range(1000000) b, range(1000000) c where a <> b"


@pytest.fixture
def served(own_settings, monkeypatch):
    """A server over the small lake; gives its port and its lake."""
    monkeypatch.setattr(question, "WEIGHT", 40)  # some thirteen slices
    settings = own_settings.model_copy(update={"now": small_lake.NOW})
    small_lake.write(settings)
    with serving(settings, [Middleware(GZipMiddleware)]) as found:
        yield found


@pytest.fixture
def allowed(served):
    """Change how many searches may run, and for how long; as it was without a change."""

    def change(most=4, seconds=60.0):
        kind = service.current().searches
        kind.most, kind.seconds = most, seconds

    return change


@pytest.fixture
def ask(served):
    """Ask for a search; gives the open answer."""
    opened = []

    def start(**query):
        http = HTTPConnection("127.0.0.1", served[0], timeout=PATIENCE)
        opened.append(http)
        path = f"{PATH}?{urlencode(query, doseq=True)}"
        http.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = http.getresponse()
        answer.connection = http
        return answer

    yield start
    for http in opened:
        http.close()


def read(answer):
    return [json.loads(line) for line in answer.read().splitlines()]


def of(kind, told):
    return [line for line in told if line["kind"] == kind]


@pytest.fixture
def is_idle(served):
    """Say whether no search holds anything any more."""
    with served[1].lease() as publication:
        instance = publication.instance

    return lambda: not instance._readers and service.current().searches.open == 0


def test_lines_are_hits_progress_and_one_end(ask):
    answer = ask(find="INVOICE")
    told = read(answer)
    hits = of("hit", told)

    assert (200, lines.MEDIA_TYPE, "no-store") == (
        answer.status, answer.headers["Content-Type"], answer.headers["Cache-Control"],
    )  # fmt: skip
    assert ["end"] == [line["kind"] for line in told[-1:]]
    assert 50 == len(hits)
    assert "full" == told[-1]["reason"]
    assert {
        "kind": "hit", "session_id": small_lake.name(0), "external_id": None,
        "agent_name": "Order desk", "channel": "web", "started_at": "2026-11-22T14:27:08.000Z",
        "seq": 2, "sent_at": "2026-11-22T14:27:48.000Z", "sender": "user",
        "before": "I was charged twice for my November ", "match": "invoice", "after": ".",
        "is_cut_before": False, "is_cut_after": False, "count": 1,
    } == hits[0]  # fmt: skip


def test_all_is_searched_when_the_end_says_finished(ask):
    told = read(ask(find="refund", limit=200))
    end, last = told[-1], told[-2]

    assert ("finished", None) == (end["reason"], end["next"])
    assert end["days"] == end["days_total"] == 12
    assert ("progress", 12) == (last["kind"], last["days"])
    assert end["as_of"].endswith("Z")
    assert [] == of("hit", told)


def test_going_on_from_each_end_gives_every_hit_once(ask):
    whole = of("hit", read(ask(find="invoice", limit=200, channel="phone")))
    found, after = [], {}
    for _ in range(100):
        told = read(ask(find="invoice", limit=7, channel="phone", **after))
        found += of("hit", told)
        if told[-1]["next"] is None:
            break
        after = {"after": told[-1]["next"]}

    assert 44 == len(whole)
    assert whole == found


def test_filters_are_those_of_the_list(ask, served):
    query = {"channel": ["phone,sip"], "status": ["completed"], "q": ["billing"]}
    filters, _ = Filters.from_query(query, strict=True, commas=True)
    with engine.snapshot() as snapshot:
        listed = sessions.page(filters, snapshot, size=500)["session_id"].to_list()
    hits = of("hit", read(ask(find="I was charged", limit=200, **query)))

    assert listed == [hit["session_id"] for hit in hits]
    assert listed


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"find": "x", "chanel": "web"}, "did you mean 'channel'"),
        ({"find": "x", "channel": "fax"}, "channel"),
        ({"find": "x", "q": "a\0"}, "q"),
        ({"find": "x", "after": "yesterday"}, "after"),
        ({"find": "x", "limit": 0}, "limit"),
        ({"find": "x", "limit": 201}, "limit"),
        ({"find": "x", "word": "perhaps"}, "word"),
        ({"find": ""}, "find"),
        ({"find": "x" * 201}, "find"),
        ({"find": "a\0b"}, "find"),
        ({}, "find"),
        ({"find": "x", "scope": "a"}, "scope"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_searched(ask, is_idle, query, said):
    answer = ask(**query)

    assert (422, "application/problem+json") == (answer.status, answer.headers["Content-Type"])
    assert said in answer.read().decode()
    assert is_idle()


@pytest.fixture
def gate(monkeypatch):
    """Let so many slices through; the others wait."""
    through = threading.Semaphore(0)
    step = question.Search._step

    def wait(self, cut):
        wait_until(lambda: self._searching._is_stopped or through.acquire(blocking=False))
        return step(self, cut)

    monkeypatch.setattr(question.Search, "_step", wait)
    yield through
    through.release(1000)


def test_hits_are_there_before_the_next_slice_is_looked_at(gate, ask):
    """Also for a browser, which takes compressed answers, where lines would wait for each other."""
    gate.release()
    answer = ask(find="charged", limit=200)
    first = [json.loads(answer.readline()) for _ in range(2)]

    assert ["hit", "hit"] == [line["kind"] for line in first]
    gate.release(1000)
    assert "finished" == read(answer)[-1]["reason"]


def test_nothing_is_held_after_the_end(ask, is_idle):
    read(ask(find="invoice"))

    wait_until(is_idle)


@pytest.fixture
def endless(monkeypatch):
    """Have DuckDB work on a slice for ever; set once it does."""
    begun = threading.Event()
    answer = Searching.ask

    def never(self, text, bound):
        begun.set()
        return answer(self, ENDLESS, {})

    monkeypatch.setattr(Searching, "ask", never)
    return begun


def hang_up(answer):
    answer.close()
    answer.connection.close()


def test_a_client_that_is_gone_stops_what_duckdb_does(ask, is_idle, endless):
    answer = ask(find="invoice")
    assert endless.wait(PATIENCE)
    assert not is_idle()
    hang_up(answer)

    wait_until(is_idle)


def test_a_search_that_takes_too_long_ends_and_may_go_on(allowed, gate, ask, is_idle):
    allowed(seconds=0.5)
    gate.release(2)
    told = read(ask(find="charged", limit=200))
    gate.release(1000)
    allowed()
    rest = read(ask(find="charged", limit=200, after=told[-1]["next"]))

    assert "late" == told[-1]["reason"]
    assert "finished" == rest[-1]["reason"]
    assert small_lake.COUNT == len(of("hit", told) + of("hit", rest))
    wait_until(is_idle)


def test_a_deadline_stops_what_duckdb_does(allowed, ask, is_idle, endless):
    allowed(seconds=0.2)
    told = read(ask(find="invoice"))

    assert [("end", "late")] == [(line["kind"], line["reason"]) for line in told]
    wait_until(is_idle)


def test_a_reader_who_does_not_read_holds_nothing_longer_than_the_deadline(
    served, allowed, is_idle, monkeypatch
):
    told = lines._line
    monkeypatch.setattr(lines, "_line", lambda **line: told(**line, padding="x" * 2_000_000))
    allowed(seconds=0.5)
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        slow.connect(("127.0.0.1", served[0]))
        slow.sendall(f"GET {PATH}?find=invoice HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        wait_until(lambda: not is_idle())

        wait_until(is_idle)


def test_only_so_many_search_at_once(allowed, ask, gate, is_idle):
    allowed(most=2)
    gate.release(2)
    first, second = ask(find="charged", limit=200), ask(find="charged", limit=200)
    third = ask(find="invoice")
    problem = json.loads(third.read())

    assert (503, str(AtOnceError.retry_seconds)) == (third.status, third.headers["Retry-After"])
    assert ("2 searches are running already.", True) == (
        problem["detail"], "Try again" in problem["advice"],
    )  # fmt: skip
    gate.release(1000)
    assert ["finished"] * 2 == [read(answer)[-1]["reason"] for answer in (first, second)]
    wait_until(is_idle)
    assert 200 == ask(find="invoice").status


def test_a_failure_midway_is_told_and_the_answer_passes_for_no_whole_one(ask, is_idle, monkeypatch):
    monkeypatch.setattr(question, "CHOSEN", 100)
    chosen = []
    choose = question.Search._choose

    def fail(self, chunk):
        chosen.append(chunk)
        if len(chosen) > 1:
            raise DamagedFileError("A stored file could not be read.")
        choose(self, chunk)

    monkeypatch.setattr(question.Search, "_choose", fail)
    told = read(ask(find="charged", limit=200))

    assert "failed" == told[-1]["reason"]
    assert "could not be read" in told[-1]["detail"]
    assert told[-2]["next"] == told[-1]["next"]
    assert of("hit", told)
    wait_until(is_idle)


def test_a_slice_that_cannot_be_read_is_told_in_a_line_of_its_own(ask, monkeypatch):
    hits = question.Search._hits

    def fail(self, cut):
        if cut.before is not None and cut.before.day == 22:
            raise DamagedFileError("messages/a.parquet was set aside: the file is missing.")
        return hits(self, cut)

    monkeypatch.setattr(question.Search, "_hits", fail)
    told = read(ask(find="charged", limit=200))

    assert {"messages/a.parquet was set aside: the file is missing."} == {
        line["reason"] for line in of("missed", told)
    }
    assert of("missed", told)[0]["before"].startswith("2026-11-22T")
    assert of("hit", told)
    assert "finished" == told[-1]["reason"]


def test_before_there_is_data_the_answer_is_a_problem(client):
    answer = client.get("/search/messages", params={"find": "x"})

    assert 503 == answer.status_code
    assert "still being opened" in answer.json()["detail"]
