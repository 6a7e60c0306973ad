"""The charts in Chromium: pointer, keys, drag, links, Back."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from components.changed import CHANGED
from components.state import OTHER
from lake.serving import Lake
from queries import engine, sessions
from queries.filters import Filters
from settings import Settings
from tests.browser.charts import (
    CHARTS,
    READY,
    SILENT,
    TITLES,
    UNLINKED,
    WEEK,
    answer,
    cursor,
    listed,
    panel,
    point_at,
    promised,
    table,
    tip,
)  # fmt: skip
from tests.browser.parts import asked, said
from tests.pages import small_lake

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def count(lake_folder, tmp_path_factory):
    """Count the sessions of an address as its page would."""
    settings = Settings(
        data=lake_folder, state=tmp_path_factory.mktemp("beside"), demo="off",
        zone="Europe/Berlin", now=small_lake.NOW, memory_mb=512,
    )  # fmt: skip
    with Lake(settings) as lake, engine.running(lake, settings):

        def counted(address):
            filters, notes = Filters.from_query(parse_qs(urlsplit(address).query), other=OTHER)
            assert not notes
            with engine.snapshot() as snapshot:
                return sessions.count(filters, snapshot)

        yield counted


@pytest.mark.parametrize("view", ["", "&by=agent&channel=phone&channel=web", "&interval=hour"])
def test_every_link_of_every_chart_opens_exactly_its_rows(charts, count, view):
    page = charts(f"{WEEK}{view}")
    found = {title: [*listed(page, title), *table(page, title)] for title in TITLES}

    assert {title for title in TITLES if not found[title]} == set(UNLINKED)
    for title, links in found.items():
        assert [(title, name, promised(name)) for name, _ in links] == [
            (title, name, count(address)) for name, address in links
        ]


def test_a_number_of_a_chart_is_the_number_of_the_list(charts):
    page = charts()
    point_at(page, "Channels", "rect.bar")
    page.wait_for_timeout(100)
    shown = tip(page, "Channels").get_by_role("link", name=re.compile("^Show .* sessions$"))
    number = promised(shown.inner_text())
    shown.click()

    expect(said(page)).to_contain_text(f"of {number} sessions")
    expect(page).to_have_url(re.compile(r"/\?range=7d&channel=\w+$"))
    page.go_back()
    expect(cursor(page, "Channels")).to_be_attached()
    assert asked(page) == {"range": ["7d"]}


def test_a_click_on_a_bar_sets_channel_and_day_and_back_takes_them_away(charts):
    page = charts()
    point_at(page, "Sessions", "path.bar.ink-web")
    label = cursor(page, "Sessions").get_attribute("aria-label")
    page.mouse.down()
    page.mouse.up()
    expect(page.locator(".chip")).to_have_count(2)

    assert label.startswith("Web, ")
    assert asked(page)["channel"] == ["web"]
    assert set(asked(page)) == {"range", "started_after", "started_before", "channel"}
    page.go_back()
    expect(page.locator(".chip")).to_have_count(1)
    assert asked(page) == {"range": ["7d"]}
    page.go_forward()
    expect(page.locator(".chip")).to_have_count(2)


def test_a_click_on_a_legend_sets_the_filter_and_one_more_takes_it_away(charts):
    page = charts()
    entry = panel(page, "Sessions").get_by_role("link", name="Phone")
    entry.click()
    expect(page.locator(".chip", has_text="Phone")).to_have_count(1)
    expect(panel(page, "Sessions").locator(".legend a")).to_have_count(1)
    entry.click()

    expect(page.locator(".chip", has_text="Phone")).to_have_count(0)
    expect(panel(page, "Sessions").locator(".legend a")).to_have_count(6)


def test_a_click_on_a_cell_sets_weekday_and_hour(charts):
    page = charts()
    point_at(page, "When sessions start", "rect", 30)  # Tuesday, 06:00
    expect(cursor(page, "When sessions start")).to_have_attribute(
        "aria-label", re.compile("^Tuesday, 06:00 to 07:00: ")
    )
    page.mouse.down()
    page.mouse.up()

    expect(page.locator(".chip")).to_have_count(3)
    assert (asked(page)["weekday"], asked(page)["hour"]) == (["2"], ["6"])


def test_a_click_on_a_point_of_a_rate_shows_what_it_counts(charts):
    page = charts()
    point_at(page, "Failure rate", ".point", 3)
    page.mouse.down()
    page.mouse.up()

    expect(page.locator(".chip")).to_have_count(2)
    assert asked(page)["status"] == ["failed"]


def drag(page, title, start, end):
    panel(page, title).scroll_into_view_if_needed()
    box = panel(page, title).locator("svg.drawn").bounding_box()
    page.mouse.move(box["x"] + start, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + end, box["y"] + 70, steps=6)
    expect(panel(page, title).locator(".chosen rect")).to_have_count(1)
    page.mouse.up()


@pytest.mark.parametrize(("start", "end"), [(300, 640), (640, 300)], ids=["right", "left"])
def test_a_drag_over_time_sets_the_range_to_whole_days(charts, start, end):
    page = charts()
    drag(page, "Sessions", start, end)
    expect(page.locator(".chip")).to_contain_text(re.compile(r"\d+ to \d+ Nov 2026"))
    bounds = asked(page)

    assert bounds["range"] == ["custom"]
    assert bounds["started_after"][0].endswith("T23:00:00Z")  # midnight in Berlin
    assert bounds["started_before"][0].endswith("T23:00:00Z")
    page.go_back()
    expect(page.locator(".chip")).to_contain_text("Last 7 days")


def test_every_chart_over_time_can_be_dragged(charts):
    page = charts()
    for title in ("Failure rate", "Duration", "Messages a session", "Open at once"):
        drag(page, title, 120, 220)
        expect(page).to_have_url(re.compile("range=custom"))
        page.go_back()
        expect(page).to_have_url(re.compile(r"range=7d$"))
        expect(panel(page, title).locator(".point, .bar")).not_to_have_count(0)


def test_a_choice_is_in_the_address_and_stays_when_filters_are_cleared(charts):
    page = charts()
    panel(page, "Sessions").get_by_label("Stacked").select_option("status")
    expect(panel(page, "Sessions").get_by_role("link", name="Completed")).to_be_visible()
    panel(page, "Sessions").get_by_label("Counted").select_option("during")
    expect(panel(page, "Sessions")).to_contain_text("do not add up")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator(".chip")).to_have_count(0)

    assert asked(page) == {"by": ["status"], "open": ["during"]}


NONE, ONE = "q=nobody+said+this", f"range=30d&q={small_lake.name(26)}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_chart_of_nothing_says_so(look, theme):
    page = look(f"{CHARTS}?{NONE}&range=7d", wait=".panel .none", theme=theme)
    for title in (*TITLES, SILENT):
        expect(panel(page, title).locator(".none")).to_contain_text(re.compile(r"\w+\.$"))
        expect(panel(page, title).get_by_role("button", name="Data")).to_have_count(0)
        expect(panel(page, title).get_by_role("button", name="Explain")).to_be_visible()


def test_a_chart_of_one_session_is_a_chart(look, count):
    page = look(f"{CHARTS}?{ONE}", wait=READY)
    for title in TITLES:
        if title == CHANGED.title:  # a rate of no session before
            expect(panel(page, title)).to_contain_text("Without sessions in both periods")
            continue
        expect(answer(page, title)).to_be_visible()
        found = [*listed(page, title), *table(page, title)]

        assert {promised(name) for name, _ in found} <= {1}
        assert {count(address) for _, address in found} <= {1}


def test_names_of_strangers_are_text(charts):
    """No request and no dialog: `look` asserts that."""
    page = charts(f"{WEEK}&by=agent")
    expect(panel(page, "Sessions").locator(".legend")).to_contain_text(small_lake.HOSTILE)
    point_at(page, "Sessions", "path.bar.ink-place-5")
    expect(tip(page, "Sessions")).to_contain_text(small_lake.HOSTILE)

    assert page.evaluate("document.querySelectorAll('img[src*=evil]').length") == 0
