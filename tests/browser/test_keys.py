"""The page of the keys, and the description of the API, in a browser."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

READY = "text=New key"


def make(page, name):
    page.get_by_label("Name").first.fill(name)
    may = page.get_by_role("group", name="May")
    may.get_by_text("read:metrics", exact=True).click()
    page.get_by_role("button", name="Make key").click()
    expect(page.get_by_role("status", name="The new key")).to_be_visible()


def test_a_key_is_made_shown_once_and_revoked(look):
    page = look("/keys", wait=READY)
    make(page, "From a browser")
    text = page.locator(".secret").inner_text()
    assert re.fullmatch(r"sk_live_[0-9a-f]{12}_[\w-]{43}", text)
    row = page.get_by_role("row", name=re.compile("From a browser"))
    expect(row.get_by_text("Live")).to_be_visible()
    status = page.evaluate(
        """async (key) => (await fetch("./api/v1/sessions/metrics",
           {headers: {Authorization: `Bearer ${key}`}})).status""", text)  # fmt: skip
    assert status == 200

    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_text(text)).to_have_count(0)
    row.get_by_role("button", name="Revoke").click()
    expect(row.get_by_text("Live")).to_be_visible()  # one press is a question
    row.get_by_role("button", name="Revoke for good?").click()
    expect(row.get_by_text("Revoked")).to_be_visible()

    page.reload()
    expect(page.get_by_role("row", name=re.compile("From a browser"))).to_be_visible()
    assert text not in page.content()


def test_a_key_that_cannot_be_is_told_in_words(look):
    page = look("/keys", wait=READY)
    page.get_by_label("Name").first.fill("Without a scope")
    page.get_by_role("button", name="Make key").click()

    expect(page.get_by_role("alert")).to_contain_text("at least one scope")


def test_the_keyboard_alone_makes_a_key(look):
    page = look("/keys", wait=READY)
    page.get_by_label("Name").first.focus()
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Make key").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("row", name=re.compile("By keyboard"))).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_the_description_works_under_the_policy_and_asks_nobody_else(look, theme, width):
    page = look("/api/v1/docs", theme=theme, width=width, wait="section")
    part = page.get_by_role("region", name="List sessions")
    part.get_by_label("limit").fill("2")
    part.get_by_label("status").fill("failed,cancelled")
    expect(part.locator("pre").first).to_contain_text("limit=2")
    part.get_by_role("button", name="Send").click()

    expect(part.get_by_role("status")).to_contain_text("200")
    expect(part.get_by_label("The answer")).to_contain_text('"total_items"')
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_key_that_is_typed_is_sent_but_never_written_down(look, address):
    page = look("/api/v1/docs", wait="section")
    sent = []
    page.on("request", lambda request: sent.append((request.url, request.headers)))
    page.get_by_label("Your key").fill("sk_live_something")
    part = page.get_by_role("region", name="Read the metrics")
    with page.expect_response(re.compile("/metrics")) as answer:
        part.get_by_role("button", name="Send").click()

    assert answer.value.status == 401
    page.wait_for_timeout(500)
    page.seen.complaints.clear()  # the browser tells of the 401, a moment later
    assert sent[-1][1]["authorization"] == "Bearer sk_live_something"
    assert "sk_live_something" not in "".join(url for url, _ in sent)
    assert "sk_live_something" not in part.inner_text()
