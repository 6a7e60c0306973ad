"""Everything by keys: search, rows, opening, leaving, help."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.parts import SEARCH, hears_keys, rows, said, sent_since_reload
from tests.pages import small_lake

pytestmark = pytest.mark.browser


@pytest.fixture
def look(look):
    """Open a tab that hears keys already."""

    def open_page(*where, **how):
        page = look(*where, **how)
        hears_keys(page)
        return page

    return open_page


def link(page, place):
    return rows(page).nth(place).locator(".id a")


def test_slash_goes_to_the_search_field_and_escape_leaves_it(look):
    page = look()
    page.keyboard.press("/")
    expect(page.get_by_placeholder(SEARCH)).to_be_focused()
    page.keyboard.type("/j")
    expect(page.get_by_placeholder(SEARCH)).to_have_value("/j")
    page.keyboard.press("Escape")

    expect(page.get_by_placeholder(SEARCH)).not_to_be_focused()


def test_a_session_is_walked_to_opened_and_left_by_keys(look):
    page = look("/?status=failed")
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(link(page, 1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text(small_lake.FIRST_WORDS)).to_be_visible()
    page.keyboard.press("Escape")

    expect(page).to_have_url(re.compile(r"/\?status=failed$"))
    expect(rows(page).nth(1)).to_have_class(re.compile("came"))
    page.keyboard.press("j")
    expect(link(page, 2)).to_be_focused()


def test_escape_leaves_a_session_that_was_opened_by_a_link(look):
    page = look(f"/?channel=web&id={small_lake.name(6)}", wait=".transcript")
    page.keyboard.press("Escape")

    expect(page).to_have_url(re.compile(r"/\?channel=web$"))
    expect(rows(page).first).to_be_visible()


def test_the_list_of_keys_opens_and_closes(look):
    page = look()
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Keyboard shortcuts").click()

    expect(dialog).to_be_visible()


def test_r_refreshes_once(look):
    page = look()
    sent = sent_since_reload(page)
    page.wait_for_timeout(1200)
    before = len(sent)
    page.keyboard.press("r")
    page.wait_for_timeout(1200)

    assert len(sent) == before + 1


def test_keys_with_modifiers_belong_to_the_browser(look):
    page = look()
    page.keyboard.press("Control+j")

    expect(link(page, 0)).not_to_be_focused()


def test_focus_is_seen(look):
    page = look()
    page.keyboard.press("j")

    width = link(page, 0).evaluate("node => getComputedStyle(node).outlineWidth")
    assert width == "2px"


def test_the_full_id_is_copied_by_keys_and_told(look, address):
    page = look()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.keyboard.press("j")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(rows(page).first.locator(".copied")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == small_lake.name(0)
    expect(said(page)).to_be_visible()
