"""The one clock: what is imported while a page is open appears on it."""

import pytest
from playwright.sync_api import expect

from lake.writer import Writer
from settings import Settings
from tests.pages import small_lake

pytestmark = pytest.mark.browser

FIRST, SECOND = range(100), range(100, small_lake.COUNT)


@pytest.fixture
def growing(tmp_path):
    """A lake of its own that holds a part of the sessions; call it to add others."""
    settings = Settings(data=tmp_path / "lake", state=tmp_path / "writer", demo="off")

    def add(numbers):
        with Writer(settings) as writer:
            writer.add(small_lake.batch(numbers))
            writer.commit()

    add(FIRST)
    add.folder = settings.data
    return add


def look_again(page):
    """Have the clock ask now, as when the tab is shown again, instead of within ten seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_an_import_appears_and_what_is_half_typed_stays(serve, window, growing):
    page = window("light", 1440, 900).new_page()
    page.goto(serve(growing.folder, PARLEY_WATCH_SECONDS="0.1"))
    said = page.locator(".pager .said")
    expect(said).to_have_text("Showing 1 to 50 of 100 sessions")
    page.get_by_role("button", name="Channel").click()
    growing(SECOND)
    page.wait_for_timeout(1000)
    look_again(page)

    expect(said).to_have_text("Showing 1 to 50 of 130 sessions", timeout=15_000)
    expect(page.get_by_role("checkbox", name="Phone")).to_be_visible()  # the menu is still open
    page.close()


def test_nothing_new_starts_no_run(look):
    page = look()
    sent = []

    def keep(frame):  # Playwright marks the function that it calls, and cannot mark a built-in one
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    page.reload()
    page.locator("tr[data-id]").first.wait_for()
    page.wait_for_timeout(1500)
    before = len(sent)
    with page.expect_response("**/api/v1/snapshot") as answer:
        look_again(page)
    page.wait_for_timeout(500)

    assert answer.value.ok
    assert before > 0
    assert len(sent) == before
