"""Search in conversations: hits come, are walked and opened; it is stopped, and goes on."""

import json
import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lake import cold
from settings import Settings
from tests.browser.parts import asked, rows
from tests.browser.seen import watch
from tests.lake.test_damage import flip
from tests.pages import small_lake

pytestmark = pytest.mark.browser

FIELD = "Search in what was said"
UNHEARD = "() => { WebSocket.prototype.send = () => {}; }"
HITS = small_lake.COUNT  # "charged" is said once in each session


def hits(page):
    return page.locator(".hit")


def course(page):
    return page.locator(".course p")


def field(page):
    return page.get_by_role("searchbox", name=FIELD)


def requests_of(page):
    """Return the searches that are asked of the server from now on."""
    found = []
    page.on("request", lambda r: "/search/messages" in r.url and found.append(r.url))
    return found


@pytest.fixture
def searched(look):
    """Open the page with a search in its address."""

    def opened(query, wait=".hit", **options):
        return look(f"/search?{query}", wait=wait, **options)

    return opened


def test_what_is_typed_is_found_marked_and_in_the_address(look):
    page = look("/search", wait=".finder")
    expect(page.get_by_role("heading", name=FIELD)).to_be_visible()
    field(page).fill("CHARGED twice")
    page.keyboard.press("Enter")
    expect(hits(page)).to_have_count(50)

    assert {"find": ["CHARGED twice"]} == asked(page)
    expect(hits(page).first.locator("mark")).to_have_text("charged twice")
    expect(hits(page).first).to_contain_text("I was charged twice for my November invoice.")
    expect(hits(page).first).to_contain_text("Order desk")
    expect(course(page)).to_have_text("50 hits. Searched back to 18 November, 4 of 12 days.")


def test_search_further_goes_on_to_the_end(searched):
    page = searched("find=charged")
    for count in (100, HITS):
        page.get_by_role("button", name="Search further").click()
        expect(hits(page)).to_have_count(count)

    expect(course(page)).to_have_text(f"{HITS} hits. All 12 days searched.")
    expect(page.get_by_role("button", name="Search further")).to_have_count(0)
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "12")
    expect(hits(page).last).to_contain_text("None")  # without a start, last


# Notes how far down a hit was seen when somebody presses it.
PRESSED_AT = """node => node.addEventListener("pointerdown", () => {
  window.pressedAt = node.getBoundingClientRect().y;
}, { capture: true, once: true })"""
SETTLED_MS = 500  # after that nothing moves any more


def test_a_hit_leads_to_its_message_and_back_to_the_hits(searched):
    page = searched("find=INV-20931&channel=phone")
    expect(course(page)).to_contain_text("days searched.")
    sent = requests_of(page)
    hits(page).nth(9).evaluate(PRESSED_AT)
    hits(page).nth(9).click()
    meant = page.locator(".is-meant")
    expect(meant).to_be_in_viewport()
    expect(meant).to_contain_text("INV-20931")
    assert {"id": [small_lake.name(55)], "m": ["7"], "channel": ["phone"]} == asked(page)
    page.go_back()
    expect(hits(page)).to_have_count(22)

    expect(page.locator(".came")).to_have_count(1)
    expect(hits(page).nth(9)).to_be_in_viewport()
    page.wait_for_timeout(SETTLED_MS)
    assert abs(hits(page).nth(9).bounding_box()["y"] - page.evaluate("window.pressedAt")) < 1
    assert [] == sent


def test_hits_are_walked_by_keys_and_opened(searched):
    page = searched("find=charged")
    page.locator(".st-key-keys dialog").wait_for(state="attached")
    for key in ("j", "j", "j", "k"):
        page.keyboard.press(key)
    expect(hits(page).nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".is-meant")).to_contain_text(small_lake.FIRST_WORDS)
    page.keyboard.press("Escape")
    expect(hits(page)).to_have_count(50)
    page.keyboard.press("/")
    expect(field(page)).to_be_focused()
    page.keyboard.press("ArrowDown")

    expect(hits(page).nth(2)).to_be_focused()  # after the one that was opened


@pytest.fixture
def slow(window, wrapped, order):
    """A tab in which each slice takes a second and a half."""
    order("slow-search_messages", "1.5")
    page = window.tab(wrapped)
    seen = watch(page, wrapped)
    yield page
    assert [] == seen.complaints
    window.give_back(page)


def test_hits_are_there_while_the_search_runs_and_it_is_stopped_and_goes_on(slow, wrapped, order):
    slow.goto(f"{wrapped}/search?find=charged&channel=web")
    expect(slow.get_by_role("button", name="Stop")).to_be_visible()
    expect(course(slow)).to_contain_text("hits so far. Searched back to 16 November, ")
    assert 0 < hits(slow).count() < 22
    slow.keyboard.press("Escape")
    expect(course(slow)).to_contain_text("Stopped.")
    before = hits(slow).count()
    order("slow-search_messages", "0")
    slow.get_by_role("button", name="Search further").click()

    expect(course(slow)).to_have_text("22 hits. All 11 days searched.")
    assert before < 22


def test_leaving_the_page_ends_the_search_and_coming_back_goes_on(slow, wrapped, order):
    slow.goto(f"{wrapped}/search?find=charged&channel=phone")
    expect(course(slow)).to_contain_text("so far")
    with slow.expect_event("requestfailed", lambda r: "/search/messages" in r.url):
        slow.get_by_role("link", name="Sessions").click()
    expect(rows(slow).first).to_be_visible()
    order("slow-search_messages", "0")
    slow.go_back()

    expect(course(slow)).to_have_text("22 hits. All 11 days searched.")
    expect(hits(slow)).to_have_count(22)


def test_options_narrow_what_is_found(searched):
    page = searched("find=charge&channel=phone")
    expect(hits(page)).to_have_count(22)
    page.get_by_role("button", name="Whole words").click()
    expect(page.get_by_role("heading", name="No message says this")).to_be_visible()
    assert {"find": ["charge"], "channel": ["phone"], "word": ["1"]} == asked(page)
    page.get_by_role("button", name="Whole words").click()
    expect(hits(page)).to_have_count(22)
    field(page).fill("CHARGED")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(hits(page)).to_have_count(22)
    page.get_by_role("button", name="Match case").click()

    expect(page.get_by_role("heading", name="No message says this")).to_be_visible()
    expect(page.get_by_role("button", name="Match case")).to_have_attribute("aria-pressed", "true")


def test_filters_bound_the_search_and_clearing_them_keeps_its_text(searched):
    page = searched("find=charged&range=24h")
    expect(course(page)).to_have_text("12 hits. All 2 days searched.")
    page.get_by_role("link", name="Clear filters").click()

    expect(hits(page)).to_have_count(50)
    assert {"find": ["charged"]} == asked(page)
    expect(field(page)).to_have_value("charged")


def test_a_pasted_link_shows_the_same_search(searched):
    page = searched("find=Charged&word=1&channel=sip")
    expect(field(page)).to_have_value("Charged")
    expect(page.get_by_role("button", name="Whole words")).to_have_attribute("aria-pressed", "true")
    expect(hits(page)).to_have_count(21)
    page.reload()

    expect(hits(page)).to_have_count(21)


@pytest.mark.parametrize("is_heard", [True, False])
def test_back_leads_to_the_search_before(searched, is_heard):
    """Also who goes back at once, before the page has heard of the other search."""
    page = searched("find=charged")
    if not is_heard:
        page.evaluate(UNHEARD)
    sent = requests_of(page)
    field(page).fill("what is the")
    page.keyboard.press("Enter")
    expect(hits(page).first.locator("mark")).to_have_text("What is the")
    page.go_back()

    expect(hits(page).first.locator("mark")).to_have_text("charged")
    expect(field(page)).to_have_value("charged")
    assert 1 == len(sent)


@pytest.mark.parametrize("find", ["x" * 201, "a%00b"], ids=["long", "NUL"])
def test_a_value_that_cannot_be_is_left_out_with_a_note(look, find):
    page = look(f"/search?find={find}&word=maybe", wait=".strip")

    expect(page.locator(".strip")).to_contain_text("find, which has at most 200 characters")
    expect(page.locator(".strip")).to_contain_text("word 'maybe', which can be 1")
    expect(page.get_by_role("heading", name=FIELD)).to_be_visible()
    expect(field(page)).to_have_value("")


def test_hostile_words_are_shown_as_they_are(searched):
    page = searched("find=%3Cimg%20src%3D")

    expect(hits(page).first.locator("mark")).to_have_text("<img src=")
    expect(hits(page).first.locator(".snippet")).to_contain_text(small_lake.HOSTILE)
    expect(page.locator(".hit img")).to_have_count(0)


def test_filters_without_sessions_say_so(searched):
    page = searched("find=x&q=nobody-said-this", wait=".box h2")

    expect(page.get_by_role("heading", name="No sessions found")).to_be_visible()


def test_when_others_search_one_is_asked_to_wait(look):
    page = look("/search", wait=".finder")
    problem = {"detail": "4 searches are running already.", "advice": "Try again in a moment."}
    page.route(
        "**/search/messages*",
        lambda route: route.fulfill(status=503, body=json.dumps(problem), headers={}),
    )
    field(page).fill("charged")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Other searches are running")).to_be_visible()
    expect(page.locator(".box p")).to_contain_text("4 searches are running already.")
    page.unroute("**/search/messages*")
    page.get_by_role("button", name="Try again").click()

    expect(hits(page)).to_have_count(50)
    page.seen.complaints.clear()  # the browser tells of each 503


def test_an_answer_that_breaks_off_passes_for_no_whole_one(look):
    page = look("/search", wait=".finder")
    line = {"kind": "progress", "searched_back_to": "2026-11-20T23:00:00.000Z", "days": 2,
            "days_total": 12, "next": "2026-11-20T23:00:00.000000Z"}  # fmt: skip
    page.route("**/search/messages*", lambda route: route.fulfill(body=json.dumps(line) + "\n"))
    field(page).fill("charged")
    page.keyboard.press("Enter")
    expect(course(page)).to_have_text(
        "The connection was lost. Searched back to 21 November, 2 of 12 days."
    )
    page.unroute("**/search/messages*")
    page.get_by_role("button", name="Search further").click()

    expect(hits(page).first).to_be_visible()
    expect(course(page)).to_contain_text("50 hits. Searched back to ")


def test_a_damaged_file_is_named_and_the_rest_is_searched(
    serve_once, window, lake_folder, tmp_path
):
    shutil.copytree(lake_folder, tmp_path / "lake")
    settings = Settings(data=tmp_path / "lake", state=tmp_path / "writer", demo="off")
    file = Path(cold.read(settings.data.resolve()).files["messages"][0].path)
    flip(file)
    page = window("light", 1440, 900).new_page()
    page.goto(f"{serve_once(settings.data)}/search?find=charged")
    hits(page).first.wait_for()
    strip = page.locator(".strip.amber", has_text="Not searched:")
    expect(strip).to_contain_text("11 November to 22 November")
    expect(strip).to_contain_text(file.name)

    expect(hits(page)).to_have_count(1)  # the one without a start lies in another file
    expect(course(page)).to_have_text("1 hit. All 12 days searched.")
    page.close()


def test_on_a_phone_nothing_is_cut_off_sideways(searched):
    page = searched("find=INV-2&channel=phone", width=390, height=844)

    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert hits(page).first.bounding_box()["width"] <= 390
    hits(page).first.click()
    expect(page.locator(".is-meant")).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]m=7"))
