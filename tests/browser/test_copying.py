"""The copy menu: what is copied is the view, by every way that the API knows."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

WAYS = {
    "Link": "channel=web", "curl": "curl -sS", "Python": "urlopen", "DuckDB SQL": "read_parquet",
    "Command line": "--channel=web",
}  # fmt: skip


def test_every_way_is_copied(look):
    page = look("/?channel=web")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as", exact=True).click()
    for way, part in WAYS.items():
        page.get_by_role("button", name=f"Copy as {way}").click()
        expect(page.get_by_role("button", name=f"Copy as {way}")).to_contain_text("Copied")
        text = page.evaluate("navigator.clipboard.readText()")

        assert part in text
        assert page.get_by_label("The text").inner_text().strip() == text.strip()
        if way == "Link":
            link = text
    total = page.get_by_text(re.compile(r"of \d+ sessions")).first.inner_text()
    page.goto(link)

    expect(page.get_by_text(total).first).to_be_visible()


def test_the_texts_follow_the_address(look):
    page = look("/?status=failed")
    opener = page.get_by_role("button", name="Copy as", exact=True)
    opener.click()
    expect(page.get_by_label("The text")).to_contain_text("status=failed")
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("tr[data-id]")).to_have_count(50)
    opener.click()
    expect(page.get_by_label("The text")).not_to_contain_text("status=failed")


def test_the_bar_stays_in_one_line(look):
    """Seven menus and three ends, at the width of a usual window."""
    page = look("/?channel=web&range=30d")

    assert page.locator(".st-key-menus").bounding_box()["height"] < 40
    assert page.locator(".st-key-ends").bounding_box()["height"] < 40
