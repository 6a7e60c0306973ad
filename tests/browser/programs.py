"""The real program on a free port, stopped by its own process id."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager

import pytest

from settings import ROOT
from tests.pages import small_lake

PATIENCE = 60  # a hang guard, in seconds
WRAPPED = ("-m", "uvicorn", "tests.browser.wrapped:app", "--port")  # a program that takes orders


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(tmp_path_factory):
    """Give a function that starts the program over a folder; stopped by its own pid at the end."""
    started = []

    def start(folder, command=("-m", "cli", "serve", "--port"), **environment):
        port = free_port()
        state = tmp_path_factory.mktemp("state")
        process = subprocess.Popen(
            [sys.executable, *command, str(port)],
            cwd=ROOT,
            env={
                **os.environ, "PARLEY_DATA": str(folder), "PARLEY_STATE": str(state),
                "PARLEY_DEMO": "off", "PARLEY_ZONE": "Europe/Berlin", "PORT": str(port),
                "PARLEY_NOW": small_lake.NOW.isoformat(), "PARLEY_MEMORY_MB": "512",
                "PARLEY_RATE_EXPORT": "1000", "PARLEY_WEBHOOK_NETWORKS": "127.0.0.0/8",
                "PARLEY_ALERT_SECONDS": "0.5",
                **environment,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        started.append(process)
        address = f"http://127.0.0.1:{port}"
        wait_until_ready(process, address)
        return address

    yield start
    for process in started:
        process.terminate()
    for process in started:
        process.wait(timeout=PATIENCE)


def wait_until_ready(process, address):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/v1/readyz", timeout=PATIENCE) as answer:  # noqa: S310  ours
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    pytest.fail(f"the program did not become ready; it ended with {process.poll()}")


def wait_until_told(address, is_it):
    """Ask a program for JSON until it is so."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  ours
            if is_it(json.load(answer)):
                return
        time.sleep(0.05)
    pytest.fail(f"{address} was never so")
