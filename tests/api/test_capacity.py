"""At the end of its capacity: health answers, who is too many is told so, and nothing is wrong.

The questions are slow because DuckDB is really busy, in the midst of each, as long as the test
wants: so that what is answered meanwhile is known by order, not by time.
"""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from api import needs, service
from api.application import api
from observed import REGISTRY
from queries import engine
from queries.engine import Engine
from tests.api.serving import PATIENCE, live_lake, serving, wait_until
from tests.api.test_access import filled

SHORT = "select sum(hash(range) % 7) from range(2000000)"
ENDLESS = "select sum(hash(range) % 7) from range(1000000000000)"
OPEN = ("/healthz", "/readyz", "/snapshot")
PATHS = tuple(
    f"/sessions?started_after=2026-09-01T00:00:00Z&started_before=2026-09-{day}T12:00:00Z&limit=7"
    for day in range(10, 22)
)


class Slowness:
    """What keeps DuckDB busy in each question: again and again until `over`, or for ever."""

    def __init__(self):
        self.text, self.over = SHORT, threading.Event()

    def run(self, cursor):
        while not self.over.is_set():
            cursor.execute(self.text).fetchall()


@pytest.fixture
def slowness(monkeypatch):
    """Make questions slow from now on."""
    asking, slowness = Engine._asking, Slowness()
    slowness.over.set()

    @contextmanager
    def slowly(self, opened, publication):
        with asking(self, opened, publication) as cursor:
            slowness.run(cursor)
            yield cursor

    monkeypatch.setattr(Engine, "_asking", slowly)
    yield slowness
    slowness.over.set()


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """Settings of a lake, and what a server that has nothing else to do answers about it."""
    settings = live_lake(tmp_path_factory.mktemp("capacity"))
    with serving(settings) as (port, _), asking_at(port) as http:
        return settings, {path: data(http.get(path)) for path in PATHS}


@contextmanager
def asking_at(port):
    limits = httpx.Limits(max_connections=100)
    with httpx.Client(
        base_url=f"http://127.0.0.1:{port}/api/v1", timeout=PATIENCE, limits=limits
    ) as http:
        yield http


@pytest.fixture
def busy(lake):
    """Serve the lake with settings of a test; gives a client, and threads that ask by it."""
    with ExitStack() as stack:

        def serve(**options):
            settings = lake[0].model_copy(update={"api_threads": 8, **options})
            port, _ = stack.enter_context(serving(settings))
            http = stack.enter_context(asking_at(port))
            return http, stack.enter_context(ThreadPoolExecutor(16))

        yield serve


def data(answer):
    """Return what is answered, without the moment of it."""
    assert answer.status_code == 200, answer.text
    return answer.json()["data"], answer.json()["meta"]["total_items"]


def is_so(running, waiting):
    """Return whether so many questions run, and wait."""
    told = {"running": running, "waiting": waiting}
    return all(
        REGISTRY.get_sample_value("parley_questions", {"state": state}) == count
        for state, count in told.items()
    )


def is_refusal(answer):
    """Return whether it says that too much is asked at once, and when to come again."""
    is_busy = answer.status_code == 503
    assert not is_busy or answer.headers["content-type"] == "application/problem+json"
    assert not is_busy or int(answer.headers["retry-after"]) >= 1
    assert not is_busy or "Too many questions" in answer.json()["detail"]
    assert not is_busy or answer.json()["advice"]
    return is_busy


IN_LINE = {"questions_at_once": 2, "questions_waiting": 3}
BEFORE_IT = {"questions_at_once": 2, "questions_waiting": 0, "api_threads": 2, "api_waiting": 3}


@pytest.mark.parametrize(("limits", "waiting"), [(IN_LINE, 3), (BEFORE_IT, 0)])
def test_health_answers_while_the_worst_questions_run_and_who_is_too_many_is_told(
    lake, busy, slowness, limits, waiting
):
    """Where the places of the engine are few, and where the threads of the API are."""
    http, threads = busy(query_seconds=PATIENCE, **limits)
    slowness.over.clear()
    asked = {path: threads.submit(http.get, path) for path in PATHS[:5]}
    wait_until(lambda: is_so(running=2, waiting=waiting) and service.current().asking.held == 5)
    for _ in range(10):
        assert [200] * len(OPEN) == [http.get(path).status_code for path in OPEN]
    assert f'parley_questions{{state="waiting"}} {waiting}.0' in http.get("/metrics").text
    for path in (*PATHS[5:7], "/sessions/metrics", "/search/messages?find=user", "/sessions/s1"):
        assert is_refusal(http.get(path)), path

    assert is_so(running=2, waiting=waiting)  # still, after all of this
    assert not any(each.done() for each in asked.values())
    slowness.over.set()
    for path, each in asked.items():
        assert lake[1][path] == data(each.result(PATIENCE))
    for path in PATHS:
        assert lake[1][path] == data(http.get(path))
    assert is_so(running=0, waiting=0)


def test_what_is_remembered_is_answered_while_every_place_is_taken(lake, busy, slowness):
    http, threads = busy(questions_at_once=1, questions_waiting=0, query_seconds=PATIENCE)
    known = data(http.get(PATHS[0]))
    slowness.over.clear()
    asked = threads.submit(http.get, PATHS[1])
    wait_until(lambda: is_so(running=1, waiting=0))
    again = http.get(f"{PATHS[0]}&sort=-started_at")  # another body, made of the same questions
    assert data(again) == data(http.get(PATHS[0])) == known == lake[1][PATHS[0]]

    assert not asked.done()
    slowness.over.set()
    assert lake[1][PATHS[1]] == data(asked.result(PATIENCE))


def test_questions_that_are_stopped_give_their_places_back(lake, busy, slowness):
    """Each waits for a place, runs into its deadline, and leaves the place to the next."""
    http, threads = busy(questions_at_once=1, questions_waiting=8, query_seconds=0.2)
    slowness.text = ENDLESS
    slowness.over.clear()
    answers = list(threads.map(http.get, PATHS[:6]))
    slowness.over.set()

    assert [504] * 6 == [each.status_code for each in answers]
    for path in PATHS:
        assert lake[1][path] == data(http.get(path))
    assert is_so(running=0, waiting=0)


def test_who_has_waited_long_enough_is_told_so(lake, busy, slowness):
    """In the line of the engine, and in that of the threads of the API before it."""
    http, threads = busy(
        questions_at_once=1, questions_waiting=8, query_seconds=PATIENCE,
        questions_wait_seconds=0.1, api_threads=2,
    )  # fmt: skip
    slowness.over.clear()
    running = threads.submit(http.get, PATHS[0])
    wait_until(lambda: is_so(running=1, waiting=0))
    answers = list(threads.map(http.get, PATHS[1:7]))

    assert all(is_refusal(each) for each in answers)
    assert not running.done()
    slowness.over.set()
    for path in PATHS:
        assert lake[1][path] == data(http.get(path))


def test_among_many_at_once_each_answer_is_right_or_a_refusal(lake, busy, slowness):
    http, threads = busy(questions_at_once=2, questions_waiting=2, query_seconds=PATIENCE)
    slowness.run = lambda cursor: cursor.execute(SHORT).fetchall()
    refusals = 0
    for _ in range(3):
        for path, answer in zip(PATHS, threads.map(http.get, PATHS), strict=True):
            if is_refusal(answer):
                refusals += 1
            else:
                assert lake[1][path] == data(answer)
    del slowness.run

    assert refusals
    for path in PATHS:
        assert lake[1][path] == data(http.get(path))
    assert is_so(running=0, waiting=0)


ASKING = ("/sessions", "/sessions/metrics", "/sessions/{session_id}", "/agents", "/events",
          "/search/messages", "/sessions/{session_id}/export")  # fmt: skip
CLOSED = [path for method, path, asked in needs.routes(api)
          if method == "GET" and asked.scope is not None]  # fmt: skip


@pytest.mark.parametrize("path", CLOSED)
def test_every_route_answers_or_says_that_it_is_busy(client, world, world_rows, path):
    turnstile, whose = engine._running()._turnstile, world_rows[0]["session_id"]
    turnstile._places = turnstile._room = 0
    answer = client.get(filled(path, whose))

    assert answer.status_code < 500 or is_refusal(answer)
    assert is_refusal(answer) or path not in ASKING
