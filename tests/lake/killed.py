"""A process of its own that is killed: `compact STEP` where a step begins, the others from outside.

`serve` tells its port, `move` and `vacuum` say "now" when that begins.
"""

import os
import signal
import socket
import sys
from functools import wraps

import uvicorn
from starlette.applications import Starlette

from api import service
from api.application import route
from lake import compactor, delta, manifest
from lake.serving import Lake
from lake.staging import Staging
from lake.transactions import Moving
from lake.writer import Writer
from queries import engine
from settings import Settings

# Where a run is killed: before this is called for the so-manieth time.
STEPS = {
    "let_go": (Moving, "let_go", 1), "mark": (Moving, "mark_sealed", 1),
    "stage": (Staging, "add", 1), "commit": (Writer, "commit", 1),
    "messages": (delta, "commit", 1), "events": (delta, "commit", 2),
    "sessions": (delta, "commit", 3), "manifest": (manifest, "save", 1),
    "vacuum": (delta, "vacuum", 1), "end": (Staging, "remove", 1),
}  # fmt: skip


def compact(settings, step):
    where, name, times = STEPS[step]
    real = getattr(where, name)
    left = [times]

    @wraps(real)
    def killing(*given, **named):
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*given, **named)

    setattr(where, name, killing)
    compactor.run(settings, is_nightly=True)


def move(settings):
    tell()
    compactor.run(settings, is_nightly=True)


def vacuum(settings):
    """Delete what was replaced at once, and not after a day."""
    real = delta.vacuum

    @wraps(real)
    def telling(lake):
        tell()
        delta.KEPT_HOURS = 0
        real(lake)

    delta.vacuum = telling
    compactor.run(settings, is_nightly=True)


def tell():
    sys.stdout.write("now\n")
    sys.stdout.flush()


def serve(settings):
    app = Starlette(routes=[route()])
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    bound = socket.create_server(("127.0.0.1", 0))
    with (
        Lake(settings) as lake,
        engine.running(lake, settings),
        service.running(settings, lake.recall),
    ):
        sys.stdout.write(f"{bound.getsockname()[1]}\n")
        sys.stdout.flush()
        server.run(sockets=[bound])


if __name__ == "__main__":
    found = Settings(demo="off", zone="UTC", memory_mb=256, threads=1, seal_minutes=0)
    {"serve": serve, "move": move, "vacuum": vacuum, "compact": compact}[sys.argv[1]](
        found, *sys.argv[2:]
    )
