"""The turns of a transcript as they are read: words, tool calls, silences, what does not show."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import hard
from tests.browser.parts import words

pytestmark = pytest.mark.browser


def turn(page, text):
    return page.locator(".turn", has_text=text)


def lies_below(upper, lower):
    """How many pixels a turn begins below another; both are measured in one frame."""
    top = "node => node.getBoundingClientRect().top"
    return lower.evaluate(
        f"(node, upper) => ({top})(node) - ({top})(upper)", upper.element_handle()
    )


def test_a_turn_says_who_when_and_which(read):
    page = read("talk")
    asked, answered = turn(page, "Invoice 20931, I said so."), turn(page, "Which invoice is it?")
    expect(asked.locator(".who")).to_have_text(re.compile("^User#4$"))
    expect(asked.locator("time")).to_have_text("0:41")
    expect(asked.locator("time")).to_have_attribute("title", "22 Nov 2026 19:02:49")  # Kolkata
    expect(answered.locator(".who b")).to_have_text("Billing assistant")
    tints = [
        each.locator(".said").evaluate("node => getComputedStyle(node).backgroundColor")
        for each in (asked, answered)
    ]

    assert ["rgb(244, 245, 247)", "rgba(0, 0, 0, 0)"] == tints


def test_a_call_is_folded_and_unfolds_to_readable_json(read):
    page = read("talk")
    call = page.locator("details", has_text="lookup_invoice")
    expect(call.locator("summary")).to_contain_text(re.compile("lookup_invoice.*1.0 s.*2 results"))
    expect(call.locator("pre")).to_have_count(0)
    below = turn(page, "Thank you. I see two payments")
    before = lies_below(call, below)
    call.locator("summary").click()
    expect(call.locator("pre")).to_have_count(2)
    question, answer = call.locator("pre").all_inner_texts()

    assert question.startswith('{\n  "invoice": {\n    "number": 20931,\n    "parts": [\n      1,')
    assert '"paid": 249.00\n' in answer  # digits as they were sent
    assert lies_below(call, below) - before == pytest.approx(
        call.locator(".inside").bounding_box()["height"], abs=2
    )


def test_a_call_says_how_it_ended(read):
    page = read("talk")
    calls = page.locator("details", has_text="create_refund")
    expect(calls.nth(0).locator(".bad")).to_have_text("timeout")
    expect(calls.nth(1).locator(".bad")).to_have_count(0)
    calls.nth(1).locator("summary").click()
    expect(calls.nth(1)).to_contain_text("No answer is known.")


def test_silences_stand_where_nothing_was_said_and_at_the_end(read):
    page = read("talk")
    expect(page.locator(".turn .silence")).to_have_text(
        ["2 min 0 s of silence", "3 min 0 s of silence", "3 min 13 s of silence"]
    )
    expect(turn(page, "Are you still there?").locator(".silence")).to_have_count(1)
    page = read("call")

    expect(page.locator(".turn .silence")).to_have_text(["24 s of silence", "1 h 3 min of silence"])
    expect(page.locator(".turn time")).to_have_text(["0:01", "0:25", "1:03:15"])


def test_events_are_left_out_on_demand_and_that_is_remembered(read):
    page = read("talk", width=1310)  # a browser of its own
    event = page.locator(".event").first
    expect(event).to_be_visible()
    page.get_by_role("button", name="Messages", exact=True).click()
    expect(event).to_be_hidden()
    expect(page.locator(".turn .silence").first).to_be_visible()
    page.reload()
    expect(words(page).first).to_be_visible()
    expect(event).to_be_hidden()
    expect(page.get_by_role("button", name="Messages", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    page.get_by_role("button", name="With events").click()

    expect(event).to_be_visible()


def test_who_reads_goes_on_reading_where_events_come_and_go(read):
    page = read("talk", width=1320, height=420)
    said = words(page, "Are you still there?")
    said.evaluate("node => node.scrollIntoView()")
    for name in ("Messages", "With events"):
        page.get_by_role("button", name=name, exact=True).click()
        expect(said).to_be_in_viewport()


def test_texts_of_every_script_are_there_and_nothing_is_wider_than_its_place(read):
    for theme, width in (("light", 1440), ("dark", 390)):
        page = read("scripts", theme=theme, width=width)
        shown = words(page).evaluate_all("nodes => nodes.map((node) => node.textContent)")
        plain = [text for name, text in hard.SAID.items() if name not in ("controls", "bidi")]

        assert set(plain) <= set(shown)
        assert page.locator(".scroller").evaluate("n => n.scrollWidth - n.clientWidth") <= 0


def test_lines_are_read_from_the_side_of_their_script(read):
    page = read("scripts")
    sides = [
        words(page, text[:12]).first.evaluate(
            """(node) => {
              const range = document.createRange();
              range.selectNodeContents(node);
              const [line, box] = [range.getBoundingClientRect(), node.getBoundingClientRect()];
              return Math.abs(line.left - box.left) < 1 ? "left" : "right";
            }"""
        )
        for text in (hard.SAID["arabic"], hard.SAID["hebrew"], hard.SAID["mixed"])
    ]

    assert ["right", "right", "left"] == sides


def test_what_does_not_show_is_made_visible(read):
    page = read("scripts")
    expect(turn(page, "escape").locator(".control")).to_have_text(["␇", "␈", "␛", "␡"])
    expect(turn(page, "invoiceU+202Egpj.exe").locator(".control")).to_have_text(
        ["U+202E", "U+2066", "U+2069", "U+200B"]
    )
    expect(page.get_by_label("Metadata").locator(".control")).to_have_text(["U+202E", "U+202E"])
    expect(turn(page, "👩‍👩‍👧‍👦").locator(".control")).to_have_count(0)  # emoji are held together
    block = turn(page, "Try this:").locator("code.block")
    expect(block).to_contain_text("\tprint('<b>not bold</b>')")

    assert "monospace" in block.evaluate("node => getComputedStyle(node).fontFamily")


def test_sessions_in_which_something_is_missing_say_so(read):
    page = read("empty")
    expect(page.get_by_text("Nothing was said in this session.")).to_be_visible()
    expect(page.locator(".lane")).to_be_hidden()
    page = read("undated")
    expect(page.get_by_label("Information")).to_contain_text(re.compile("StartedNoneEndedNone"))
    expect(words(page)).to_have_text(["When was this?", "Nobody knows."])
    page = read("unstarted")
    expect(page.locator(".turn time")).to_have_text(["0:00", "0:30"])  # since the first
    page = read("onesided")
    expect(words(page)).to_have_count(4)
    expect(page.locator(".lane path.user")).to_have_attribute("d", re.compile("M"))

    expect(page.locator(".lane path.agent")).to_have_attribute("d", "")


def test_a_session_of_events_alone_has_no_messages_to_show(read):
    page = read("wordless", width=1330)
    expect(page.locator(".event.is-error")).to_be_visible()
    page.get_by_role("button", name="Messages", exact=True).click()

    expect(page.get_by_text("Nothing was said in this session.")).to_be_visible()


# --- Search ---------------------------------------------------------------------------------------


def test_a_search_counts_its_matches_and_walks_them(read):
    page = read("talk")
    page.keyboard.press("/")
    page.keyboard.type("INVOICE 20931")
    expect(page.locator(".hits")).to_have_text("1 of 5")
    for key, place in (("Enter", 2), ("Enter", 3), ("Shift+Enter", 2)):
        page.keyboard.press(key)
        expect(page.locator(".hits")).to_have_text(f"{place} of 5")
    page.keyboard.press("Escape")  # out of the field; the matches stay
    for key, place in (("n", 3), ("N", 2), ("N", 1), ("N", 5), ("n", 1)):
        page.keyboard.press(key)
        expect(page.locator(".hits")).to_have_text(f"{place} of 5")
        expect(page.locator("mark.here")).to_have_count(1)
        expect(page.locator("mark.here")).to_be_in_viewport()
    page.get_by_role("button", name="Previous match").click()

    expect(page.locator(".hits")).to_have_text("5 of 5")


def test_a_search_finds_what_is_folded_and_unfolds_it(read):
    page = read("talk")
    page.get_by_label("Search this transcript").fill('"paid"')
    expect(page.locator(".hits")).to_have_text("1 of 2")
    expect(page.locator("details[open] mark.here")).to_have_text('"paid"')
    page.get_by_role("button", name="Messages", exact=True).click()
    expect(page.locator(".hits")).to_have_text("No match")  # of what is shown
    page.get_by_role("button", name="With events").click()
    page.get_by_label("Search this transcript").fill("")

    expect(page.locator(".hits")).to_be_hidden()
    expect(page.locator("mark")).to_have_count(0)


@pytest.mark.parametrize("typed", [".", "\\", "[", "<b>"])
def test_what_is_typed_is_meant_as_it_is(read, typed):
    page = read("scripts")
    page.get_by_label("Search this transcript").fill(typed)
    total = sum(text.count(typed) for text in hard.SAID.values())

    expect(page.locator(".hits")).to_have_text(f"1 of {total}" if total else "No match")
