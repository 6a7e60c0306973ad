"""From page to page: the filters go along, and Back leads back."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.parts import rows, said

pytestmark = pytest.mark.browser

VIEW = "/?channel=web&status=completed&q=desk"
HEALTH = "Data health"


def test_another_page_and_back_is_the_same_view(look):
    page = look(VIEW)
    before = said(page).inner_text()
    page.get_by_role("link", name=HEALTH).click()
    expect(page.get_by_role("heading", name=HEALTH)).to_be_visible()
    expect(page).to_have_url(re.compile(r"/health\?channel=web&status=completed&q=desk$"))
    expect(page.locator(".health")).to_contain_text("Every file is whole.")
    page.go_back()

    expect(page).to_have_url(re.compile(re.escape(VIEW) + "$"))
    expect(said(page)).to_have_text(before)
    expect(page.locator(".chip")).to_have_count(3)


def test_forward_shows_the_other_page_again(look):
    page = look(VIEW)
    page.get_by_role("link", name=HEALTH).click()
    expect(page.locator(".health")).to_be_visible()
    page.go_back()
    expect(rows(page).first).to_be_visible()
    page.go_forward()

    expect(page.locator(".health")).to_be_visible()
    expect(page).to_have_title(f"{HEALTH} · Parley")


def test_the_link_of_a_page_brings_the_filters_back(look):
    page = look(VIEW)
    before = said(page).inner_text()
    page.get_by_role("link", name=HEALTH).click()
    expect(page.locator(".health")).to_be_visible()
    page.get_by_role("link", name="Sessions", exact=True).click()

    expect(said(page)).to_have_text(before)
    expect(page.get_by_role("searchbox").or_(page.get_by_label("Search")).first).to_have_value(
        "desk"
    )


def test_a_count_leads_to_its_sessions(look):
    page = look("/?channel=web")
    page.get_by_role("link", name=HEALTH).click()
    page.get_by_role("link", name=re.compile("^Without a start: show 1 ")).click()

    expect(said(page)).to_have_text("Showing 1 to 1 of 1 session")
    expect(page.locator(".chip")).to_have_count(1)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_fits_a_phone(look, theme):
    page = look("/", theme=theme, width=390, height=844)
    page.get_by_test_id("stExpandSidebarButton").click()
    page.get_by_role("link", name=HEALTH).click()
    expect(page.locator(".health")).to_be_visible()

    expect(page.get_by_role("link", name="Sessions", exact=True)).not_to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
