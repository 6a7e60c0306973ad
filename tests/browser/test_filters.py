"""The menus of the filter bar: counts, calendar, metadata, and the sheet of a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.parts import asked, rows, said

pytestmark = pytest.mark.browser


def option(page, name):
    return page.locator(".option", has=page.get_by_role("checkbox", name=re.compile(f"^{name}")))


def test_each_option_counts_its_sessions_under_the_other_filters(look):
    page = look("/?status=failed&channel=web")
    page.get_by_role("button", name="Channel").click()
    expect(option(page, "Web").locator(".count")).to_have_text("1")
    expect(option(page, "Phone").locator(".count")).to_have_text("2")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Status").click()

    expect(option(page, "Completed").locator(".count")).to_have_text("19")


def test_an_option_leads_to_as_many_sessions_as_it_counts(look):
    page = look("/?status=completed")
    page.get_by_role("button", name="Agent").click()
    of = option(page, "Order desk")
    counted = of.locator(".count").inner_text()
    of.click()

    expect(said(page)).to_contain_text(f"of {counted} sessions")


def test_days_are_picked_in_the_calendar(look):
    page = look()
    page.get_by_role("button", name="All time").click()
    expect(page.get_by_role("button", name="22 November 2026")).to_have_attribute(
        "aria-current", "date"
    )
    page.get_by_role("button", name="20 November 2026").click()
    page.get_by_role("button", name="21 November 2026").click()

    expect(said(page)).to_have_text("Showing 1 to 24 of 24 sessions")
    assert asked(page)["started_before"] == ["2026-11-22T00:00:00+01:00"]  # the report zone's
    expect(page.get_by_label("To", exact=True)).to_have_value("2026-11-21")


def test_the_calendar_is_walked_by_keys(look):
    page = look()
    page.get_by_role("button", name="All time").click()
    page.get_by_role("button", name="22 November 2026").focus()
    for key in ("ArrowLeft", "ArrowUp"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="14 November 2026")).to_be_focused()
    page.keyboard.press("PageUp")
    expect(page.get_by_role("button", name="14 October 2026")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("started_after=2026-10-14T00%3A00%3A00%2B02%3A00"))


def test_a_typed_day_that_is_none_is_told(look):
    page = look()
    page.get_by_role("button", name="All time").click()
    page.get_by_label("From", exact=True).fill("2026-02-30")
    page.get_by_label("To", exact=True).fill("2026-11-21")
    page.get_by_label("To", exact=True).press("Tab")

    expect(page.get_by_role("alert").filter(has_text="A day reads")).to_be_visible()
    assert "range" not in page.url


@pytest.mark.parametrize(
    ("key", "way", "value", "clause"),
    [
        ("plan", "is", "enterprise", "plan=enterprise"),
        ("note", "contains", "50%_", "note contains 50%_"),
        ("plan", "exists", None, "plan exists"),
        ("plan", "is missing", None, "plan missing"),
        ('od"d = key', "is not", "=x", '"od\\"d = key"!="=x"'),
    ],
)
def test_a_pair_of_metadata_becomes_a_filter(look, key, way, value, clause):
    page = look()
    page.get_by_role("button", name="Metadata").click()
    page.get_by_label("Key", exact=True).fill(key)
    page.get_by_label("Compare").select_option(label=way)
    if value is not None:
        page.get_by_label("Value").fill(value)
    page.get_by_role("button", name="Add filter").click()

    expect(page.locator(".chip")).to_have_count(1)
    assert asked(page)["metadata"] == [clause]
    expect(page.locator(".strip")).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator(".chip a").click()
    expect(page.locator(".chip")).to_have_count(0)


def test_usual_keys_and_values_are_suggested(look):
    page = look()
    page.get_by_role("button", name="Metadata").click()
    page.get_by_label("Key", exact=True).fill("plan")
    offered = page.locator("datalist option")

    expect(offered).to_have_count(4)
    assert {node.get_attribute("value") for node in offered.all()} == {
        "note",
        "plan",
        "free",
        "enterprise",
    }


def test_a_pair_without_a_key_is_told(look):
    page = look()
    page.get_by_role("button", name="Metadata").click()
    page.get_by_role("button", name="Add filter").click()

    expect(page.get_by_text("A key is needed.")).to_be_visible()
    expect(page.get_by_label("Key", exact=True)).to_be_focused()


def test_arrow_keys_go_from_option_to_option(look):
    page = look()
    page.get_by_role("button", name="Channel").press("Enter")
    page.get_by_role("checkbox", name="Web").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")

    expect(page.locator(".chip")).to_contain_text("Phone")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Channel")).to_be_focused()


def test_on_a_phone_the_filters_fold_into_a_sheet(look):
    page = look(width=390, height=844)
    expect(page.get_by_role("button", name="Channel")).to_have_count(0)
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("checkbox", name="Phone").check()
    done = page.get_by_role("button", name="Show 22 sessions")
    expect(done).to_be_visible()
    done.click()

    expect(page.get_by_role("checkbox", name="Phone")).to_be_hidden()
    expect(rows(page)).to_have_count(22)
    expect(page.get_by_role("button", name="Filters")).to_contain_text("1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
