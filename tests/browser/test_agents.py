"""The table of agents and one agent's own page, in Chromium."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.parts import asked, hears_keys, rows, said
from tests.pages import small_lake

pytestmark = pytest.mark.browser

TABLE = ".agents tr[data-id]"
NAME = "Billing assistant"


def names(page):
    return page.locator(f"{TABLE} .opens").all_inner_texts()


def test_the_page_is_reached_with_the_filters_and_left_by_back(look):
    page = look("/?channel=web&range=30d")
    page.get_by_role("link", name="Agents", exact=True).click()
    expect(page.locator(TABLE).first).to_be_visible()
    assert asked(page) == {"channel": ["web"], "range": ["30d"]}
    page.go_back()

    expect(rows(page).first).to_be_visible()


def test_a_heading_sorts_and_back_takes_it_back(look):
    page = look("/agents", wait=TABLE)
    before = names(page)
    page.get_by_role("link", name="Agent, sort ascending").click()
    expect(page).to_have_url(re.compile(r"agents_sort=agent$"))
    expect(page.locator(f"{TABLE} .opens").first).not_to_have_text(before[0])
    assert sorted(names(page), key=str.lower) == names(page)
    page.get_by_role("link", name="Agent, sort descending").click()
    expect(page.get_by_role("columnheader", name="Agent")).to_have_attribute(
        "aria-sort", "descending"
    )
    page.go_back()
    page.go_back()

    expect(page).to_have_url(re.compile(r"/agents$"))
    expect(page.locator(f"{TABLE} .opens").first).to_have_text(before[0])


def test_a_click_in_a_row_opens_the_agent_and_back_leads_to_the_table(look):
    page = look("/agents?range=30d&agents_sort=agent", wait=TABLE)
    page.locator(TABLE).filter(has_text=NAME).locator("td").first.click()
    expect(page.locator(".who h2")).to_have_text(NAME)
    assert asked(page) == {"range": ["30d"], "agents_sort": ["agent"], "agent": ["agent-1"]}
    page.go_back()

    expect(page.locator(TABLE)).to_have_count(len(small_lake.AGENTS))
    page.go_forward()
    expect(page.locator(".who h2")).to_have_text(NAME)


def test_an_agent_is_walked_to_and_opened_by_keys(look):
    page = look("/agents?agents_sort=agent", wait=TABLE)
    hears_keys(page)
    page.keyboard.press("j")
    page.keyboard.press("j")
    focused = names(page)[1]
    expect(page.locator(TABLE).nth(1).locator(".opens")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator(".who h2")).to_have_text(focused)


def test_a_pasted_link_and_a_reload_show_the_agent(look):
    page = look("/agents?agent=agent-1&range=7d", wait=".who h2")
    expect(page.locator(".who h2")).to_have_text(NAME)
    page.reload()

    expect(page.locator(".who h2")).to_have_text(NAME)
    page.get_by_role("link", name="All agents").click()
    expect(page.locator(TABLE).first).to_be_visible()
    assert asked(page) == {"range": ["7d"]}


@pytest.mark.parametrize("what", ["Filter by", "failure rate"])
def test_a_number_opens_exactly_its_sessions(look, what):
    page = look("/agents?range=30d", wait=TABLE)
    row = page.locator(TABLE).filter(has_text="Order desk")
    number = row.get_by_role("link", name=re.compile(what))
    label = number.get_attribute("aria-label")
    count = re.search(r"(\d+) (?:of \d+ )?session", label).group(1)
    number.click()

    expect(said(page)).to_have_text(re.compile(rf"of {count} sessions?$"))
    assert asked(page)["agent"] == ["agent-0"]


def test_a_bar_and_a_channel_of_an_agent_open_exactly_their_sessions(look):
    for part in (".bars a", ".channels a"):
        page = look("/agents?agent=agent-1&range=7d", wait=".who h2")
        mark = page.locator(part).last
        count = re.search(r"(\d+) session", mark.get_attribute("aria-label")).group(1)
        mark.click()

        expect(page.locator(".pager .said, .box h2").first).to_have_text(
            re.compile(rf"of {count} sessions?$|^No sessions found$")
        )


def test_a_last_session_opens_and_escape_leads_back_to_the_agent(look):
    page = look("/agents?agent=agent-1", wait=".who h2")
    page.locator(".sessions tr[data-id]").first.click()
    expect(page.locator(".transcript")).to_be_visible()
    page.keyboard.press("Escape")

    expect(page.locator(".who h2")).to_have_text(NAME)


def test_on_a_phone_the_table_scrolls_sideways_and_the_names_stay(look):
    page = look("/agents", width=390, height=844, wait=TABLE)
    frame = page.locator(".wide")
    name = page.locator(f"{TABLE} th").first
    before = name.bounding_box()["x"]
    frame.evaluate("node => { node.scrollLeft = 400; }")

    assert frame.evaluate("node => node.scrollLeft") == 400
    assert name.bounding_box()["x"] == pytest.approx(before, abs=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
