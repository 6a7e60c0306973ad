"""A session that goes on while somebody reads it: its end is followed, and nobody is torn away."""

import pytest
from playwright.sync_api import expect

from settings import Settings
from tests.browser import hard
from tests.browser.parts import hears_keys, words
from tests.browser.test_refresh import look_again

pytestmark = pytest.mark.browser

PATIENCE_MS = 15_000
RESTS = """
async (scroller, below) => {
  const frame = () => new Promise((done) => requestAnimationFrame(done));
  while (scroller.scrollTop >= below) await frame();
  for (let before = -1, still = 0; still < 10; await frame()) {
    still = before === scroller.scrollTop ? still + 1 : 0;
    before = scroller.scrollTop;
  }
  return scroller.scrollTop;
}
"""


@pytest.fixture(scope="module")
def growing(serve, tmp_path_factory):
    """Have the session hold so many messages: `growing(40)`; with the address of the program."""
    folder = tmp_path_factory.mktemp("live")
    settings = Settings(data=folder / "lake", state=folder / "writer", demo="off")

    def hold(said_so_far):
        hard.write(settings, [hard.live(said_so_far)])

    hold(30)
    hold.address = serve(settings.data, PARLEY_WATCH_SECONDS="0.1")
    return hold


@pytest.fixture
def open_live(window, growing):
    """Open the live session once it is shown with so many messages."""
    pages = []

    def opened(said_so_far, *, theme="light", width=1440, height=900):
        growing(said_so_far)
        page = window.tab(growing.address, theme, width, height)
        pages.append(page)
        page.goto(f"{growing.address}/?id=live")
        page.locator(".panel").wait_for()
        grown(page, growing, said_so_far)
        hears_keys(page)
        return page

    yield opened
    for page in pages:
        window.give_back(page)


def grown(page, growing, said_so_far):
    """Have the session hold so many messages, and the page show them."""
    growing(said_so_far)
    for _ in range(50):
        look_again(page)
        page.wait_for_timeout(200)
        if words(page).count() == said_so_far:
            return
    expect(words(page)).to_have_count(said_so_far, timeout=PATIENCE_MS)


def top(page):
    return page.locator(".scroller").evaluate("node => node.scrollTop")


def test_new_turns_appear_and_the_end_is_followed(open_live, growing):
    page = open_live(30)
    expect(words(page, "Live message 29.")).to_be_in_viewport()  # who opens it reads its end
    grown(page, growing, 33)
    expect(words(page, "Live message 32.")).to_be_in_viewport()
    expect(page.get_by_role("button", name="new", exact=False)).to_have_count(0)
    expect(page.locator(".turn .silence").last).to_contain_text("of silence")

    expect(page.get_by_label("Information")).to_contain_text("Messages33")


def rests(page, below):
    """Wait until the transcript has scrolled up from a place and rests; return where."""
    return page.locator(".scroller").evaluate(RESTS, below)


@pytest.mark.parametrize(
    "press",
    [lambda _page, fresh: fresh.click(), lambda page, _fresh: page.keyboard.press("End")],
    ids=["button", "key"],
)
def test_who_has_scrolled_up_reads_on_and_is_told_of_what_is_new(open_live, growing, press):
    page = open_live(40)
    expect(words(page).last).to_be_in_viewport()
    box = page.locator(".scroller").bounding_box()
    page.mouse.move(box["x"] + 200, box["y"] + 200)
    end = top(page)
    page.mouse.wheel(0, -1500)
    before = rests(page, below=end)
    grown(page, growing, 45)
    fresh = page.get_by_role("button", name="5 new")
    expect(fresh).to_be_visible()
    assert before == top(page)
    press(page, fresh)
    expect(words(page, "Live message 44.")).to_be_in_viewport()
    expect(fresh).to_have_count(0)
    grown(page, growing, 47)  # who is at the end again follows it again

    expect(words(page, "Live message 46.")).to_be_in_viewport()


def test_on_a_phone_the_end_is_followed_too(open_live, growing):
    page = open_live(50, theme="dark", width=390, height=844)
    grown(page, growing, 52)

    expect(words(page, "Live message 51.")).to_be_in_viewport()
