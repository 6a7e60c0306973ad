"""Alerts in a browser: a rule is typed, tried, saved, fires, is seen everywhere, and is removed."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.hooks.receiver import wait_until

pytestmark = pytest.mark.browser

READY = ".hooks form"
HOSTILE = "<img src=x onerror=alert(1)>"


def clear(page):
    """Remove what a test has made, by the hand of a person."""
    page.locator("[data-press=remove]").first.wait_for()
    while page.locator("[data-press=remove]").count():
        page.locator("[data-press=remove]").first.click()
        row = page.locator("tr[data-state]").first
        key = row.get_attribute("data-key")
        page.get_by_role("button", name="Remove it with its history?").click()
        expect(page.locator(f'tr[data-key="{key}"]')).to_have_count(0)


def wait_until_it_fires(page, address):
    """Wait for who looks, and have the page run."""
    asked = f"{address}/api/v1/alerts"
    wait_until(lambda: "firing" in [row["state"] for row in page.request.get(asked).json()["data"]])
    page.get_by_role("button", name="Refresh").click()
    expect(page.locator("tr[data-state=firing]")).to_have_count(1)


def test_the_keyboard_alone_makes_an_alert_that_was_tried_and_fires(look, address):
    page = look("/alerts?metric=sessions&channel=web", wait=READY)
    expect(page.get_by_text("Choose a threshold, and see here")).to_be_visible()
    page.get_by_label("Name").focus()
    page.keyboard.type(HOSTILE)
    for _ in range(4):  # metric, window, condition, threshold
        page.keyboard.press("Tab")
    page.keyboard.type("0")
    expect(page.get_by_text(re.compile("Would have fired"))).to_be_visible()
    expect(page.locator(".fires").first).to_be_attached()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="is saved")).to_be_visible()
    expect(page.get_by_label("Name")).to_have_value("")  # not made again by a second press
    row = page.get_by_role("row", name=re.compile(re.escape(HOSTILE)))
    expect(row.first).to_contain_text("Sessions of the last hour, above 0")

    wait_until_it_fires(page, address)
    badge = page.get_by_role("navigation").get_by_text("1 firing")
    expect(badge).to_be_visible()
    expect(page.get_by_role("region", name="What has fired").first).to_contain_text(HOSTILE)
    page.get_by_role("link", name="Sessions", exact=True).click()
    page.locator("tr[data-id]").first.wait_for()
    expect(badge).to_be_visible()
    page.go_back()
    clear(page)
    expect(badge).to_have_count(0)


def test_on_a_phone_a_strip_says_what_fires_and_leads_to_it(look, address):
    page = look("/alerts?metric=sessions", wait=READY, theme="dark", width=390, height=844)
    page.get_by_label("Name").fill(HOSTILE)
    page.get_by_label("Over the last").select_option("7d")
    page.get_by_label("Threshold").fill("1")
    page.get_by_role("button", name="Make alert").click()
    wait_until_it_fires(page, address)
    expect(page.get_by_role("status").filter(has_text="1 alert fires")).to_contain_text(HOSTILE)

    assert [] == serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    page.get_by_role("button", name="Turn off").click()
    expect(page.get_by_text("it was turned off")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="1 alert fires")).to_have_count(0)
    clear(page)


def test_an_alert_is_edited_with_its_filters_in_the_address(look):
    page = look("/alerts?metric=failed&status=failed", wait=READY)
    page.get_by_label("Name").fill("Edited")
    page.get_by_label("Threshold").fill("1000")
    page.get_by_role("button", name="Make alert").click()
    expect(page.get_by_role("row", name=re.compile("Edited"))).to_be_visible()
    page.get_by_role("link", name="Clear filters").click()
    expect(page.get_by_text("Of all sessions.")).to_be_visible()
    page.get_by_role("link", name="Edit Edited").click()
    expect(page.get_by_label("Threshold")).to_have_value("1000")
    expect(page).to_have_url(re.compile("status=failed"))
    page.get_by_label("Threshold").fill("x")
    expect(page.get_by_text("'x' is no number")).to_be_visible()
    page.get_by_label("Threshold").fill("2000")
    page.get_by_role("button", name="Save alert").click()

    expect(page.get_by_role("row", name=re.compile("above 2,000"))).to_be_visible()
    page.get_by_role("link", name="New alert instead").click()
    expect(page.get_by_label("Threshold")).to_have_value("")
    clear(page)


def test_an_explanation_leads_to_an_alert_of_its_number(look):
    page = look("/analytics?channel=web", wait=".plot .curve")
    panel = page.get_by_role("region", name="Failure rate", exact=True).first
    panel.get_by_role("button", name="Explain").click()
    panel.get_by_role("link", name="Make an alert of this").click()

    expect(page.get_by_label("Metric")).to_have_value("failure_rate")
    expect(page).to_have_url(re.compile(r"/alerts\?.*channel=web"))
