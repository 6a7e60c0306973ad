"""What a person sees while questions are slow, and when they fail."""

from itertools import count

import pytest
from playwright.sync_api import expect

from tests.browser.parts import rows, said
from tests.browser.seen import watch

pytestmark = pytest.mark.browser

LOADING = "Loading sessions..."
NARROW = map("nobody-{}".format, count())  # another list each time: no answer is remembered


@pytest.fixture
def tab(window, wrapped):
    """A tab of the program that follows orders; it may complain of nothing."""
    page = window("light", 1440, 900).new_page()
    watch(page, wrapped)
    broken = []
    page.on("response", lambda answer: answer.status >= 500 and broken.append(answer.url))
    page.base = f"{wrapped}/?metadata=note%20contains%20%25&user=user-1&user={next(NARROW)}"
    yield page
    assert page.get_by_text("Traceback").count() == 0
    assert broken == []
    assert page.seen.complaints == []
    page.close()


def test_a_first_load_that_takes_long_says_so(tab, order):
    order("slow-session_page", "2")
    tab.goto(tab.base)
    expect(tab.get_by_text(LOADING)).to_be_visible()

    expect(rows(tab).first).to_be_visible(timeout=20_000)
    expect(tab.get_by_text(LOADING)).to_have_count(0)


def test_what_is_opened_before_the_counts_are_there_stays_open(tab, order):
    order("slow-facets", "3")
    tab.goto(f"{tab.base}&agent={next(NARROW)}")
    tab.get_by_role("button", name="All time").click()
    tab.get_by_role("button", name="22 November 2026").focus()
    tab.keyboard.press("ArrowLeft")
    expect(tab.get_by_role("button", name="Export")).to_be_visible()  # comes after the counts

    expect(tab.get_by_role("button", name="21 November 2026")).to_be_focused()
    tab.keyboard.press("ArrowLeft")
    expect(tab.get_by_role("button", name="20 November 2026")).to_be_focused()


def test_what_is_typed_before_the_counts_are_there_stays_typed(tab, order):
    order("slow-facets", "3")
    tab.goto(f"{tab.base}&agent={next(NARROW)}")
    tab.get_by_role("button", name="Metadata").click()
    tab.get_by_label("Key", exact=True).fill("plan")
    tab.get_by_label("Compare").select_option(label="is not")
    tab.get_by_label("Value").fill("pro")
    expect(tab.get_by_role("button", name="Export")).to_be_visible()  # comes after the counts

    expect(tab.get_by_label("Value")).to_be_focused()
    tab.keyboard.type("X")
    tab.get_by_role("button", name="Add filter").click()
    expect(tab.locator(".chip", has_text="proX")).to_be_visible()
    assert "plan%21%3DproX" in tab.url


# Counts what says that something is on its way and is seen sooner than it should: 200 ms after it
# is there, less what a clock and a frame may differ by.
FLASHES = """
  window.flashes = 0;
  window.signs = 0;
  const first = new WeakMap();
  const deep = (root) => { for (const node of root.querySelectorAll("*")) {
    if (node.matches(".waiting, .bone")) {
      if (!first.has(node)) { first.set(node, performance.now()); window.signs += 1; }
      const isSeen = getComputedStyle(node).visibility === "visible";
      if (isSeen && performance.now() - first.get(node) < 150) window.flashes += 1;
    }
    if (node.shadowRoot) deep(node.shadowRoot); } };
  const look = () => { deep(document); requestAnimationFrame(look); };
  look();
"""


def test_a_first_load_that_is_quick_never_flashes(tab, order):
    """What is there sooner than its sign would be seen, shows none."""
    order("slow-session_page", "1")  # so that there is a sign
    tab.add_init_script(FLASHES)
    tab.goto(tab.base)
    expect(rows(tab).first).to_be_visible()

    assert tab.evaluate("window.signs") > 0
    assert tab.evaluate("window.flashes") == 0


def test_a_slow_filter_keeps_the_old_rows_until_the_new_are_there(tab, order):
    tab.goto(tab.base)
    expect(rows(tab).first).to_be_visible()
    before = said(tab).inner_text()
    order("slow-session_page", "2")
    tab.get_by_role("button", name="Status").click()
    tab.get_by_role("checkbox", name="Failed").check()
    tab.wait_for_timeout(1000)
    assert said(tab).inner_text() == before
    expect(rows(tab).first).to_be_visible()
    expect(tab.get_by_text(LOADING)).to_have_count(0)

    expect(said(tab)).not_to_have_text(before, timeout=20_000)


def test_a_slow_refresh_keeps_the_rows_where_they_are(tab, order):
    tab.goto(tab.base)
    expect(rows(tab).first).to_be_visible()
    before = rows(tab).first.get_attribute("data-id")
    order("slow-session_page", "2")
    tab.get_by_role("button", name="Refresh", exact=True).click()
    app = tab.locator("[data-test-script-state]")
    expect(app).to_have_attribute("data-test-script-state", "running")
    expect(rows(tab).first).to_have_attribute("data-id", before)
    expect(tab.get_by_text(LOADING)).to_have_count(0)
    expect(tab.locator(".card .value").first).to_be_visible()

    expect(app).to_have_attribute("data-test-script-state", "notRunning", timeout=20_000)
    expect(rows(tab).first).to_have_attribute("data-id", before)


def test_a_question_over_its_deadline_says_so_and_what_to_do(tab, order):
    """DuckDB is really busy, and really stopped by the watchdog."""
    undo = order("late-session_page", "0.5")
    tab.goto(tab.base)
    expect(tab.get_by_text("The question was stopped after 0.5 seconds.")).to_be_visible()
    expect(tab.get_by_text("Narrow the filters, or raise PARLEY_QUERY_SECONDS.")).to_be_visible()
    expect(tab.locator(".card .value").first).to_be_visible()
    undo()
    tab.get_by_role("button", name="Try again").click()

    expect(rows(tab).first).to_be_visible()
    expect(tab.get_by_text("could not be loaded")).to_have_count(0)


def test_failing_figures_leave_the_rows_and_come_back_on_a_press(tab, order):
    undo = order("fail-card_counts")
    tab.goto(tab.base)
    expect(rows(tab).first).to_be_visible()
    expect(tab.get_by_text("The figures could not be loaded.")).to_be_visible()
    expect(tab.get_by_text("with markup")).to_have_count(0)
    undo()
    tab.get_by_role("button", name="Try again").click()

    expect(tab.get_by_text("Total Sessions")).to_be_visible()
    expect(tab.get_by_text("could not be loaded")).to_have_count(0)


def test_failing_rows_leave_the_figures(tab, order):
    undo = order("fail-session_page")
    tab.goto(tab.base)
    expect(tab.get_by_text("The sessions could not be loaded.")).to_be_visible()
    expect(tab.locator(".card .value").first).to_be_visible()
    expect(tab.get_by_role("button", name="Channel")).to_be_visible()
    undo()
    tab.get_by_role("button", name="Try again").click()

    expect(rows(tab).first).to_be_visible()
    expect(tab.get_by_text("could not be loaded")).to_have_count(0)


@pytest.mark.parametrize("name", ["metadata_suggestions", "failures"])
def test_what_only_helps_may_fail_without_the_rows(tab, order, name):
    order(f"fail-{name}")
    tab.goto(tab.base)

    expect(rows(tab).first).to_be_visible()
    expect(tab.get_by_text("Total Sessions")).to_be_visible()


def test_a_filter_without_sessions_says_so_and_is_cleared(tab):
    tab.goto(f"{tab.base}&q=nobody-said-this")
    expect(tab.get_by_role("heading", name="No sessions found")).to_be_visible()
    expect(tab.get_by_text("Try adjusting your filters or check back later.")).to_be_visible()
    tab.locator(".box").get_by_role("link", name="Clear filters").click()

    expect(said(tab)).to_contain_text("of 130 sessions")
