"""The activity log and the errors, in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.parts import asked, hears_keys, said
from tests.pages import small_lake

pytestmark = pytest.mark.browser

LOG = ".log tr[data-id]"
ERRORS = ".errors tr[data-id]"


def places(page):
    return page.locator(LOG).evaluate_all(
        "rows => rows.map(({ dataset }) => `${dataset.id} ${dataset.seq}`)"
    )


def test_older_events_follow_without_repeat_and_back_leads_to_the_newer(look):
    page = look("/activity", wait=LOG)
    first = places(page)
    page.get_by_role("link", name="Load older").click()
    page.get_by_role("link", name="Newest").wait_for()
    second = places(page)
    page.get_by_role("link", name="Load older").click()
    expect(page.locator(LOG).first).not_to_have_attribute("data-id", second[0].split()[0])

    assert len({*first, *second, *places(page)}) == 150
    page.go_back()
    page.go_back()
    expect(page.get_by_role("link", name="Newest")).to_have_count(0)
    assert first == places(page)


def test_an_event_opens_its_session_at_that_place(look):
    page = look("/activity?event=error", wait=LOG)
    row = page.locator(LOG).nth(3)
    session = row.get_attribute("data-id")
    row.click()
    turn = page.locator(".turn").filter(has_text=small_lake.ERROR).first
    expect(turn).to_be_in_viewport()
    assert asked(page)["id"] == [session]
    assert asked(page)["m"] == ["6"]
    page.go_back()

    expect(page.locator(LOG)).to_have_count(50)


def test_an_event_is_walked_to_and_opened_by_keys(look):
    page = look("/activity?event=handoff", wait=LOG)
    hears_keys(page)
    for key in ("j", "j", "k"):
        page.keyboard.press(key)
    expect(page.locator(LOG).first.locator(".opens")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".transcript")).to_be_visible()
    assert asked(page)["m"] == ["8"]


def test_kinds_are_chosen_and_given_up_by_a_click(look):
    page = look("/activity", wait=LOG)
    page.get_by_role("link", name=re.compile("^Error, ")).click()
    expect(page.locator(f"{LOG}:not(.is-failed)")).to_have_count(0)
    page.get_by_role("link", name=re.compile("^Handoff, ")).click()
    expect(page.locator(".kind[aria-current]")).to_have_count(2)
    assert asked(page) == {"event": ["error", "handoff"]}
    page.get_by_role("link", name=re.compile("^Error, ")).click()

    expect(page.locator(f"{LOG}.is-failed")).to_have_count(0)
    assert asked(page) == {"event": ["handoff"]}


def test_a_changed_filter_begins_at_the_newest_end(look):
    page = look("/activity", wait=LOG)
    page.get_by_role("link", name="Load older").click()
    page.get_by_role("link", name="Newest").wait_for()
    page.get_by_role("button", name="Channel").click()
    page.locator(".menu:popover-open .option.phone").click()

    expect(page.get_by_role("link", name="Newest")).to_have_count(0)
    expect(page.locator(LOG).first).to_have_attribute("data-id", small_lake.name(1))


def test_an_error_opens_exactly_its_sessions(look):
    page = look("/activity", wait=LOG)
    page.get_by_role("link", name="Errors", exact=True).click()
    row = page.locator(ERRORS).first
    row.wait_for()
    count = row.locator("td").nth(1).inner_text()
    row.locator("td").nth(3).click()

    expect(said(page)).to_have_text(re.compile(rf"of {count} sessions$"))
    assert asked(page)["error"] == ["create_refund: upstream timed out"]
    page.go_back()
    expect(page.locator(ERRORS)).to_have_count(1)


def test_the_most_affected_agent_of_an_error_and_an_example_lead_on(look):
    page = look("/activity?show=errors", wait=ERRORS)
    agent = page.locator(f"{ERRORS} .affected a").first
    count = re.search(r"(\d+) session", agent.get_attribute("aria-label")).group(1)
    agent.click()
    expect(said(page)).to_have_text(re.compile(rf"of {count} sessions?$"))
    page.go_back()
    page.locator(f"{ERRORS} small a").first.click()

    expect(page.locator(".transcript")).to_be_visible()


@pytest.mark.parametrize("path", ["/activity", "/activity?show=errors"])
def test_on_a_phone_nothing_is_cut_off_sideways(look, path):
    page = look(path, width=390, height=844, wait="tr[data-id]")

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
