"""The one clock: what is imported while a page is open appears on it."""

import re

import pytest
from playwright.sync_api import expect

from lake.writer import Writer
from settings import Settings
from tests.browser.parts import SEARCH, hears_keys, rows, said, sent_since_reload
from tests.pages import small_lake

pytestmark = pytest.mark.browser

FIRST, SECOND = range(100), range(100, small_lake.COUNT)
FRESH = range(-1, -4, -1)  # after the newest


@pytest.fixture
def growing(tmp_path):
    """A lake of its own that holds a part of the sessions; call it to add or change others."""
    settings = Settings(data=tmp_path / "lake", state=tmp_path / "writer", demo="off")

    def add(numbers, **changed):
        with Writer(settings) as writer:
            writer.add(small_lake.batch(numbers, **changed))
            writer.commit()

    add(FIRST)
    add.folder = settings.data
    return add


def look_again(page):
    """Have the clock ask now, as when the tab is shown again, instead of within ten seconds."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.fixture
def watched(serve_once, window, growing):
    """A tab on the growing lake."""
    page = window("light", 1440, 900).new_page()
    page.goto(serve_once(growing.folder, PARLEY_WATCH_SECONDS="0.1"))
    expect(said(page)).to_have_text("Showing 1 to 50 of 100 sessions")
    yield page
    page.close()


def refreshed(page, add, *given, **changed):
    """Change the lake and have the page notice."""
    with page.expect_response(lambda answer: "/snapshot" in answer.url):
        add(*given, **changed)
        page.wait_for_timeout(1000)
        look_again(page)


def test_an_import_appears_and_what_is_half_done_stays(watched, growing):
    page = watched
    page.get_by_role("button", name="All time").click()
    page.get_by_role("button", name="Previous month").click()
    page.get_by_label("From", exact=True).fill("2026-10")
    refreshed(page, growing, SECOND)

    expect(said(page)).to_have_text("Showing 1 to 50 of 130 sessions", timeout=15_000)
    expect(page.get_by_text("October 2026")).to_be_visible()  # the calendar is still open
    expect(page.get_by_label("From", exact=True)).to_have_value("2026-10")
    expect(page.get_by_label("From", exact=True)).to_be_focused()


def test_half_typed_search_survives_a_refresh(watched, growing):
    page = watched
    page.get_by_placeholder(SEARCH).focus()
    page.keyboard.type("s")
    refreshed(page, growing, SECOND)
    expect(said(page)).to_contain_text("of 130 sessions", timeout=15_000)

    expect(page.get_by_placeholder(SEARCH)).to_have_value("s")
    expect(page.get_by_placeholder(SEARCH)).to_be_focused()


def test_the_scrolled_place_survives_a_refresh(watched, growing):
    page = watched
    main = page.get_by_test_id("stMain")
    main.evaluate("node => node.scrollTo(0, 600)")
    refreshed(page, growing, SECOND)
    expect(said(page)).to_contain_text("of 130 sessions", timeout=15_000)

    assert main.evaluate("node => node.scrollTop") == 600


def test_new_rows_wait_while_somebody_points_at_the_table(watched, growing):
    page = watched
    rows(page).nth(3).hover()
    before = rows(page).nth(3).get_attribute("data-id")
    place = rows(page).nth(3).bounding_box()
    refreshed(page, growing, FRESH)
    waiting = page.get_by_role("button", name="3 new sessions")
    expect(waiting).to_be_visible(timeout=15_000)
    expect(page.locator(".fresh")).to_have_text("3 new")
    assert rows(page).nth(3).get_attribute("data-id") == before
    assert rows(page).nth(3).bounding_box() == place
    page.get_by_role("heading", name="Sessions").hover()

    expect(rows(page).first).to_have_attribute("data-id", small_lake.name(FRESH[-1]))
    expect(waiting).to_have_count(0)
    expect(page.locator(".fresh")).to_have_count(0)


def test_new_rows_wait_for_a_row_with_focus_and_come_on_a_press(watched, growing):
    page = watched
    hears_keys(page)
    page.keyboard.press("j")
    refreshed(page, growing, FRESH)
    page.get_by_role("button", name="3 new sessions").click(timeout=15_000)

    expect(rows(page).first).to_have_attribute("data-id", small_lake.name(FRESH[-1]))


def test_new_events_wait_while_somebody_points_at_the_log(watched, growing):
    page = watched
    page.get_by_role("link", name="Activity").click()
    log = page.locator(".log tr[data-id]")
    log.nth(3).hover()
    before = log.nth(3).inner_text()
    refreshed(page, growing, FRESH)
    waiting = page.get_by_role("button", name="New events")
    expect(waiting).to_be_visible(timeout=15_000)
    assert log.nth(3).inner_text() == before
    page.get_by_role("heading", name="Activity").hover()

    expect(log.first).to_have_attribute("data-id", small_lake.name(FRESH[-1]))
    expect(waiting).to_have_count(0)


def test_a_session_that_fails_while_one_looks_is_told(watched, growing):
    page = watched
    expect(page.locator(".toast")).to_have_count(0)  # what had failed before is no news
    refreshed(page, growing, [0], status="failed", error="Bad <img src=x onerror=alert(1)> luck")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Session s000-0b4… failed: Bad <img", timeout=15_000)
    expect(rows(page).first).to_contain_text("Failed")
    toast.get_by_role("link").click()

    expect(page.get_by_text(small_lake.FIRST_WORDS)).to_be_visible()


def test_a_failure_that_is_told_on_another_page_opens_its_session(watched, growing):
    page = watched
    page.get_by_role("link", name="Agents").click()
    expect(page.locator(".agents")).to_be_visible()
    refreshed(page, growing, [0], status="failed", error="Bad luck")
    page.locator(".toast").get_by_role("link").click(timeout=15_000)

    expect(page.get_by_text(small_lake.FIRST_WORDS)).to_be_visible()


# A tab that is looked at only in the moment in which it asks for what is new.
GLANCE = """
() => {
  const seen = (state) => Object.defineProperty(
    document, "visibilityState", { get: () => state, configurable: true });
  seen("visible");
  document.dispatchEvent(new Event("visibilitychange"));
  seen("hidden");
}
"""
TOLD = """
() => {
  window.told = [];
  window.Notification = class {
    static permission = "default";
    static async requestPermission() { return (Notification.permission = "granted"); }
    constructor(title, { body }) { window.told.push(`${title}: ${body}`); }
  };
}
"""


@pytest.mark.parametrize("is_wished", [True, False])
def test_a_hidden_tab_tells_of_a_failure_only_where_that_is_wished(watched, growing, is_wished):
    page = watched
    page.evaluate(TOLD)
    bell = page.get_by_role("button", name="Notify me while this tab is hidden")
    if is_wished:
        bell.click()
        expect(bell).to_have_attribute("aria-pressed", "true")
    growing([0], status="failed", error="Bad luck")
    for _ in range(50):
        page.evaluate(GLANCE)
        page.wait_for_timeout(200)
        if page.locator(".toast").count():
            break
    expect(page.locator(".toast")).to_contain_text("failed: Bad luck")
    page.evaluate("localStorage.removeItem('parley:notify')")

    told = ["Parley: Session s000-0b4… failed: Bad luck"] if is_wished else []
    assert page.evaluate("window.told") == told


def test_failures_of_long_ago_are_no_news(watched, growing):
    page = watched
    refreshed(page, growing, SECOND)
    expect(said(page)).to_contain_text("of 130 sessions", timeout=15_000)
    page.wait_for_timeout(500)

    expect(page.locator(".toast")).to_have_count(0)


def test_the_clock_counts_by_itself_and_pauses_when_nobody_looks(look):
    page = look(is_own=True)
    words = page.locator(".words").first
    expect(words).to_have_text(re.compile(r"^Updated (just now|[2-9] s ago)$"))
    page.clock.install()
    page.reload()
    rows(page).first.wait_for()
    page.clock.fast_forward(31 * 60_000)
    page.clock.run_for(11_000)
    expect(words).to_have_text("Paused")
    with page.expect_response("**/api/v1/snapshot"):
        page.mouse.move(300, 300)

    expect(words).to_contain_text("Updated")


def test_a_server_that_is_gone_is_told(look):
    page = look()
    page.route("**/api/v1/snapshot", lambda route: route.abort())
    look_again(page)
    expect(page.locator(".words").first).to_have_text("Offline")
    page.seen.complaints.clear()  # the browser tells of the request that we broke ourselves
    page.unroute("**/api/v1/snapshot")
    look_again(page)

    expect(page.locator(".words").first).to_contain_text("Updated")


def test_nothing_new_starts_no_run(look):
    page = look()
    sent = sent_since_reload(page)
    page.wait_for_timeout(1500)
    before = len(sent)
    with page.expect_response("**/api/v1/snapshot") as answer:
        look_again(page)
    page.wait_for_timeout(500)

    assert answer.value.ok
    assert before > 0
    assert len(sent) == before
