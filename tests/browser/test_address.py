"""Addresses that somebody pastes or mistypes."""

import pytest
from playwright.sync_api import expect

from tests.browser.parts import said

pytestmark = pytest.mark.browser

INVALID = "?page=zz&size=7&sort=agent&channel=fax&status=completed&range=soon&color=red&auto=x"


def test_an_invalid_address_shows_the_rest_and_says_so(look):
    page = look(f"/{INVALID}")

    expect(page.locator(".strip")).to_contain_text("Left out")
    for name in ("page", "size", "sort", "channel", "range", "color"):
        expect(page.locator(".strip")).to_contain_text(name)
    expect(page.locator(".chip")).to_have_count(1)


def test_a_pasted_link_shows_the_same_view(look):
    first = look("/?q=a&channel=web&channel=phone&status=completed&type=chat&sort=duration&size=25")
    second = look(first.url.split("/", 3)[3].join(["/", ""]))

    assert said(first).inner_text() == said(second).inner_text()
    assert (
        first.locator("tr .mono").all_inner_texts() == second.locator("tr .mono").all_inner_texts()
    )


QUERIES = (
    INVALID, "?auto=x", "?auto=true", "?auto=false&auto=true",
    f"?q={'a' * 300}", "?q=", "?color=red",
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_one_back_leaves_a_page_with_an_invalid_address(look, address, query):
    page = look()
    page.goto(f"{address}/health")
    page.locator(".health").wait_for()
    page.goto(f"{address}/{query}")
    page.locator("tr[data-id], .box h2").first.wait_for()
    page.wait_for_timeout(700)
    page.go_back()

    expect(page.locator(".health")).to_be_visible()


def test_a_value_that_was_cleaned_away_is_told(look):
    page = look("/?auto=x&channel=web")

    expect(page.locator(".strip")).to_contain_text("auto, which can be true or false")
    expect(page.locator(".chip")).to_have_count(1)
