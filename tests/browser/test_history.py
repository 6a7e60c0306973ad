"""The whole view is in the address: links, typing, Back, Forward, Reload."""

import random
import re
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import expect

from settings import Settings
from tests.browser.parts import SEARCH, asked, rows, said
from tests.conftest import IS_SOAK
from tests.pages import small_lake

pytestmark = pytest.mark.browser

FIVE = "/?q=desk&channel=web&channel=phone&status=completed&type=chat&type=voice&has=messages"
TYPINGS = 20 if IS_SOAK else 3
SEED = 7


@pytest.fixture(scope="module")
def wide(serve, tmp_path_factory):
    """The program over a lake with many pages under every filter."""
    folder = tmp_path_factory.mktemp("wide")
    settings = Settings(data=folder / "lake", state=folder / "state", demo="off")
    small_lake.write(settings, range(2600))
    return serve(settings.data)


@pytest.fixture
def open_wide(window, wide):
    tabs = []

    def opened(path="/", wait="tr[data-id]"):
        page = window.tab(wide)
        tabs.append(page)
        page.goto(path if path.startswith("http") else f"{wide}{path}")
        page.locator(wait).first.wait_for()
        return page

    yield opened
    for page in tabs:
        window.give_back(page)


def view(page):
    """Return what a person sees of the list."""
    return {
        "said": said(page).inner_text(),
        "ids": rows(page).evaluate_all("rows => rows.map((row) => row.dataset.id)"),
        "chips": page.locator(".chip").all_inner_texts(),
        "search": page.get_by_placeholder(SEARCH).input_value(),
        "sort": page.locator("th[aria-sort]").all_inner_texts(),
    }


# Notes of each frame whether rows and the head are drawn.
FRAMES = """() => {
  window.seen = [];
  const isDrawn = (node) => Boolean(node?.getClientRects().length);
  const every = '[data-testid^="stBidi"], [data-testid^="stBidi"] *';
  const row = (root) => root.querySelector("tr[data-id]") ??
    [...root.querySelectorAll(every)].filter((host) => host.shadowRoot)
      .map((host) => row(host.shadowRoot)).find(Boolean);
  const look = () => {
    window.seen.push([isDrawn(row(document)), isDrawn(document.querySelector(".st-key-listing"))]);
    requestAnimationFrame(look);
  };
  look();
}"""


def settled(page, pattern):
    """Wait until the list says this, and return what a person sees."""
    expect(said(page)).to_have_text(re.compile(pattern))
    return view(page)


def test_a_link_with_five_filters_sort_and_page_opens_exactly_that_view(open_wide):
    page = open_wide(f"{FIVE}&size=25")
    page.get_by_role("link", name="Duration").click()
    expect(page.locator("th[aria-sort]")).to_contain_text("Duration")
    page.get_by_role("link", name="Page 3").click()
    seen = settled(page, "^Showing 51 to ")
    again = open_wide(page.url)
    page.reload()

    assert len(asked(page)) == 8
    assert seen == settled(again, "^Showing 51 to ")
    assert seen == settled(page, "^Showing 51 to ")


@pytest.mark.soak
def test_typing_on_page_three_leaves_address_and_view_in_step(open_wide, counted):
    """The address is written by two hands here: the field's, and the pager's."""
    counted("typings on page 3", TYPINGS, seed=SEED)
    chance = random.Random(SEED)  # noqa: S311  the same words each time
    page = open_wide("/")
    for _ in range(TYPINGS):
        page.get_by_role("link", name="Page 3").click()
        expect(said(page)).to_contain_text("Showing 101 to 150 of ")
        word = chance.choice(["desk", "billing", "intake", "returns", "user-3", "50%_"])
        field = page.get_by_placeholder(SEARCH)
        field.fill("")
        field.press_sequentially(word, delay=chance.choice([15, 60, 130]))
        expect(page).to_have_url(re.compile(rf"[?&]q={quote_plus(word)}(&|$)"))
        linked = open_wide(page.url)
        seen = view(linked)
        linked.close()

        assert asked(page)["q"] == [word]
        expect(said(page)).to_have_text(seen["said"])
        assert view(page) == seen
        page.get_by_role("link", name="Clear filters").click()
        expect(said(page)).to_contain_text("of 2,600 ")


def test_one_back_leaves_the_session_and_forward_opens_it_again(open_wide):
    page = open_wide(f"{FIVE}&size=25")
    page.get_by_role("link", name="Page 2").click()
    before = settled(page, "^Showing 26 to 50 ")
    rows(page).nth(7).locator("td.agent").click()
    expect(page.locator(".transcript")).to_be_visible()
    page.go_back()
    assert before == settled(page, "^Showing 26 to 50 ")
    page.go_forward()
    expect(page.locator(".transcript")).to_be_visible()
    page.reload()
    expect(page.locator(".transcript")).to_be_visible()
    page.go_back()

    assert before == settled(page, "^Showing 26 to 50 ")


def test_the_head_is_there_before_the_rows_for_who_goes_back(open_wide):
    """Else the rows would be drawn where the head comes, and jump down a moment later."""
    page = open_wide(f"{FIVE}&size=25")
    rows(page).nth(7).locator("td.agent").click()
    expect(page.locator(".transcript")).to_be_visible()
    page.wait_for_timeout(1_000)
    page.evaluate(FRAMES)
    page.go_back()
    settled(page, "^Showing 1 to 25 ")
    page.wait_for_timeout(500)
    seen = page.evaluate("window.seen")

    assert [False, False] in seen  # the session
    assert [True, True] in seen  # the list
    assert [True, False] not in seen


@pytest.mark.parametrize("order", [list(range(8)), list(range(7, -1, -1))], ids=["first", "last"])
def test_each_chip_removes_only_its_own_filter(open_wide, order):
    page = open_wide(f"{FIVE}&metadata=plan%3Denterprise")
    crosses = page.locator(".chip a")
    for left in range(8, 0, -1):
        expect(crosses).to_have_count(left)
        named = page.locator(".chip").all_inner_texts()
        place = 0 if order[0] == 0 else left - 1
        crosses.nth(place).click()
        expect(page.locator(".chip")).to_have_count(left - 1)
        del named[place]
        assert named == page.locator(".chip").all_inner_texts()

    expect(said(page)).to_contain_text("of 2,600 ")
    assert "?" not in page.url


def test_two_quick_presses_on_next_lead_two_pages_on(open_wide):
    page = open_wide("/")
    following = page.get_by_role("link", name="Next page")
    following.evaluate("link => { link.click(); link.click() }")  # before the first is answered

    expect(said(page)).to_have_text("Showing 101 to 150 of 2,600 sessions")
    page.go_back()
    expect(said(page)).to_have_text("Showing 51 to 100 of 2,600 sessions")


def test_a_number_beyond_the_last_page_shows_the_last(open_wide):
    page = open_wide("/?page=999999")

    expect(said(page)).to_have_text("Showing 2,551 to 2,600 of 2,600 sessions")
