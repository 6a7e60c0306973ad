"""The Sessions page as a person uses it, in Chromium, on the real program."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.parts import SEARCH, asked, rows, said
from tests.pages import small_lake

pytestmark = pytest.mark.browser

SETTLED_MS = 500  # after that nothing moves any more


def test_the_page_opens_with_rows_newest_first(look):
    page = look()

    expect(rows(page)).to_have_count(50)
    expect(rows(page).first).to_have_attribute("data-id", small_lake.name(0))
    expect(said(page)).to_have_text("Showing 1 to 50 of 130 sessions")
    expect(page.get_by_role("heading", name="Sessions")).to_be_visible()


def test_rows_say_what_the_session_was(look):
    row = rows(look()).nth(13)

    expect(row).to_have_class(re.compile("is-failed"))
    expect(row.locator(".badge")).to_contain_text(["Phone", "Failed"])
    expect(row.locator("time")).to_have_text("1 day ago")
    expect(row.locator("time")).to_have_attribute("title", "21 Nov 2026 17:57:08")  # Kolkata
    expect(row.locator(".id a")).to_have_text("s013-0b4…")


def test_typing_narrows_the_list_and_the_address_says_so(look):
    page = look()
    page.get_by_placeholder(SEARCH).press_sequentially("billing", delay=30)

    expect(said(page)).to_have_text("Showing 1 to 26 of 26 sessions")
    expect(page).to_have_url(re.compile(r"[?&]q=billing\b"))


def test_percent_and_underscore_are_characters(look):
    page = look("/?q=50%25_")

    expect(said(page)).to_contain_text("of 130 sessions")


def test_a_menu_narrows_the_list_and_stays_open(look):
    page = look()
    page.get_by_role("button", name="Channel").click()
    page.get_by_role("checkbox", name="Phone").check()
    expect(said(page)).to_contain_text("of 22 sessions")
    page.get_by_role("checkbox", name="SIP").check()

    expect(said(page)).to_contain_text("of 43 sessions")
    expect(page.get_by_role("checkbox", name="SIP")).to_be_visible()
    expect(page).to_have_url(re.compile(r"channel=phone&channel=sip"))


def test_a_chip_removes_only_its_filter(look):
    page = look("/?channel=phone&channel=web&status=completed")
    page.get_by_role("link", name="Remove filter Channel Phone").click()

    expect(page.locator(".chip")).to_have_count(2)
    assert asked(page) == {"channel": ["web"], "status": ["completed"]}


def test_clear_takes_every_filter_and_leaves_with_the_last(look):
    page = look("/?q=desk&channel=web&range=7d")
    page.get_by_role("link", name="Clear filters").click()

    expect(said(page)).to_contain_text("of 130 sessions")
    expect(page.get_by_placeholder(SEARCH)).to_have_value("")
    expect(page.get_by_role("link", name="Clear filters")).to_have_count(0)
    assert "?" not in page.url


def test_presets_and_days_set_the_range(look):
    page = look()
    page.get_by_role("button", name="All time").click()
    page.get_by_role("link", name="24 h").click()
    expect(said(page)).to_have_text("Showing 1 to 12 of 12 sessions")
    page.get_by_label("From", exact=True).fill("2026-11-20")
    page.get_by_label("To", exact=True).fill("2026-11-21")
    page.get_by_label("To", exact=True).press("Enter")

    expect(said(page)).to_have_text("Showing 1 to 24 of 24 sessions")
    assert asked(page)["started_after"] == ["2026-11-20T00:00:00+01:00"]  # the report zone's


def test_paging_is_undone_by_back(look):
    page = look()
    expect(page.get_by_label("Previous page")).to_have_attribute("aria-disabled", "true")
    page.get_by_role("link", name="Next page").click()
    expect(said(page)).to_have_text("Showing 51 to 100 of 130 sessions")
    page.get_by_role("link", name="Page 3").click()
    expect(said(page)).to_have_text("Showing 101 to 130 of 130 sessions")
    expect(page.get_by_label("Next page")).to_have_attribute("aria-disabled", "true")
    page.go_back()

    expect(said(page)).to_have_text("Showing 51 to 100 of 130 sessions")


def test_a_filter_makes_the_page_the_first(look):
    page = look()
    page.get_by_role("link", name="Page 3").click()
    expect(said(page)).to_contain_text("101 to 130")
    page.get_by_placeholder(SEARCH).press_sequentially("desk", delay=30)

    expect(said(page)).to_have_text("Showing 1 to 26 of 26 sessions")


def test_page_size_is_kept_by_reload(look):
    page = look()
    page.get_by_label("Sessions a page").select_option("100")
    expect(rows(page)).to_have_count(100)
    page.reload()

    expect(rows(page)).to_have_count(100)
    expect(page.get_by_label("Sessions a page")).to_have_value("100")


def test_a_page_is_reached_by_its_number(look):
    page = look("/?size=25")
    page.get_by_label("Go to page").fill("6")
    page.get_by_label("Go to page").press("Enter")

    expect(said(page)).to_have_text("Showing 126 to 130 of 130 sessions")


def test_sorting_by_duration_and_back_by_start(look):
    page = look()
    page.get_by_role("link", name="Duration").click()
    expect(page.get_by_role("columnheader", name="Duration")).to_have_attribute(
        "aria-sort", "descending"
    )
    page.get_by_role("link", name="Started").click()

    expect(rows(page).first).to_have_attribute("data-id", small_lake.name(0))
    assert "sort=" not in page.url


@pytest.mark.parametrize("way", ["mouse", "keyboard"])
def test_a_session_opens_and_back_leads_to_the_same_list(look, way):
    page = look("/?status=failed")
    if way == "mouse":
        rows(page).nth(2).locator("td.agent").click()
    else:
        rows(page).nth(2).get_by_role("link").focus()
        page.keyboard.press("Enter")
    expect(page.get_by_text(small_lake.FIRST_WORDS)).to_be_visible()
    expect(page.get_by_placeholder(SEARCH)).to_be_hidden()
    page.go_back()

    expect(page).to_have_url(re.compile(r"/\?status=failed$"))
    expect(rows(page).nth(2)).to_have_class(re.compile("came"))


PRESS_AND_BACK = "node => { node.click(); setTimeout(() => history.back()); }"


def test_back_before_a_session_is_shown_marks_it_and_leaves_the_list_where_it_was(look):
    """The list is still there then, and is not drawn anew."""
    page = look()
    main = page.locator('[data-testid="stMain"]')
    rows(page).nth(40).scroll_into_view_if_needed()
    before = main.evaluate("node => node.scrollTop")
    rows(page).nth(40).locator("td.agent").evaluate(PRESS_AND_BACK)

    expect(rows(page).nth(40)).to_have_class(re.compile("came"))
    expect(page).not_to_have_url(re.compile("id="))
    page.wait_for_timeout(SETTLED_MS)
    assert before == main.evaluate("node => node.scrollTop") > 0


HIDE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".st-key-figures { display: none }");
  document.adoptedStyleSheets.push(sheet);
}"""
SHOW = "() => { document.adoptedStyleSheets.pop(); }"


@pytest.mark.parametrize("down", [20, 1200])  # near the top no browser keeps rows in their place
def test_back_leads_to_a_row_where_it_was_although_the_figures_come_later(look, down):
    page = look()
    page.get_by_test_id("stMain").evaluate("(node, down) => { node.scrollTop = down; }", down)
    row = rows(page).nth(5 + down // 40)
    before = row.bounding_box()["y"]
    row.locator("td.agent").click()
    expect(page.locator(".transcript")).to_be_visible()
    page.evaluate(HIDE)
    page.go_back()
    expect(row).to_have_class(re.compile("came"))
    page.wait_for_timeout(SETTLED_MS)
    page.evaluate(SHOW)
    page.wait_for_timeout(SETTLED_MS)

    assert page.get_by_test_id("stMain").evaluate("node => node.scrollTop") == down
    assert abs(row.bounding_box()["y"] - before) < 1


def test_all_sessions_leads_to_the_list_with_its_filters(look):
    page = look(f"/?channel=web&id={small_lake.name(6)}", wait=".transcript")
    page.get_by_role("link", name="All sessions").click()

    expect(page).to_have_url(re.compile(r"/\?channel=web$"))
    expect(page.locator(".chip")).to_have_count(1)
    expect(page.locator(".chip")).to_be_visible()


def test_the_session_shows_words_events_and_facts(look):
    page = look(f"/?id={small_lake.name(13)}", wait=".transcript")

    expect(page.locator(".turn .since")).to_have_count(7)
    expect(page.locator(".event.is-error")).to_contain_text(small_lake.ERROR)
    expect(page.get_by_label("Information")).to_contain_text(small_lake.name(13))
    expect(page.get_by_role("region", name="Metadata")).to_contain_text("enterprise")


def test_an_unknown_session_leads_back(look):
    page = look("/?id=nobody", wait=".box h2")
    expect(page.locator(".box h2")).to_have_text("There is no session 'nobody'.")
    page.get_by_role("link", name="All sessions").click()

    expect(rows(page)).to_have_count(50)


def test_texts_of_users_stay_texts(look):
    """The `look` fixture fails on a dialog and on a request to another host."""
    page = look(f"/?id={small_lake.name(4)}", wait=".transcript")
    expect(page.locator(".turn .words").last).to_contain_text(small_lake.HOSTILE)
    page.get_by_role("link", name="All sessions").click()
    expect(rows(page).nth(4).locator(".agent b")).to_have_text(small_lake.HOSTILE)
    page.get_by_role("button", name="Agent").click()

    expect(page.locator(".menu:popover-open")).to_contain_text(small_lake.HOSTILE)
    assert page.locator("img[src*=evil]").count() == 0


def test_figures_are_links_to_what_they_count(look):
    page = look()
    expect(page.locator(".card")).to_have_count(4)
    expect(page.locator(".card .value").first).to_contain_text("130")
    page.locator(".card").nth(1).click()

    expect(said(page)).to_have_text("Showing 1 to 3 of 3 sessions")
    expect(page.locator(".chip")).to_contain_text(["Active"])


def test_auto_refresh_is_on_and_can_be_turned_off(look):
    page = look()
    expect(page.locator(".pulse").first).not_to_have_class(re.compile("still"))
    page.get_by_text("Auto-refresh").click()

    expect(page).to_have_url(re.compile("auto=false"))
    expect(page.locator(".updated .pulse")).to_have_class(re.compile("still"))


def test_nothing_found_offers_to_clear(look):
    page = look("/?q=nobody-said-this", wait=".box h2")
    expect(page.locator(".box h2")).to_have_text("No sessions found")
    page.locator(".box").get_by_role("link", name="Clear filters").click()

    expect(rows(page)).to_have_count(50)
