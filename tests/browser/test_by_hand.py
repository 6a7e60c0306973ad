"""Ending a session, notes and tags, by people at the page."""

# ruff: noqa: F811  fixtures of another file

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.browser.conftest import looking
from tests.browser.parts import asked, hears_keys, rows
from tests.browser.test_live import live, noticed, row, tell  # noqa: F401  fixtures
from tests.browser.test_look import PHONE
from tests.pages import small_lake

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)> \u202e'; drop"
PATIENCE_MS = 15_000


@pytest.fixture
def managed(window, talking):
    """Open a session with the box "Manage" open: `managed("s-1")`."""
    with looking(window, talking) as open_page:

        def opened(session_id, **given):
            page = open_page(f"/?id={session_id}", wait=".panel", **given)
            hears_keys(page)
            page.get_by_role("button", name="Manage").click()
            page.get_by_label("New tag").wait_for()
            return page

        yield opened


def told(page):
    return page.locator(".managing .told")


def test_a_tag_is_given_filters_the_list_and_is_removed(managed):
    page = managed(small_lake.name(20))
    page.get_by_label("New tag").fill("needs a look")
    page.keyboard.press("Enter")
    chip = page.locator(".top > .tags .chip", has_text="needs a look")
    expect(chip).to_be_visible(timeout=PATIENCE_MS)
    expect(told(page)).to_have_text("The tag is there.")
    expect(page.get_by_label("New tag")).to_have_value("")
    page.keyboard.press("Escape")
    chip.click()
    expect(rows(page)).to_have_count(1)
    assert asked(page)["metadata"] == ["tags=needs a look"]
    expect(rows(page).first).to_have_attribute("data-id", small_lake.name(20))

    rows(page).first.click()
    page.get_by_role("button", name="Manage").click()
    page.get_by_role("button", name="Remove the tag needs a look").click()
    expect(page.locator(".top .chip")).to_have_count(0, timeout=PATIENCE_MS)


def test_hostile_notes_and_tags_stay_text_and_a_note_is_removed(managed):
    page = managed(small_lake.name(21))
    page.get_by_label("New tag").fill(HOSTILE[:60])
    page.get_by_role("button", name="Add tag").click()
    expect(page.locator(".top > .tags .chip")).to_have_count(1, timeout=PATIENCE_MS)
    page.get_by_label("New note").fill(f"{HOSTILE}\nsecond line")
    page.get_by_role("button", name="Add note").click()
    note = page.locator(".managing .notes li")
    expect(note).to_contain_text("<img src=x onerror=alert(1)>", timeout=PATIENCE_MS)
    expect(note).to_contain_text("local,")
    expect(page.locator(".turn .event", has_text="Note")).to_have_count(1)
    assert page.locator("img[src=x]").count() == 0

    page.get_by_role("button", name=re.compile("^Remove the note of")).click()
    expect(note).to_have_count(0, timeout=PATIENCE_MS)
    expect(told(page)).to_have_text("The note is removed.")
    expect(page.locator(".turn .event", has_text="Note")).to_have_count(0)


def test_a_session_is_ended_by_keyboard_and_says_by_whom(managed, tell):
    tell("session.started", "by-key", ago=900, agent_name="Returns")
    tell("message.created", "by-key", ago=600, sender="user", content="Anybody?")
    page = managed("by-key")
    end = page.get_by_role("button", name="End session")
    end.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="End it for good?")).to_be_focused()
    page.keyboard.press("Tab")  # thinks better of it
    expect(end).to_be_visible()
    end.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")

    expect(page.locator("aside .badge.cancelled")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.locator("aside")).to_contain_text("ended by hand")
    expect(page.locator("aside .pair", has_text="Duration")).to_contain_text("5.0 min")
    expect(page.locator(".turn", has_text="Ended by hand by local.")).to_be_visible()
    expect(end).to_have_count(0)


def test_a_silent_session_is_ended_on_the_live_page(live, tell):
    tell("session.started", "silent-end", ago=900, agent_name="Returns")
    tell("session.started", "lively", ago=9, agent_name="Returns")
    page = live()
    noticed(page, row(page, "lively"))
    expect(row(page, "lively").locator("[data-end]")).to_have_count(0)
    button = row(page, "silent-end").locator("[data-end]")
    button.click()
    expect(button).to_contain_text("For good?")
    page.wait_for_timeout(1500)  # a second passes, and with it the times of the rows
    button.click()

    expect(row(page, "silent-end").locator(".mark")).to_contain_text("Over", timeout=PATIENCE_MS)
    page.get_by_role("heading", name="Live", exact=True).click()
    expect(row(page, "silent-end")).to_have_count(0)


def test_what_is_refused_says_why_and_stands_in_its_field_again(managed):
    page = managed(small_lake.name(22))
    page.get_by_label("New tag").fill("   ")
    page.get_by_role("button", name="Add tag").click()

    expect(told(page)).to_contain_text(
        "A tag needs characters that can be seen.", timeout=PATIENCE_MS
    )
    expect(page.get_by_label("New tag")).to_have_value("   ")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_box_and_it_fits_a_phone(managed, theme):
    page = managed(small_lake.name(1), theme=theme)
    page.get_by_label("New tag").fill(f"axe {theme}")
    page.keyboard.press("Enter")
    expect(page.locator(".top .chip", has_text=f"axe {theme}").first).to_be_visible(
        timeout=PATIENCE_MS
    )
    assert serious(page) == []
    page.keyboard.press("Escape")
    page.set_viewport_size(PHONE)
    page.get_by_role("button", name="Manage").click()

    assert serious(page) == []
    box = page.locator("#manage").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
