"""The page of webhooks in a browser: made, tried, looked into, turned off, removed."""

import re

import pytest
from playwright.sync_api import expect

from tests.hooks.conftest import receive  # noqa: F401  a fixture
from tests.hooks.receiver import reply

pytestmark = pytest.mark.browser

READY = "text=New webhook"
HOSTILE = b"<img src=x onerror=alert(1)>\x1b[31m</pre><script>alert(2)</script>"


def make(page, url, description):
    page.get_by_label("Address").fill(url)
    page.get_by_label("Description").fill(description)
    page.get_by_role("group", name="Told of").get_by_text("session.failed").click()
    page.get_by_role("button", name="Make webhook").click()
    expect(page.get_by_role("status", name="The new secret")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_a_webhook_is_made_tried_and_removed(look, receive, theme, width):  # noqa: F811
    receiver = receive(lambda _: reply(200, HOSTILE))
    page = look("/webhooks", wait=READY, theme=theme, width=width)
    make(page, receiver.url, f"From a browser {width}")
    secret = page.locator(".secret").inner_text()
    assert re.fullmatch(r"whsec_[\w+/]{43}=", secret)
    expect(page.get_by_label("Address")).to_have_value("")  # not made again by a second press
    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_text(secret)).to_have_count(0)

    row = page.get_by_role("row", name=re.compile(f"From a browser {width}"))
    row.get_by_role("button", name="Send test").click()
    expect(page.get_by_text("The test has arrived")).to_be_visible()
    log = page.get_by_role("region", name="Log")
    expect(log.get_by_text("Attempt 1: 200")).to_be_visible()
    expect(log.locator("pre", has_text="onerror")).to_contain_text("<img src=x onerror=alert(1)>")
    assert len(receiver.requests) == 1
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    log.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("It is sent again")).to_be_visible()
    row.get_by_role("button", name="Turn off").click()
    expect(row.get_by_text("turned off by hand")).to_be_visible()
    row.get_by_role("button", name="Close log").click()
    expect(log).to_have_count(0)
    row.get_by_role("button", name="Remove").click()
    expect(row).to_be_visible()  # one press is a question
    row.get_by_role("button", name="Remove it with its log?").click()
    expect(row).to_have_count(0)
    assert secret not in page.content()


def test_an_address_that_cannot_be_is_told_in_words_and_stays_in_the_form(look):
    page = look("/webhooks", wait=READY)
    page.get_by_label("Address").fill("https://10.0.0.1/hook")
    page.get_by_role("group", name="Told of").get_by_text("session.failed").click()
    page.get_by_role("button", name="Make webhook").click()

    expect(page.get_by_role("alert")).to_contain_text("not in the public Internet")
    expect(page.get_by_label("Address")).to_have_value("https://10.0.0.1/hook")


def test_the_keyboard_alone_makes_a_webhook(look, receive):  # noqa: F811
    page = look("/webhooks", wait=READY)
    page.get_by_label("Address").focus()
    page.keyboard.type(receive().url)
    page.keyboard.press("Tab")
    page.keyboard.type("By keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Make webhook").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("row", name=re.compile("By keyboard"))).to_be_visible()


def test_the_description_of_the_api_sends_a_body(look):
    page = look("/api/v1/docs", wait="section")
    part = page.get_by_role("region", name="Make a webhook")
    expect(part.get_by_label("Body")).to_have_value(re.compile("session.started"))
    expect(part.locator("pre").first).to_contain_text("-X POST")
    expect(part.locator("pre").first).to_contain_text("-d '{")
    part.get_by_role("button", name="Send").click()

    expect(part.get_by_role("status")).to_contain_text(re.compile("40[13]"))  # it brings no key
    page.wait_for_timeout(500)
    page.seen.complaints.clear()  # the browser tells of the refusal, a moment later
