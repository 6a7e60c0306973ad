"""The API on a real server, over a lake of the test's own."""

import socket
import threading
import time
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

from api import service
from api.application import route
from lake.serving import Lake
from queries import engine
from settings import Settings
from tests.lake.lakes import batch, write

PATIENCE = 30  # a hang guard, in seconds
UNLIMITED = dict.fromkeys(
    ("rate_list", "rate_metrics", "rate_export", "rate_open", "rate_ingest"), 10**6
)


def wait_until(is_so):
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)


@contextmanager
def serving(settings, middleware=()):
    """Serve the API over the lake of some settings; gives its port and the lake."""
    found = settings.model_copy(update=UNLIMITED)
    app = Starlette(routes=[route()], middleware=list(middleware))
    config = uvicorn.Config(
        app, port=0, log_level="critical", lifespan="off", timeout_graceful_shutdown=PATIENCE
    )
    server = uvicorn.Server(config)
    bound = socket.create_server(("127.0.0.1", 0))
    with Lake(found) as lake, engine.running(lake, found), service.running(found, lake.recall):
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            wait_until(lambda: server.started)
            yield bound.getsockname()[1], lake
        finally:
            server.should_exit = True
            thread.join()


def live_lake(folder):
    """Write a lake of fifty sessions to which events may be sent; returns its settings."""
    settings = Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="UTC", memory_mb=512,
        threads=2, watch_seconds=0.05,
    )  # fmt: skip
    write(settings, batch(range(50)))
    return settings
