"""`python -m cli simulate`: believable live traffic through the API, as real senders send it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Annotated, Any

import typer

import settings as settings_module
from errors import ParleyError
from ingest.demo import acting
from ingest.demo.agents import AGENTS

BEATS = 4  # requests a second, or fewer where there are fewer events
PATIENCE = 60.0  # seconds in which a server has to start
MOST = 1_000  # events of a request

Rate = Annotated[float, typer.Option(min=0.1, max=5000, help="Events a second.")]
Agents = Annotated[int, typer.Option(min=1, max=len(AGENTS), help="How many agents take part.")]
Seed = Annotated[int, typer.Option(min=0, help="Another seed, other conversations.")]
Seconds = Annotated[float, typer.Option(min=0, help="How long; 0 is until it is stopped.")]
Url = Annotated[str, typer.Option(help="Where Parley runs; else as the settings say.")]
Key = Annotated[str, typer.Option(envvar="PARLEY_KEY", help="A key with the scope ingest.")]
Serve = Annotated[bool, typer.Option("--serve", help="Start the server too, and stop it at last.")]


def run(
    rate: Rate = 5.0, agents: Agents = 12, seed: Seed = 7, *, seconds: Seconds = 0.0,
    url: Url = "", key: Key = "", serve: Serve = False,
) -> None:  # fmt: skip
    """Send conversations as they happen: started, turn by turn, ended."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # the server is stopped all the same
    settings = settings_module.current()
    where = url or f"http://{settings.host}:{settings.port}"
    with serving(where) if serve else at(where):
        sent = 0
        try:
            acts = acting.live(agents, seed, rate, datetime.now(UTC))
            for sent in sending(where, key, rate, acts, seconds=seconds):
                print(f"\r{sent:,} events sent", end="", flush=True)
        except KeyboardInterrupt:
            pass
        print(f"\r{sent:,} events sent to {where}")


def sending(
    url: str, key: str, rate: float, acts: Iterator[acting.Live], *, seconds: float
) -> Iterator[int]:
    """Send at a rate; yields how many events have been answered after each request."""
    begun = time.monotonic()
    run_id = uuid.uuid4().hex[:8]  # sessions of another run are others
    sent = 0
    while not seconds or time.monotonic() - begun < seconds:
        due = min(int((time.monotonic() - begun) * rate) + 1 - sent, MOST)
        if due > 0:
            post(url, key, [event(run_id, *act) for act in islice(acts, due)])
            sent += due
            yield sent
        time.sleep(max(1 / BEATS, 1 / rate) / 2)


def event(run_id: str, type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is sent of an act."""
    own = {**data, "session_id": f"{data['session_id'][:27]}{run_id}"}
    moment = datetime.now(UTC).isoformat()
    return {"type": type_, "id": str(uuid.uuid4()), "timestamp": moment, "data": own}


def post(url: str, key: str, events: list[dict[str, Any]]) -> None:
    """Send events until they are answered; raises ParleyError where they are refused."""
    headers = {"Content-Type": "application/json"} | (
        {"Authorization": f"Bearer {key}"} if key else {}
    )
    body = json.dumps(events).encode()
    while True:
        asked = urllib.request.Request(f"{url}/api/v1/events", body, headers)  # noqa: S310  ours
        try:
            with urllib.request.urlopen(asked, timeout=PATIENCE):  # noqa: S310  the same
                return
        except urllib.error.HTTPError as error:
            wait = error.headers.get("Retry-After")
            if wait is None:
                told = f"The server refuses what is sent: {error.code} {error.reason}."
                raise ParleyError(told, advice="Look at `--key`, and at docs/ingest.md.") from error
            time.sleep(float(wait))
        except OSError as error:
            raise ParleyError(
                f"There is no server at {url}: {error}.",
                advice="Start one by `python -m cli serve`, or add `--serve`.",
            ) from error


@contextmanager
def at(_url: str) -> Iterator[None]:
    """Hold nothing: the server runs."""
    yield


@contextmanager
def serving(url: str) -> Iterator[None]:
    """Have a server run meanwhile; raises ParleyError where it does not start."""
    root = settings_module.ROOT
    server = subprocess.Popen([sys.executable, "-m", "cli", "serve"], cwd=root, env=os.environ)
    try:
        end = time.monotonic() + PATIENCE
        while not answers(url):
            if server.poll() is not None or time.monotonic() > end:
                raise ParleyError("The server has not started.")
            time.sleep(0.2)
        yield
    finally:
        server.terminate()
        server.wait()


def answers(url: str) -> bool:
    """Return whether the server can answer."""
    try:
        with urllib.request.urlopen(f"{url}/api/v1/readyz", timeout=5):  # noqa: S310  ours
            return True
    except OSError:
        return False
