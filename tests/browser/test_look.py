"""Both themes, a phone, and what assistive technology is told."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.browser.parts import sent_since_reload
from tests.pages import small_lake

pytestmark = pytest.mark.browser

PLACES = {
    "list": ("/?channel=phone&range=7d&size=25", "tr[data-id]"),
    "session": (f"/?id={small_lake.name(13)}", ".transcript"),
    "empty": ("/?q=nobody-said-this", ".box h2"),
    "health": ("/health", ".health"),
    "agents": ("/agents?range=7d", ".agents tr[data-id]"),
    "agent": ("/agents?range=30d&agent=agent-1", ".numbers"),
    "activity": ("/activity?event=error", ".log tr[data-id]"),
    "exports": ("/exports?channel=web", ".exports .start b"),
    "errors": ("/activity?show=errors&range=30d", ".errors tr[data-id]"),
    "live": ("/live", ".live tr[data-id]"),
    "watched": (f"/live?watch={small_lake.name(1)}", ".panel .words"),
    "conversations": ("/search", ".finder"),
    "hits": ("/search?find=charged&range=7d", ".hit"),
    "alerts": ("/alerts?channel=web&metric=sessions", ".tried svg"),
    "no hits": ("/search?find=nobody-said-this", ".course"),
}


BACKGROUNDS = {"light": "rgb(255, 255, 255)", "dark": "rgb(17, 19, 23)"}
COLOURS = {"runOnly": ["color-contrast"]}
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("place", PLACES)
def test_axe_finds_nothing_serious_in_both_themes_and_on_a_phone_and_nothing_is_cut_off(
    look, place
):
    path, wait = PLACES[place]
    page = look(path, theme="light", wait=wait)
    assert [] == serious(page)
    page.emulate_media(color_scheme="dark")
    expect(page.locator(".stApp")).to_have_css("background-color", BACKGROUNDS["dark"])
    page.wait_for_timeout(300)  # rows change their colour in 80 ms
    assert [] == serious(page, **COLOURS)  # what else there is is no other than in the light
    page.set_viewport_size(PHONE)

    assert [] == serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


OPENED = {
    "channels": lambda page: page.get_by_role("button", name="Channel").click(),
    "calendar": lambda page: page.get_by_role("button", name="All time").click(),
    "metadata": lambda page: page.get_by_role("button", name="Metadata").click(),
    "keys": lambda page: page.keyboard.press("?"),
}

OPEN = ":popover-open, dialog[open]"


def test_axe_finds_nothing_serious_in_what_opens(look):
    page = look("/?size=25", theme="dark")
    for what, open_ in OPENED.items():
        open_(page)
        expect(page.locator(OPEN)).to_have_count(1)
        page.wait_for_timeout(200)

        assert [] == serious(page, OPEN), what
        page.keyboard.press("Escape")
        expect(page.locator(OPEN)).to_have_count(0)


def test_axe_finds_nothing_serious_in_the_sheet_of_a_phone(look):
    page = look("/?size=25", theme="dark", **PHONE)
    page.get_by_role("button", name="Filters").click()
    page.wait_for_timeout(200)

    assert [] == serious(page, OPEN)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_both_themes_colour_the_page(look, theme):
    page = look(theme=theme)
    background = page.evaluate("getComputedStyle(document.querySelector('.stApp')).backgroundColor")

    assert background == BACKGROUNDS[theme]


def test_a_theme_that_changes_while_the_page_is_open_changes_the_logo_too(look):
    page = look(theme="light")
    logo = page.locator("img[data-testid*=Logo]").first
    expect(logo).to_have_attribute("src", re.compile("logo-light"))
    page.emulate_media(color_scheme="dark")

    expect(logo).to_have_attribute("src", re.compile("logo-dark"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_theme_that_the_first_run_knows_costs_no_other(look, theme):
    page = look(theme=theme)
    sent = sent_since_reload(page)
    page.wait_for_timeout(2500)  # the clock looks each second

    assert len(sent) == 1


def test_on_a_phone_nothing_is_cut_off_sideways(look):
    page = look("/?channel=phone&range=7d", width=390, height=844)
    row = page.locator("tr[data-id]").first

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert row.bounding_box()["width"] <= 390
    expect(row.locator(".badge").first).to_be_visible()


@pytest.mark.parametrize("path", ["/?channel=phone&range=7d", f"/?id={small_lake.name(13)}"])
def test_at_twice_the_size_everything_is_within_reach(look, path):
    """A browser at 200 % lays a window of 1440 pixels out as one of 720."""
    page = look(path, width=720, height=450, wait="tr[data-id], .transcript")

    assert page.evaluate("document.documentElement.scrollWidth") <= 720
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 720


def test_on_a_phone_a_row_opens_its_session(look):
    page = look(width=390, height=844)
    page.locator("tr[data-id]").first.click()

    expect(page.get_by_text(small_lake.FIRST_WORDS)).to_be_visible()


def test_the_table_is_a_table_to_a_screen_reader(look):
    page = look(width=390, height=844)

    expect(page.get_by_role("table", name="Sessions")).to_have_count(1)
    expect(page.get_by_role("row")).to_have_count(51)
    expect(page.get_by_role("columnheader")).to_have_count(6)
