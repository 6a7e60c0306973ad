"""The open session in both themes, on a phone, at twice the size, and to assistive technology."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.browser.parts import words

pytestmark = pytest.mark.browser

SIZES = {"wide": (1440, 900), "phone": (390, 844), "200 %": (720, 450)}


def unfold(page):
    """Open what there is to open: a call, a search, a marked turn."""
    page.locator("details", has_text="lookup_invoice").locator("summary").click()
    page.get_by_label("Search this transcript").fill("invoice")
    expect(page.locator(".hits")).to_contain_text("of 8")


@pytest.mark.parametrize(
    ("size", "theme"),
    [("wide", "light"), ("wide", "dark"), ("phone", "dark"), ("200 %", "light")],
)
def test_axe_finds_nothing_serious_and_nothing_is_wider_than_the_window(read, size, theme):
    width, height = SIZES[size]
    page = read("talk", "&m=11", theme=theme, width=width, height=height)
    unfold(page)

    assert [] == serious(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
    assert page.locator(".scroller").evaluate("n => n.scrollWidth - n.clientWidth") <= 0


@pytest.mark.parametrize(("session_id", "theme"), [("scripts", "dark"), ("empty", "light")])
def test_axe_finds_nothing_serious_in_sessions_that_are_hard_to_show(read, session_id, theme):
    page = read(session_id, theme=theme)

    assert [] == serious(page)


@pytest.mark.parametrize("size", ["phone", "200 %"])
def test_everything_is_within_reach_where_there_is_little_room(read, size):
    width, height = SIZES[size]
    page = read("talk", width=width, height=height)
    ways = [
        page.get_by_role("link", name="All sessions"),
        page.locator("nav[aria-label=Sessions] [aria-label='Next session']"),
        page.get_by_role("button", name="Download"),
        page.get_by_label("Search this transcript"),
        page.get_by_role("button", name="Messages", exact=True),
        page.locator(".jump").last,
        words(page).first,
        page.get_by_role("button", name="Copy link"),
        page.get_by_role("region", name="Metadata").get_by_role("link").last,
    ]
    for way in ways:
        way.scroll_into_view_if_needed()
        expect(way).to_be_in_viewport()
        box = way.bounding_box()
        assert box["x"] >= 0, way
        assert box["x"] + box["width"] <= width, way


def test_on_a_phone_files_and_jumps_work_by_touch(read):
    page = read("talk", width=390, height=844)
    page.get_by_role("button", name="Download").click()
    box = page.get_by_role("dialog", name="Download").bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 390
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Download")).to_be_hidden()
    page.locator(".jump.of-error").click()

    expect(page.locator(".is-found", has_text="timed out after 2000 ms")).to_be_in_viewport()


def test_what_can_be_pressed_has_a_name(read):
    """Chromium's own names: a button whose words are a status has none of its own."""
    page = read("talk")
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    nameless = [
        node["role"]["value"]
        for node in nodes
        if not node["ignored"]
        and node["role"]["value"] in {"button", "link", "textbox", "searchbox", "dialog"}
        and not node.get("name", {}).get("value")
    ]

    assert [] == nameless
