"""What changed, open at once and repeat contact in Chromium: what they say and lead to."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.charts import CHARTS, READY, answer, cursor, opener, panel, promised, tip
from tests.browser.parts import asked, said
from tests.pages import small_lake

pytestmark = pytest.mark.browser

WEEK = f"{CHARTS}?range=7d"
CHANGED, AT_ONCE, REPEAT = "What changed", "Open at once", "Repeat contact"


@pytest.fixture
def charts(look):
    return opener(look, WEEK)


def test_a_part_of_a_change_becomes_the_filter_and_back_takes_it_away(charts):
    page = charts()
    part = panel(page, CHANGED).locator("a.part").first
    label = part.get_attribute("aria-label")
    part.click()
    expect(page.locator(".chip")).to_have_count(2)

    assert re.match(r"(Channel|Agent|Type|Status|Hour|Weekday|Metadata) .+: [+\u2212]", label)
    page.go_back()
    expect(page.locator(".chip")).to_have_count(1)
    assert asked(page) == {"range": ["7d"]}


def test_the_sessions_of_a_part_are_those_that_it_counts(charts):
    page = charts()
    shown = panel(page, CHANGED).locator("a.shown").first
    number = promised(shown.get_attribute("aria-label"))
    shown.click()

    expect(said(page)).to_contain_text(f"of {number} sessions")
    assert asked(page)["status"] == ["failed"]


def test_another_metric_is_chosen_and_kept_in_the_address(charts):
    page = charts()
    panel(page, CHANGED).get_by_label("Metric").select_option("sessions")
    expect(page).to_have_url(re.compile("metric=sessions"))
    expect(panel(page, CHANGED).locator(".parts b").first).to_have_text(
        re.compile(r"[+\u2212]\d+$")
    )

    assert asked(page) == {"range": ["7d"], "metric": ["sessions"]}


def test_all_time_offers_a_week_to_compare(look):
    page = look(CHARTS, wait=READY)
    panel(page, CHANGED).get_by_role("link", name="Look at the last 7 days").click()

    expect(answer(page, CHANGED)).to_be_visible()
    assert asked(page) == {"range": ["7d"]}


def test_the_room_is_a_line_and_the_share_of_time_beyond_it(charts):
    page = charts()
    room = panel(page, AT_ONCE).get_by_label("Room for")
    room.fill("1")
    room.press("Enter")
    expect(
        panel(page, AT_ONCE).locator("line.rule:not(.quiet), path.rule:not(.quiet)")
    ).to_have_count(1)
    expect(panel(page, AT_ONCE)).to_contain_text(
        re.compile(r"More than 1 for \d+\.\d% of the time")
    )

    assert asked(page) == {"range": ["7d"], "capacity": ["1"]}
    room.fill("")
    room.press("Enter")
    expect(panel(page, AT_ONCE)).not_to_contain_text("More than 1")
    assert asked(page) == {"range": ["7d"]}


def test_what_was_open_at_once_says_the_most_within_a_slice_and_has_no_sum(charts):
    page = charts()
    words = panel(page, AT_ONCE).locator("p.unseen").inner_text()
    cursor(page, AT_ONCE).focus()
    page.keyboard.press("ArrowLeft")
    expect(tip(page, AT_ONCE)).to_contain_text("at most")

    assert "In all" not in words
    assert re.search(
        rf"highest {panel(page, AT_ONCE).locator('.figure .value').inner_text()} ", words
    )
    expect(tip(page, AT_ONCE).get_by_role("link", name=re.compile("^Show"))).to_have_count(0)


def test_slices_of_what_was_open_begin_at_whole_hours_and_the_first_one_is_shorter(charts):
    page = charts()
    cursor(page, AT_ONCE).focus()
    page.keyboard.press("Home")
    expect(tip(page, AT_ONCE)).to_contain_text(re.compile(r"\b\d\d:32 to \d\d:00"))
    page.keyboard.press("ArrowRight")

    expect(tip(page, AT_ONCE)).to_contain_text(re.compile(r"\b\d\d:00 to \d\d:00"))


def test_an_agent_of_repeat_contact_becomes_the_filter(charts):
    page = charts()
    panel(page, REPEAT).get_by_role("link", name="Claims intake", exact=True).click()
    expect(page.locator(".chip", has_text="Claims intake")).to_have_count(1)

    assert asked(page) == {"range": ["7d"], "agent": ["agent-2"]}


def test_every_row_is_reached_by_tab_and_opened_by_enter(charts):
    page = charts()
    for title in (CHANGED, REPEAT):
        links = answer(page, title).get_by_role("link")
        count = links.count()
        links.first.focus()
        for place in range(1, count):
            page.keyboard.press("Tab")
            expect(links.nth(place)).to_be_focused()

        assert count > 3
    page.keyboard.press("Enter")

    expect(said(page)).to_be_visible()
    assert "returned" in asked(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_points_of_few_sessions_stay_in_their_lane(look, width):
    """Where no interval says much, the scale is that of all rates."""
    page = look(f"{CHARTS}?range=30d&q={small_lake.name(26)}", wait=READY, width=width)
    expect(answer(page, REPEAT)).to_be_attached()
    lanes = panel(page, REPEAT).locator("td.range")
    inside = lanes.evaluate_all(
        "lanes => lanes.flatMap((lane) => [...lane.querySelectorAll('i')].map((child) => {"
        " const [a, b] = [lane, child].map((node) => node.getBoundingClientRect());"
        " return b.left >= a.left - 1 && b.right <= a.right + 1; }))"
    )

    assert inside
    assert all(inside)


def test_names_of_strangers_are_text_in_rows(charts):
    """No request and no dialog: `look` asserts that."""
    page = charts(f"{WEEK}&metric=sessions")
    expect(panel(page, REPEAT)).to_contain_text(small_lake.HOSTILE)
    panel(page, CHANGED).get_by_role("button", name="Data").click()
    expect(panel(page, CHANGED).get_by_role("dialog")).to_contain_text(small_lake.HOSTILE)

    assert page.evaluate("document.querySelectorAll('img[src*=evil]').length") == 0
