"""The real program on a free port, over the small lake, and Chromium looking at it."""

import pytest
from playwright.sync_api import expect, sync_playwright

from settings import Settings
from tests.browser import hard as hard_sessions
from tests.browser.charts import READY, TITLES, WEEK, answer
from tests.browser.chromium import FLAGS, find_light
from tests.browser.programs import WRAPPED, serving, wait_until_told
from tests.browser.seen import looking
from tests.browser.windows import Windows
from tests.pages import small_lake

# Two cores that run this suite are busy: what is expected may take its time, but must come.
expect.set_options(timeout=20_000)


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
def many(serve_all, lake_folder):
    """The program over the small lake as if its sessions were very many; its cubes are there."""
    address = serve_all(lake_folder, PARLEY_CUBE_SESSIONS="1")
    wait_until_told(f"{address}/api/v1/readyz", lambda told: told["source"] == "index")
    return address


@pytest.fixture(scope="session")
def talking(serve_all, tmp_path_factory):
    """The program over a small lake of its own, to which events may be sent."""
    folder = tmp_path_factory.mktemp("talking")
    small_lake.write(Settings(data=folder / "lake", state=folder / "writer", demo="off"))
    return serve_all(folder / "lake", PARLEY_WATCH_SECONDS="0.1")


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def executable():
    path = find_light()
    if path is None:
        pytest.fail("no Chromium: set PARLEY_CHROMIUM to the path of one")
    return {"executable_path": path, "args": list(FLAGS)}


@pytest.fixture(scope="session")
def chromium(playwright, executable):
    browser = playwright.chromium.launch(**executable)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def window(playwright, executable, tmp_path_factory):
    """A window of a theme and a size; tabs of one window share the browser's cache.

    Each has a profile on the disk: only there does the browser keep compiled scripts, without which
    opening a page takes it half as long again.
    """
    windows = Windows(
        lambda theme, width, height: playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            viewport={"width": width, "height": height},
            color_scheme=theme,
            timezone_id="Asia/Kolkata",
            **executable,
        )
    )
    yield windows
    windows.close()


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


@pytest.fixture
def charts(look):
    """Open the page; all its charts are there."""

    def opened(path=WEEK, **size):
        page = look(path, wait=READY, **size)
        for title in TITLES:
            expect(answer(page, title)).to_be_visible()
        return page

    return opened
