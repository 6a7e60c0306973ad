"""Saved views: saved, opened, shared, deleted; the default; by keys, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from lake.views import NAME
from tests.browser.axe import serious
from tests.browser.parts import asked, rows, said
from tests.browser.seen import leave, watch
from tests.pages import small_lake

pytestmark = pytest.mark.browser

FAILED = "/?status=failed&sort=-duration&size=25"


@pytest.fixture(scope="module")
def state_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("views-state")


@pytest.fixture(scope="module")
def served(serve, lake_folder, state_folder):
    """A program of its own, for a default view is everybody's."""
    return serve(lake_folder, PARLEY_STATE=str(state_folder))


@pytest.fixture
def open_tab(window, served, state_folder):
    """Open a tab; before the first no view is saved."""
    for file in state_folder.glob(f"{NAME}*"):
        file.unlink()
    tabs = []

    def opened(path="/", *, width=1440, theme="light", wait="tr[data-id]"):
        page = window.tab(served, theme, width)
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        watch(page, served)
        tabs.append(page)
        page.goto(path if path.startswith("http") else f"{served}{path}")
        page.locator(wait).first.wait_for()
        page.get_by_role("button", name="Export").wait_for()  # the last to come: nothing moves now
        return page

    yield opened
    leave(window, tabs)


def menu(page):
    return page.get_by_role("dialog", name="Views")


def open_menu(page):
    page.get_by_role("button", name="Views").click()
    expect(menu(page)).to_be_visible()
    return menu(page)


def save(page, name):
    opened = open_menu(page)
    opened.get_by_label("Save this view as").fill(name)
    opened.get_by_role("button", name="Save").click()
    expect(opened.get_by_role("link", name=name)).to_be_visible()
    return opened


def test_a_view_is_saved_and_opens_what_was_shown(open_tab):
    page = open_tab(FAILED)
    before = said(page).inner_text()
    opened = save(page, "Failed, longest first")
    expect(opened.get_by_label("Save this view as")).to_have_value("")
    expect(opened.get_by_role("link")).to_have_attribute("aria-current", "true")
    other = open_tab("/?channel=web&auto=false&page=2")
    open_menu(other).get_by_role("link", name="Failed, longest first").click()

    expect(said(other)).to_have_text(before)
    assert {
        "status": ["failed"], "sort": ["-duration"], "size": ["25"], "auto": ["false"],
    } == asked(other)  # fmt: skip
    expect(menu(other)).to_be_hidden()
    other.go_back()
    expect(other).to_have_url(re.compile(r"channel=web"))


def test_a_view_of_another_page_leads_to_that_page(open_tab):
    page = open_tab("/search?find=charged&word=1&channel=web&m=3", wait=".hit")
    save(page, "Charged on Web")
    other = open_tab("/?q=billing")
    open_menu(other).get_by_role("link", name="Charged on Web").click()
    expect(other.locator(".hit")).to_have_count(22)

    assert {"find": ["charged"], "word": ["1"], "channel": ["web"]} == asked(other)
    assert "/search?" in other.url


def test_only_what_filters_and_place_understand_is_saved(open_tab):
    page = open_tab("/?status=failed&colour=red&hour=99&page=2&cleaned=q&size=7")
    opened = save(page, "Failed")

    expect(opened.get_by_role("link")).to_have_attribute("href", re.compile(r"/\?status=failed$"))


def test_a_view_of_the_same_name_is_replaced(open_tab):
    page = open_tab(FAILED)
    save(page, "Mine")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Clear filters").click()
    expect(said(page)).to_contain_text(f"of {small_lake.COUNT} sessions")
    opened = open_menu(page)
    opened.get_by_label("Save this view as").fill(" Mine ")
    opened.get_by_role("button", name="Replace").click()
    expect(opened.get_by_role("link")).to_have_attribute("href", re.compile(r"sort=-duration$"))

    expect(opened.get_by_role("link")).to_have_count(1)


def test_a_view_is_deleted_after_a_question_and_its_link_still_works(open_tab):
    page = open_tab(FAILED)
    before = said(page).inner_text()
    opened = save(page, "Failed")
    opened.get_by_role("button", name="Copy the link to Failed").click()
    expect(opened.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    opened.get_by_role("button", name="Delete Failed").click()
    expect(opened.get_by_role("button", name="Keep")).to_be_focused()
    opened.get_by_role("button", name="Keep").click()
    expect(opened.get_by_role("link", name="Failed")).to_be_visible()
    opened.get_by_role("button", name="Delete Failed").click()
    opened.get_by_role("button", name="Delete", exact=True).click()
    expect(opened.get_by_text("No view is saved yet.")).to_be_visible()
    other = open_tab(copied)

    assert {"tz": ["Europe/Berlin"], **asked(page)} == asked(other)
    assert before == said(other).inner_text()


def test_the_bare_address_shows_the_default_view_and_back_leaves(open_tab):
    page = open_tab(FAILED)
    opened = save(page, "Failed")
    opened.get_by_role("button", name="Show Failed first").click()
    expect(opened.get_by_text("Default")).to_be_visible()
    other = open_tab("/?channel=web")
    assert {"channel": ["web"]} == asked(other)  # an address that says something is left alone
    other.goto(other.url.split("?")[0])
    expect(other).to_have_url(re.compile(r"/\?status=failed&"))
    expect(said(other)).to_have_text(said(page).inner_text())
    other.go_back()

    expect(other).to_have_url(re.compile(r"/\?channel=web$"))


def test_clearing_the_filters_of_the_default_view_shows_all_and_reload_too(open_tab):
    page = open_tab("/?status=failed")
    opened = save(page, "Failed")
    opened.get_by_role("button", name="Show Failed first").click()
    expect(opened.get_by_text("Default")).to_be_visible()
    other = open_tab("/")
    expect(other).to_have_url(re.compile(r"/\?status=failed$"))
    expect(said(other)).to_contain_text("of 9 sessions")
    other.get_by_role("link", name="Clear filters").click()
    expect(said(other)).to_contain_text(f"of {small_lake.COUNT} sessions")
    assert {} == asked(other)
    other.reload()
    rows(other).first.wait_for()
    other.wait_for_timeout(1000)

    assert {} == asked(other)
    expect(said(other)).to_contain_text(f"of {small_lake.COUNT} sessions")


def test_a_default_is_taken_back(open_tab):
    page = open_tab("/?status=failed")
    opened = save(page, "Failed")
    star = opened.get_by_role("button", name="Show Failed first")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    star.click()
    expect(star).to_have_attribute("aria-pressed", "false")
    other = open_tab("/")
    other.wait_for_timeout(1000)

    assert {} == asked(other)


def test_everything_by_keys(open_tab):
    page = open_tab("/?status=failed")
    page.locator(".st-key-keys dialog").wait_for(state="attached")
    page.get_by_role("button", name="Views").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu(page).get_by_label("Save this view as")).to_be_focused()
    page.keyboard.type("jk? by keys")
    page.keyboard.press("Enter")
    link = menu(page).get_by_role("link", name="jk? by keys")
    expect(link).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu(page)).to_be_hidden()
    expect(page.get_by_role("button", name="Views")).to_be_focused()
    page.get_by_role("link", name="Clear filters").click()
    expect(said(page)).to_contain_text(f"of {small_lake.COUNT} sessions")
    page.get_by_role("button", name="Views").focus()
    for key in ("Enter", "Tab", "Enter"):
        page.keyboard.press(key)

    expect(said(page)).to_contain_text("of 9 sessions")


def test_a_name_is_needed_and_hostile_ones_are_text(open_tab):
    page = open_tab("/?status=failed")
    opened = open_menu(page)
    opened.get_by_role("button", name="Save").click()
    expect(opened.get_by_role("alert")).to_have_text("A view needs a name.")
    for name in (small_lake.HOSTILE[:80], "![x](https://evil.example/y) <b>", "\u202egnp.exe"):
        opened.get_by_label("Save this view as").fill(name)
        opened.get_by_role("button", name="Save").click()
        expect(opened.get_by_label("Save this view as")).to_have_value("")

    expect(opened.get_by_role("link")).to_have_count(3)
    expect(opened.get_by_role("link").filter(has_text="U+202Egnp.exe")).to_have_count(1)
    expect(opened.locator("img, b:not(.num)")).to_have_count(0)


def test_another_viewer_sees_what_was_saved(open_tab):
    other = open_tab("/?channel=web")
    save(open_tab("/?status=failed"), "Failed")
    other.get_by_role("button", name="Refresh", exact=True).click()
    opened = open_menu(other)

    expect(opened.get_by_role("link", name="Failed")).to_be_visible()


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 390)])
def test_axe_finds_nothing_serious_in_the_menu_and_it_lies_within_the_window(
    open_tab, theme, width
):
    page = open_tab("/?status=failed", theme=theme, width=width)
    save(page, "A name that is long enough to be cut somewhere on its way").get_by_role(
        "button", name="first"
    ).click()
    expect(menu(page).get_by_text("Default")).to_be_visible()
    found = serious(page)
    box = menu(page).bounding_box()

    assert [] == found
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert page.evaluate("document.documentElement.scrollWidth") <= width
