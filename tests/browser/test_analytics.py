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
    LISTS,
    PLOTS,
    READY,
    SILENT,
    TITLES,
    UNLINKED,
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

WEEK = f"{CHARTS}?range=7d"


@pytest.fixture
def charts(look):
    """Open the page; all its charts are there."""

    def opened(path=WEEK, **size):
        page = look(path, wait=READY, **size)
        for title in TITLES:
            expect(answer(page, title)).to_be_visible()
        return page

    return opened


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
@pytest.mark.parametrize("title", TITLES)
def test_every_link_of_a_chart_opens_exactly_its_rows(charts, count, title, view):
    page = charts(f"{WEEK}{view}")
    found = [*listed(page, title), *table(page, title)]

    assert bool(found) == (title not in UNLINKED)
    assert [(name, promised(name)) for name, _ in found] == [
        (name, count(address)) for name, address in found
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


def test_a_choice_is_in_the_address_and_stays_when_filters_are_cleared(charts):
    page = charts()
    panel(page, "Sessions").get_by_label("Stacked").select_option("status")
    expect(panel(page, "Sessions").get_by_role("link", name="Completed")).to_be_visible()
    panel(page, "Sessions").get_by_label("Counted").select_option("during")
    expect(panel(page, "Sessions")).to_contain_text("do not add up")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator(".chip")).to_have_count(0)

    assert asked(page) == {"by": ["status"], "open": ["during"]}


def test_the_explanation_is_asked_for_and_leads_to_the_sessions(charts):
    page = charts()
    panel(page, "Failure rate").get_by_role("button", name="Explain").click()
    box = panel(page, "Failure rate").get_by_role("dialog", name="Explain")
    expect(box.get_by_label("SQL", exact=True)).to_contain_text("from filtered")
    expect(box).to_contain_text("Failed / all.")
    expect(box).to_contain_text("Europe/Berlin")
    show = box.get_by_role("link", name=re.compile("^Show the"))
    number = int(show.inner_text().split()[-1])
    show.click()

    expect(said(page)).to_contain_text(f"of {number} sessions")


def test_every_chart_explains_itself(charts):
    page = charts()
    for title in TITLES:
        panel(page, title).get_by_role("button", name="Explain").click()
        box = panel(page, title).get_by_role("dialog", name="Explain")
        expect(box.get_by_label("SQL", exact=True)).to_contain_text("from filtered")
        expect(box).to_contain_text("Europe/Berlin")
        page.keyboard.press("Escape")


def saved(page, title):
    """Save the data behind a chart; return the file's name and its lines."""
    panel(page, title).get_by_role("button", name="Data").click()
    with page.expect_download() as waiting:
        panel(page, title).get_by_role("button", name="CSV").click()
    page.keyboard.press("Escape")
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    return waiting.value.suggested_filename, text.splitlines()


def test_the_data_is_saved_as_a_file_that_spreadsheets_take_for_no_formula(charts):
    name, lines = saved(charts(f"{WEEK}&by=agent"), "Sessions")

    assert name == "parley-volume.csv"
    assert lines[0].startswith("Start of the day,")
    assert len(lines) == 9
    assert small_lake.HOSTILE.split()[0] in lines[0]


def test_the_data_of_every_chart_is_saved_as_it_is_shown(charts):
    page = charts()
    names = set()
    for title in TITLES:
        panel(page, title).get_by_role("button", name="Data").click()
        shown = panel(page, title).get_by_role("dialog", name="Data").get_by_role("row")
        shown.first.wait_for()
        heads = shown.first.get_by_role("columnheader").all_inner_texts()
        count = min(shown.count(), 251)
        page.keyboard.press("Escape")
        name, lines = saved(page, title)
        names.add(name)

        assert ",".join(heads) == lines[0]
        assert count == min(len(lines), 251), title
    assert len(names) == len(TITLES)


def test_every_chart_is_told_in_words(charts):
    page = charts()
    for title in PLOTS:
        words = panel(page, title).locator("p.unseen").inner_text()

        assert re.search(r"\d|no value", words), title
    for title in LISTS:  # these are words
        assert re.search(r"\d", answer(page, title).inner_text()), title


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
