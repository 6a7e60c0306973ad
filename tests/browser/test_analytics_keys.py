"""The charts by the keyboard alone: marks, spans, tips."""

import pytest
from playwright.sync_api import expect

from tests.browser.charts import PLOTS, cursor, panel, tip
from tests.browser.parts import asked

pytestmark = pytest.mark.browser


def test_tab_passes_a_chart_in_one_step_and_arrows_reach_every_mark(charts):
    page = charts()
    panel(page, "Sessions").get_by_role("link", name="SIP").focus()
    page.keyboard.press("Tab")
    expect(cursor(page, "Sessions")).to_be_focused()
    labels = set()
    page.keyboard.press("Home")
    for _ in range(8):
        for _ in range(7):
            labels.add(cursor(page, "Sessions").get_attribute("aria-label"))
            page.keyboard.press("ArrowUp")
        for _ in range(7):
            page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowRight")

    assert len(labels) == 8 * 7  # days by channels and all of them together


def test_from_a_mark_tab_leads_to_its_sessions_and_enter_sets_the_filter(charts):
    page = charts()
    cursor(page, "Sessions").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(tip(page, "Sessions")).to_be_visible()
    page.keyboard.press("Tab")
    expect(tip(page, "Sessions").get_by_role("link").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")

    expect(page.locator(".chip")).to_have_count(2)
    assert "channel" in asked(page)


def test_shift_and_arrows_choose_a_span(charts):
    page = charts()
    cursor(page, "Failure rate").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    expect(cursor(page, "Failure rate")).to_have_attribute("aria-label", "16 to 18 Nov 2026")
    page.keyboard.press("Enter")

    expect(page.locator(".chip")).to_contain_text("16 to 18 Nov 2026")


def test_escape_drops_a_span_and_the_tip(charts):
    page = charts()
    cursor(page, "Duration").focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    expect(tip(page, "Duration")).to_be_visible()
    page.keyboard.press("Escape")

    expect(tip(page, "Duration")).to_have_count(0)
    expect(panel(page, "Duration").locator(".chosen rect")).to_have_count(0)
    assert asked(page) == {"range": ["7d"]}


def test_a_refresh_keeps_focus_and_place(charts):
    page = charts()
    cursor(page, "Sessions").focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    before = cursor(page, "Sessions").get_attribute("aria-label")
    page.evaluate("document.querySelector('.st-key-refresh button').click()")
    page.wait_for_timeout(1500)

    expect(cursor(page, "Sessions")).to_be_focused()
    expect(cursor(page, "Sessions")).to_have_attribute("aria-label", before)


def test_arrows_lead_from_mark_to_mark_in_every_plot(charts):
    page = charts()
    for title in PLOTS:
        cursor(page, title).focus()
        page.keyboard.press("Home")
        first = cursor(page, title).get_attribute("aria-label")
        page.keyboard.press("ArrowRight")
        expect(tip(page, title)).to_be_visible()

        assert first != cursor(page, title).get_attribute("aria-label"), title
        page.keyboard.press("Escape")
