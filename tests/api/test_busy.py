"""More questions than can be answered are refused at once, and the rest go on."""

import asyncio
import threading

import httpx
import pytest
from starlette.applications import Starlette

from api import service
from api.application import route
from api.asking import Asking
from errors import BusyError


def test_what_is_too_much_is_refused_at_once(api_settings):
    asking = Asking(api_settings.model_copy(update={"api_threads": 2, "api_waiting": 3}))
    go = threading.Event()

    async def ask_ten():
        asked = [asyncio.ensure_future(asking.run(go.wait)) for _ in range(10)]
        done, _ = await asyncio.wait(asked, timeout=0.2)
        refused = [task for task in done if isinstance(task.exception(), BusyError)]
        go.set()
        answered = [task for task in asked if task not in refused]
        return len(refused), sum(await asyncio.gather(*answered))

    assert asyncio.run(ask_ten()) == (5, 5)
    asking.close()


def test_the_place_of_a_question_that_failed_is_free_again(api_settings):
    asking = Asking(api_settings.model_copy(update={"api_threads": 1, "api_waiting": 0}))

    async def fail():
        with pytest.raises(ZeroDivisionError):
            await asking.run(lambda: 1 // 0)
        return await asking.run(lambda: 7)

    assert asyncio.run(fail()) == 7
    asking.close()


def test_busy_is_a_problem_that_says_when_to_come_again(world, api_settings):
    """Health is answered all the while: it needs none of the threads."""
    app = Starlette(routes=[route()])
    service.current().asking._most = 0

    async def ask(path):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            return await http.get(f"/api/v1{path}")

    refused = asyncio.run(ask("/sessions"))

    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "1"
    assert asyncio.run(ask("/healthz")).status_code == 200
