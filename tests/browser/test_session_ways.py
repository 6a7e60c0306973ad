"""The ways through a transcript: keys, jumps, the lane, links to a message."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.parts import asked, words

pytestmark = pytest.mark.browser

ERRORS = ("timed out after 2000 ms", "timed out again", "queue is full")
HANDOFFS = ("to a person", "to Maria")
SILENCES = ("2 min 0 s of silence", "3 min 0 s of silence", "3 min 13 s of silence")
JUMPS = {"e": ERRORS, "h": HANDOFFS, "g": SILENCES}


def met(page):
    """What the last jump led to: it flashes."""
    return page.locator(".is-found")


def test_keys_walk_what_matters_round_and_back(read):
    page = read("talk")
    for key, told in JUMPS.items():
        page.keyboard.press("Home")
        for text in (*told, told[0]):
            page.keyboard.press(key)
            expect(met(page).filter(has_text=text)).to_be_in_viewport()
            place = f" {told.index(text) + 1} of {len(told)}"
            expect(page.locator("[data-said]")).to_have_text(re.compile(f"{place}$"))
        page.keyboard.press(key.upper())

        expect(page.locator("[data-said]")).to_have_text(
            re.compile(rf" {len(told)} of {len(told)}$")
        )


def test_buttons_say_how_many_there_are_and_jump(read):
    page = read("talk")
    for key, told in JUMPS.items():
        button = page.locator(".jump").filter(has_text=re.compile(f"{key}$"))
        expect(button).to_contain_text(re.compile(rf"\w{len(told)} "))
        page.mouse.move(600, 500)
        page.mouse.wheel(0, -5000)
        expect(words(page).first).to_be_in_viewport()
        button.click()

        expect(met(page).filter(has_text=told[0])).to_be_in_viewport()


def test_a_jump_goes_on_from_the_turn_that_was_pressed(read):
    page = read("talk")
    words(page, "Are you still there?").click()
    page.keyboard.press("e")
    expect(met(page).filter(has_text=ERRORS[2])).to_be_in_viewport()
    page.keyboard.press("E")

    expect(met(page).filter(has_text=ERRORS[1])).to_be_in_viewport()


def test_an_error_is_shown_where_events_are_left_out(read):
    page = read("talk", width=1300)
    page.get_by_role("button", name="Messages", exact=True).click()
    expect(page.locator(".is-error").first).to_be_hidden()
    page.keyboard.press("g")
    expect(met(page).filter(has_text=SILENCES[0])).to_be_in_viewport()
    expect(page.locator(".is-error").first).to_be_hidden()  # a silence is no event
    page.keyboard.press("e")

    expect(met(page).filter(has_text="queue is full")).to_be_in_viewport()
    page.get_by_role("button", name="With events").click()


def test_escape_leaves_for_the_list_that_was_left_also_after_neighbours(read):
    page = read("talk")
    page.get_by_role("link", name="All sessions").click()
    page.locator("tr[data-id=talk] .agent").click()
    page.locator(".panel").wait_for()
    depth = page.evaluate("history.length")
    page.keyboard.press("k")
    expect(page).not_to_have_url(re.compile("id=talk"))
    page.keyboard.press("Escape")
    page.locator("tr[data-id]").first.wait_for()

    assert depth == page.evaluate("history.length")


@pytest.mark.parametrize("is_within", [False, True], ids=["on its button", "within"])
def test_escape_closes_an_open_box_and_leaves_the_session_only_then(read, is_within):
    page = read("talk")
    page.get_by_role("button", name="Download").click()
    box = page.get_by_role("dialog", name="Download")
    expect(box).to_be_visible()
    if is_within:
        box.get_by_role("link").first.focus()
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    page.wait_for_timeout(300)
    expect(words(page).first).to_be_visible()
    page.keyboard.press("Escape")

    expect(page).not_to_have_url(re.compile("id="))


def test_keys_rest_while_the_list_of_keys_is_open(read):
    page = read("talk")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("e")
    page.keyboard.press("j")

    expect(met(page)).to_have_count(0)
    expect(page).to_have_url(re.compile("id=talk$"))


# --- Links ----------------------------------------------------------------------------------------


def test_the_number_of_a_message_is_the_link_to_it(read):
    page = read("talk")
    link = page.locator(".turn", has_text="A colleague takes over.").get_by_role("link")
    expect(link).to_have_text("#18")
    link.click()

    expect(page.locator(".is-meant")).to_contain_text("A colleague takes over.")
    assert asked(page) == {"id": ["talk"], "m": ["18"]}


def test_a_call_is_meant_by_the_number_of_its_result_too(read):
    page = read("talk", "&m=10")
    expect(page.locator(".is-meant")).to_contain_text("create_refund")
    page.locator(".turn:has(.is-error)").first.get_by_role("link").click()  # its time

    expect(page.locator(".is-meant")).to_contain_text(ERRORS[0])
    assert asked(page)["m"] == ["11"]


@pytest.mark.parametrize("seq", ["99999", "x"])
def test_a_link_to_no_message_shows_the_session(read, seq):
    page = read("talk", f"&m={seq}")
    expect(words(page).first).to_be_in_viewport()
    expect(page.locator(".is-meant")).to_have_count(0)


def test_another_session_has_no_message_of_this_one(read):
    page = read("talk", "&m=18")
    page.keyboard.press("j")
    expect(page).not_to_have_url(re.compile("id=talk"))

    assert "m" not in asked(page)


# --- The lane -------------------------------------------------------------------------------------


def test_the_lane_draws_each_kind_to_the_scale_of_time(read):
    page = read("talk")
    height = page.locator(".lane .map").bounding_box()["height"] - 30

    def tops(kind):
        path = page.locator(f".lane path.{kind}").get_attribute("d")
        return [(float(y) - 22) / height * 600 for y in re.findall(r"M[\d.]+ ([\d.]+)", path)]

    assert [63, 80, 206] == [round(second) for second in tops("error")]
    assert [205, 390] == [round(second) for second in tops("handoff")]
    assert [44, 61, 78, 406] == [round(second) for second in tops("call")]
    assert [200, 390, 600] == [round(second) for second in tops("silence")]  # where they end
    assert 5 == len(tops("user"))
    assert ["0:00", "2:00", "4:00", "6:00", "8:00", "10:00"] == page.locator(
        ".lane .tick"
    ).all_text_contents()


def test_a_lane_without_times_goes_by_number(read):
    page = read("undated")
    expect(page.locator(".lane path.user")).to_have_count(1)

    assert page.locator(".lane .tick").count() == 0
