"""The real program on a free port, over the small lake, and Chromium looking at it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import expect, sync_playwright

from settings import ROOT, Settings
from tests.browser import hard as hard_sessions
from tests.browser.chromium import FLAGS, find
from tests.pages import small_lake

PATIENCE = 60  # a hang guard, in seconds

# Two cores that run this suite are busy: what is expected may take its time, but must come.
expect.set_options(timeout=20_000)


@dataclass
class Seen:
    """What a page did beside what it showed."""

    complaints: list[str] = field(default_factory=list)  # errors of the console and of scripts
    foreign: list[str] = field(default_factory=list)  # requests to other hosts
    dialogs: list[str] = field(default_factory=list)


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


@pytest.fixture(scope="session")
def serve_all(tmp_path_factory):
    """Start a program for the tests of all files."""
    with serving(tmp_path_factory) as start:
        yield start


@pytest.fixture(scope="module")
def serve(tmp_path_factory):
    """Start a program for the tests of a file."""
    with serving(tmp_path_factory) as start:
        yield start


@pytest.fixture
def serve_once(tmp_path_factory):
    """Start a program for one test."""
    with serving(tmp_path_factory) as start:
        yield start


WRAPPED = ("-m", "uvicorn", "tests.browser.wrapped:app", "--port")


@pytest.fixture(scope="session")
def orders(tmp_path_factory):
    """The folder by which tests slow questions down or have them fail."""
    return tmp_path_factory.mktemp("orders")


@pytest.fixture(scope="session")
def wrapped(serve_all, lake_folder, orders):
    """The address of the program over the small lake that follows `orders`."""
    return serve_all(lake_folder, WRAPPED, PARLEY_TEST_FOLDER=str(orders))


@pytest.fixture
def order(orders):
    """Give an order, as `order("slow-session_page", "2")`; all are taken back at the end."""

    def give(name, text=""):
        path = orders / name
        path.write_text(text)
        return path.unlink

    yield give
    for path in orders.iterdir():
        path.unlink()


def wait_until_ready(process, address):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/v1/readyz") as answer:  # noqa: S310  ours
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    pytest.fail(f"the program did not become ready; it ended with {process.poll()}")


@pytest.fixture(scope="session")
def lake_folder(tmp_path_factory):
    """The small lake, written once."""
    folder = tmp_path_factory.mktemp("small")
    small_lake.write(Settings(data=folder / "lake", state=folder / "state", demo="off"))
    return folder / "lake"


@pytest.fixture(scope="session")
def address(serve_all, lake_folder):
    return serve_all(lake_folder)


@pytest.fixture(scope="session")
def talking(serve_all, tmp_path_factory):
    """The program over a small lake of its own, to which events may be sent."""
    folder = tmp_path_factory.mktemp("talking")
    small_lake.write(Settings(data=folder / "lake", state=folder / "writer", demo="off"))
    return serve_all(folder / "lake", PARLEY_WATCH_SECONDS="0.1")


@pytest.fixture(scope="session")
def chromium():
    path = find()
    if path is None:
        pytest.fail("no Chromium: set PARLEY_CHROMIUM to the path of one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def window(chromium):
    """A window of a theme and a size; tabs of one window share the browser's cache."""
    windows = {}

    def opened(theme, width, height):
        if (theme, width, height) not in windows:
            windows[theme, width, height] = chromium.new_context(
                viewport={"width": width, "height": height},
                color_scheme=theme,
                timezone_id="Asia/Kolkata",
            )
        return windows[theme, width, height]

    yield opened
    for context in windows.values():
        context.close()


@pytest.fixture
def look(window, address):
    """Open a tab at a path; afterwards nobody may have complained or asked another host."""
    with looking(window, address) as open_page:
        yield open_page


@pytest.fixture(scope="session")
def hard(serve_all, tmp_path_factory):
    """The address of the program over sessions that are hard to show."""
    folder = tmp_path_factory.mktemp("hard")
    settings = Settings(data=folder / "lake", state=folder / "state", demo="off")
    hard_sessions.write(settings, hard_sessions.everything())
    return serve_all(settings.data)


@pytest.fixture
def read(window, hard):
    """Open a hard session by its id, as `look` does: `read("talk", "&m=4", theme="dark")`."""
    with looking(window, hard) as open_page:

        def open_session(session_id, more="", **given):
            page = open_page(f"/?id={session_id}{more}", **{"wait": ".panel", **given})
            page.locator(".st-key-keys dialog").wait_for(state="attached")  # keys are heard
            return page

        yield open_session


@contextmanager
def looking(window, address):
    """Give a function that opens a tab; afterwards nobody may have complained or asked others."""
    tabs = []

    def open_page(path="/", *, theme="light", width=1440, height=900, wait="tr[data-id]"):
        page = window(theme, width, height).new_page()
        page.seen = watch(page, address)
        tabs.append(page)
        page.goto(f"{address}{path}")
        page.locator(wait).first.wait_for()
        return page

    yield open_page
    for page in tabs:
        page.close()
    assert [Seen() for _ in tabs] == [page.seen for page in tabs]


def watch(page, base):
    """Return what the page does from now on that it should not."""
    seen = Seen()
    own = (base, base.replace("http:", "ws:"), "blob:", "data:")
    page.on("request", lambda r: r.url.startswith(own) or seen.foreign.append(r.url))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("console", lambda m: is_complaint(m) and seen.complaints.append(m.text))
    page.on("dialog", lambda dialog: (seen.dialogs.append(dialog.message), dialog.dismiss()))
    return seen


def is_complaint(message):
    """Say whether a line of the console is an error.

    Streamlit's page looks for its server below a deep address first, and one level up after the
    404: two lines that nobody is harmed by.
    """
    is_search = re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"])
    return message.type == "error" and not is_search
