"""The live page while sessions begin, go on and end, as their platform tells it."""

import itertools
import json
import re
import urllib.request
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.parts import asked, hears_keys, said, words
from tests.browser.seen import looking
from tests.browser.test_refresh import look_again
from tests.pages import small_lake

pytestmark = pytest.mark.browser

ROWS = ".live tr[data-id]"
NUMBERS = itertools.count()


@pytest.fixture
def live(window, talking):
    """Open the live page: `live("?watch=s-1")`."""
    with looking(window, talking) as open_page:

        def opened(query="", **given):
            page = open_page(f"/live{query}", wait=ROWS, **given)
            hears_keys(page)
            return page

        yield opened


@pytest.fixture
def tell(talking):
    """Send an event: `tell("message.created", "s-1", ago=30, sender="user", content="Hi")`."""

    def send(type_, session_id, /, *, ago=0, **data):
        at = small_lake.NOW - timedelta(seconds=ago)
        event = {"type": type_, "id": f"live-{next(NUMBERS)}", "timestamp": at.isoformat(),
                 "data": {"session_id": session_id, **data}}  # fmt: skip
        request = urllib.request.Request(  # noqa: S310  ours
            f"{talking}/api/v1/events", json.dumps(event).encode(),
            {"Content-Type": "application/json"},
        )  # fmt: skip
        with urllib.request.urlopen(request) as answer:  # noqa: S310  ours
            assert json.load(answer)["meta"]["accepted"] == 1

    return send


def row(page, session_id):
    return page.locator(f'{ROWS}[data-id="{session_id}"]')


def figure(page, label):
    return page.locator(".card", has_text=label).locator(".value > span")


def noticed(page, locator):
    """Have the page look until something is there, within what a tick takes."""
    for _ in range(50):
        look_again(page)
        page.wait_for_timeout(200)
        if locator.count():
            return
    expect(locator).not_to_have_count(0)


def test_what_is_sent_appears_and_is_followed_to_its_end(live, tell):
    page = live()
    before = int(figure(page, "Open now").inner_text())
    tell("session.started", "fresh-1", ago=70, agent_name="Order desk", channel="web")
    tell("message.created", "fresh-1", ago=60, sender="user", content="Where is it?")
    noticed(page, row(page, "fresh-1"))
    expect(row(page, "fresh-1").locator(".said")).to_have_text("User: Where is it?")
    expect(figure(page, "Open now")).to_have_text(str(before + 1))
    row(page, "fresh-1").locator(".opens").click()
    expect(words(page, "Where is it?")).to_be_visible()
    assert asked(page) == {"watch": ["fresh-1"]}

    tell("message.created", "fresh-1", ago=5, sender="agent", content="On its way.")
    noticed(page, words(page, "On its way."))
    expect(words(page, "On its way.")).to_be_in_viewport()
    expect(row(page, "fresh-1").locator(".said")).to_have_text("Agent: On its way.")
    tell("session.ended", "fresh-1", status="completed")
    noticed(page, page.locator(".named .badge.completed"))
    page.get_by_role("heading", name="Live", exact=True).click()
    page.keyboard.press("Escape")

    expect(row(page, "fresh-1")).to_have_count(0)  # nobody points at the list any more
    expect(page.locator(".session .panel")).to_have_count(0)
    expect(figure(page, "Open now")).to_have_text(str(before))


def test_times_count_and_silence_comes_without_a_refresh(live, tell):
    tell("session.started", "quiet-1", ago=121, agent_name="Returns")
    tell("message.created", "quiet-1", ago=115, sender="user", content="One moment.")
    page = live()
    noticed(page, row(page, "quiet-1"))
    silent = int(figure(page, "Silent over").inner_text())
    shown = row(page, "quiet-1").locator(".quiet time")
    expect(shown).to_have_text(re.compile(r"^1 min 5\d s$"))
    expect(row(page, "quiet-1").locator(".mark")).to_have_text("volume_offSilent")

    expect(shown).to_have_text(re.compile("^2 min"))
    expect(figure(page, "Silent over")).to_have_text(str(silent + 1))


def test_rows_stay_while_somebody_points_at_them(live, tell):
    for number in (1, 2, 3):
        tell("session.started", f"held-{number}", ago=40 - number, agent_name="Returns")
    page = live()
    noticed(page, row(page, "held-3"))
    row(page, "held-2").hover()
    before = page.locator(ROWS).evaluate_all("rows => rows.map((row) => row.dataset.id)")
    tell("session.ended", "held-1")
    tell("message.created", "held-2", sender="agent", content="Still here.")
    noticed(page, row(page, "held-1").locator(".mark", has_text="Over"))
    now = page.locator(ROWS).evaluate_all("rows => rows.map((row) => row.dataset.id)")
    assert before == now[: len(before)]
    expect(row(page, "held-2").locator(".said")).to_have_text("Agent: Still here.")
    page.get_by_role("heading", name="Live", exact=True).hover()

    expect(row(page, "held-1")).to_have_count(0)


def test_keys_walk_the_list_follow_and_close(live):
    page = live()
    for key in ("j", "j", "k", "Enter"):
        page.keyboard.press(key)
    first = page.locator(ROWS).first.get_attribute("data-id")
    page.locator(".panel .words").first.wait_for()
    assert asked(page) == {"watch": [first]}
    page.keyboard.press("e")
    expect(page.locator("[data-said]")).to_have_text("error 1 of 1")
    page.keyboard.press("Escape")

    expect(page.locator(".session .panel")).to_have_count(0)
    assert "watch" not in asked(page)


def test_a_figure_opens_its_sessions(live):
    page = live("?channel=web&channel=phone")
    count = figure(page, "Open now").inner_text()
    page.locator(".card", has_text="Open now").click()

    expect(said(page)).to_have_text(re.compile(rf"of {count} sessions?$"))
    assert asked(page)["status"] == ["active"]


def test_what_is_silent_is_listed_by_a_click(live):
    page = live()
    page.locator(".card", has_text="Silent over").click()
    expect(page.locator('.parts [aria-current="page"]')).to_contain_text("Silent")

    expect(page.locator(f"{ROWS}:not(.is-silent):not(.is-stuck)")).to_have_count(0)
    assert page.locator(ROWS).count() > 0


def test_hostile_names_and_words_stay_text(live, tell):
    hostile = "\u202e<img src=x onerror=alert(1)>"
    tell("session.started", "hostile-1", agent_name=hostile)
    tell("message.created", "hostile-1", sender="user", content=hostile)
    tell("event.created", "hostile-1", kind="note", name=hostile, detail=hostile)
    page = live("?watch=hostile-1")
    noticed(page, row(page, "hostile-1"))
    expect(words(page, "<img src=x")).to_be_visible()
    expect(page.locator("li", has_text="<img src=x").first).to_be_visible()

    assert page.locator("img[src=x]").count() == 0
    assert page.locator(f"{ROWS} .agent .control").first.inner_text() == "U+202E"


def test_a_start_alone_is_told_and_leads_to_its_session(live, tell):
    tell("session.started", "begun-alone", ago=1, agent_name="Desk of the newest")
    page = live()
    line = page.locator("section[aria-label='Latest events'] li", has_text="Desk of the newest")
    noticed(page, line)
    expect(line).to_contain_text("Started")
    line.locator("a").click()

    page.wait_for_url("**id=begun-alone*")
    page.locator(".panel").first.wait_for()
    assert "m" not in asked(page)


def test_the_chart_says_what_was_open_and_keeps_its_place_while_others_change(live, tell):
    page = live()
    chart = page.locator(".panel", has_text="Open at once, last 24 h")
    expect(chart.locator("svg.drawn")).to_be_visible()
    expect(chart.locator(".rule.now")).to_have_count(1)
    expect(chart.locator("p.unseen").first).to_contain_text("Now: ")
    chart.get_by_role("button", name="Data").click()
    expect(chart.locator("tbody tr")).to_have_count(97)
    page.keyboard.press("Escape")
    chart.locator("svg.drawn").evaluate("node => { node.isOld = true; }")
    tell("session.started", "beside-chart", ago=1, agent_name="Returns")
    noticed(page, row(page, "beside-chart"))

    assert chart.locator("svg.drawn").evaluate("node => node.isOld")


def test_what_is_sent_appears_by_itself(live, tell):
    """Nobody presses or moves anything: the page looks every second."""
    page = live()
    tell("session.started", "by-itself", ago=2, agent_name="Returns")

    expect(row(page, "by-itself")).to_be_visible()


def test_a_link_to_a_session_that_is_on_its_way_shows_it_when_it_comes(window, talking, tell):
    with looking(window, talking) as open_page:
        page = open_page("/?id=on-its-way", wait=".box")
        expect(page.locator(".box")).to_contain_text("on-its-way")
        tell("session.started", "on-its-way", agent_name="Returns")

        expect(page.locator(".panel")).to_be_visible(timeout=25_000)
        expect(page.locator(".box", has_text="on-its-way")).to_have_count(0)
