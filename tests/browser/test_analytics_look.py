"""The charts in both themes and on a phone, for assistive technology, and when one fails."""

from itertools import product

import pytest
from playwright.sync_api import expect

from tests.browser.axe import serious
from tests.browser.charts import CHARTS, PLOTS, TITLES, answer, cursor, opener, panel, tip
from tests.browser.seen import watch

pytestmark = pytest.mark.browser

WEEK = f"{CHARTS}?range=7d"


@pytest.fixture
def charts(look):
    return opener(look, WEEK)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_and_nothing_is_cut_off(charts, theme):
    page = charts(theme=theme)
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})

        assert [] == serious(page), width
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


HEIGHTS = "panel => [panel.offsetHeight, parseFloat(getComputedStyle(panel).minHeight)]"


def test_a_plot_is_no_higher_than_the_place_that_was_kept_for_it(charts):
    page = charts()

    for title in PLOTS:
        height, kept = panel(page, title).evaluate(HEIGHTS)
        assert height == kept, title


OPENED = {
    "explain": lambda page: panel(page, "Duration").get_by_role("button", name="Explain").click(),
    "data": lambda page: panel(page, "Sessions").get_by_role("button", name="Data").click(),
    "causes": lambda page: panel(page, "What changed").get_by_role("button", name="Data").click(),
    "tip": lambda page: cursor(page, "Sessions").focus() or page.keyboard.press("ArrowLeft"),
}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_what_opens(charts, theme):
    page = charts(theme=theme)
    for what, open_ in OPENED.items():
        open_(page)
        page.wait_for_timeout(800)

        assert page.locator(":popover-open").count() == 1, what
        assert [] == serious(page, ":popover-open"), what
        page.keyboard.press("Escape")
        expect(page.locator(":popover-open")).to_have_count(0)


def test_on_a_phone_the_charts_stand_in_one_column_in_their_order(charts):
    page = charts(width=390, height=844)
    boxes = [panel(page, title).bounding_box() for title in TITLES]

    assert sorted(box["y"] for box in boxes) == [box["y"] for box in boxes]
    assert {round(box["x"]) for box in boxes} == {round(boxes[0]["x"])}


# Whether the box that is open lies wholly within the window.
WITHIN = """() => {
  const deep = (root) => root.querySelector(".menu:popover-open") ?? [...root.querySelectorAll("*")]
    .filter((node) => node.shadowRoot).map((node) => deep(node.shadowRoot)).find(Boolean);
  const box = deep(document).getBoundingClientRect();
  return box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
}"""

# Scrolls so that it opens above, where there is not much room either.
LOW = """button => document.querySelector("[data-testid=stMain]")
  .scrollBy(0, button.getBoundingClientRect().top - innerHeight * 0.6)"""


def test_what_opens_lies_within_the_window(charts):
    titles = {
        390: ("Channels", "What changed", "Open at once"),
        1440: ("What changed", "Messages a session", "Repeat contact"),
    }
    for width, shown in titles.items():
        page = charts(width=width, height=700)
        for title, name in product(shown, ("Data", "Explain")):
            button = panel(page, title).get_by_role("button", name=name)
            button.evaluate(LOW)
            button.click()
            page.wait_for_timeout(600)
            page.wait_for_function(WITHIN)  # what comes late has the box grow, and then move
            page.keyboard.press("Escape")


def test_a_finger_is_told_first_and_leads_on_second(chromium, address):
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(f"{address}{WEEK}")
    page.locator(".contacts").wait_for()  # the last to come: nothing is drawn anew now
    bar = panel(page, "Channels").locator(".drawn rect.bar").first
    bar.scroll_into_view_if_needed()
    box = bar.bounding_box()
    page.touchscreen.tap(box["x"] + 20, box["y"] + 8)
    expect(tip(page, "Channels")).to_be_visible()
    expect(page.locator(".chip")).to_have_count(1)
    tip(page, "Channels").get_by_role("link", name="Only these").tap()

    expect(page.locator(".chip")).to_have_count(2)
    context.close()


@pytest.fixture
def tab(window, wrapped):
    page = window.tab(wrapped)
    seen = watch(page, wrapped)
    page.base = f"{wrapped}{WEEK}"
    yield page
    assert seen.complaints == []
    window.give_back(page)


QUESTIONS = {  # and the charts that each of them answers
    "changes_by_hour": ("When sessions start", "What changed"),
    "changes_by_pair": ("What changed",),
    "concurrency": ("Open at once",),
    "repeat_contact": ("Repeat contact",),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_failing_chart_leaves_the_others_and_comes_back_on_a_press(tab, order, question):
    failing = QUESTIONS[question]
    undo = order(f"fail-{question}")
    tab.goto(tab.base)
    for title in failing:
        expect(tab.get_by_text(f"The chart '{title}' could not be loaded.")).to_be_visible()
    for other in set(TITLES) - set(failing):
        expect(answer(tab, other)).to_be_visible()
    undo()
    tab.get_by_role("button", name="Try again").first.click()

    for title in failing:
        expect(answer(tab, title)).to_be_visible()
    expect(tab.get_by_text("could not be loaded")).to_have_count(0)


def test_a_chart_that_takes_long_keeps_its_place_and_the_others(tab, order):
    order("slow-changes_by_hour", "2")
    tab.goto(f"{tab.base}&user=user-2")
    expect(panel(tab, "Sessions").locator("svg.drawn")).to_be_visible()
    expect(panel(tab, "When sessions start")).to_have_attribute("aria-busy", "true")
    before = panel(tab, "When sessions start").bounding_box()
    expect(panel(tab, "When sessions start").locator("svg.drawn")).to_be_visible(timeout=20_000)

    assert before == panel(tab, "When sessions start").bounding_box()


def test_an_explanation_that_fails_says_so_and_leaves_the_chart(tab, order):
    chart = panel(tab, "When sessions start")
    tab.goto(tab.base)
    expect(chart.locator("svg.drawn")).to_be_visible()
    order("fail-session_count")  # asked by the explanation only
    chart.get_by_role("button", name="Explain").click()

    expect(chart.get_by_role("dialog")).to_contain_text("The explanation could not be loaded.")
    expect(chart.locator("svg.drawn")).to_be_visible()
