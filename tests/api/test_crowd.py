"""Who finds no place is told so and comes again; health is told, and every place is given back."""

import socket
import threading
from contextlib import ExitStack, contextmanager
from http import HTTPStatus

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from api import crowd
from observed import REGISTRY
from settings import Settings
from tests.api.serving import PATIENCE, wait_until

BROWSER = {"accept": "text/html,*/*"}
MOST = Settings(viewers=2, requests=3)


class Program:
    """Something that answers when a test wants it to, on a real server."""

    def __init__(self):
        self.go_on, self.asked = threading.Event(), 0

    def slow(self, _request):
        self.asked += 1
        self.go_on.wait(PATIENCE)
        return PlainTextResponse("slow")

    async def quick(self, _request):
        return PlainTextResponse("quick")

    async def talk(self, websocket):
        await websocket.accept()
        async for text in websocket.iter_text():
            if text == "fail":
                raise ValueError("as a page may")
            await websocket.send_text(text)

    def app(self):
        routes = [
            WebSocketRoute("/_stcore/stream", self.talk), Route("/slow", self.slow),
            *(Route(path, self.quick) for path in ("/", *crowd.ALWAYS)),
        ]  # fmt: skip
        return Starlette(routes=routes, middleware=[crowd.crowd(lambda: MOST)])


@pytest.fixture
def program():
    """A program that is served; `http` asks it and `look` opens a connection as a page does."""
    program, bound = Program(), socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        program.app(), log_level="critical", lifespan="off", timeout_graceful_shutdown=PATIENCE
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
    thread.start()
    host = f"127.0.0.1:{bound.getsockname()[1]}"
    program.look = lambda: connect(f"ws://{host}/_stcore/stream")
    try:
        wait_until(lambda: server.started)
        with httpx.Client(base_url=f"http://{host}", timeout=PATIENCE) as program.http:
            yield program
    finally:
        program.go_on.set()
        server.should_exit = True
        thread.join()


@contextmanager
def looking(program, count):
    """Look at so many pages while the block runs; each is answered."""
    with ExitStack() as stack:
        pages = [stack.enter_context(program.look()) for _ in range(count)]
        for page in pages:
            page.send("here")
            assert page.recv() == "here"
        yield pages


def refused(what):
    return REGISTRY.get_sample_value("parley_crowded_total", {"what": what})


def test_who_finds_no_place_to_look_is_told_when_to_come_again(program):
    before = refused("viewers")
    with looking(program, MOST.viewers):
        with pytest.raises(InvalidStatus) as told, program.look():
            pass
        assert REGISTRY.get_sample_value("parley_viewers") == MOST.viewers

    assert told.value.response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert told.value.response.headers["retry-after"] == "5"
    assert refused("viewers") == before + 1


def test_a_browser_gets_a_page_that_tries_again_while_requests_are_answered(program):
    with looking(program, MOST.viewers):
        page = program.http.get("/?channel=web", headers=BROWSER)
        assert program.http.get("/").text == "quick"

    assert page.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert page.headers["retry-after"] == "5"
    assert page.headers["cache-control"] == "no-store"
    assert '<meta http-equiv="refresh" content="5">' in page.text
    assert "No place is free" in page.text
    assert not {"VERSION", "SECONDS"} & set(page.text.replace("/", " ").replace('"', " ").split())


def test_a_place_is_given_back_however_a_page_ends(program):
    for _ in range(2 * MOST.viewers):
        with looking(program, MOST.viewers) as pages:
            pages[0].send("fail")
            with pytest.raises(ConnectionClosed):
                pages[0].recv()
        wait_until(lambda: REGISTRY.get_sample_value("parley_viewers") == 0)

    assert program.http.get("/", headers=BROWSER).text == "quick"


def test_requests_past_the_last_place_are_refused_and_health_is_told(program):
    before = refused("requests")
    threads = [
        threading.Thread(target=program.http.get, args=["/slow"]) for _ in range(MOST.requests)
    ]
    for thread in threads:
        thread.start()
    wait_until(lambda: program.asked == MOST.requests)

    problem, page = program.http.get("/"), program.http.get("/", headers=BROWSER)
    health = [program.http.get(path).text for path in crowd.ALWAYS]
    program.go_on.set()
    for thread in threads:
        thread.join()

    assert problem.status_code == page.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert problem.headers["content-type"] == "application/problem+json"
    assert "PARLEY_REQUESTS" in problem.json()["advice"]
    assert "No place is free" in page.text
    assert health == ["quick"] * len(crowd.ALWAYS)
    assert refused("requests") == before + 2
    assert program.http.get("/").text == "quick"
