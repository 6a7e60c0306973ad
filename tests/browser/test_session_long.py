"""Five thousand messages: all of them there, and each within reach."""

import re

import pytest

from tests.browser import hard
from tests.browser.parts import is_seen, words

pytestmark = pytest.mark.browser

# Scrolls up step by step from the end, over turns that were never shown and whose heights are
# guessed; returns by how much a turn on the screen has moved otherwise than by the step.
UPWARDS = """
async (scroller) => {
  const frames = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const box = scroller.getBoundingClientRect();
  const seen = () => scroller.getRootNode().elementFromPoint(box.left + 300, box.top + 300).closest("li");
  let worst = 0;
  for (let step = 0; step < 30; step += 1) {
    const turn = seen();
    if (!turn) { scroller.scrollTop -= 20; await frames(); continue; }
    const before = turn.getBoundingClientRect().top;
    scroller.scrollTop -= 280;
    await frames();
    worst = Math.max(worst, Math.abs(turn.getBoundingClientRect().top - before - 280));
  }
  return worst;
}
"""  # noqa: E501  a script


def window_of(page):
    """Top and height of what the lane says is on the screen."""
    page.wait_for_timeout(150)  # it follows the next frame
    return page.locator(".lane .window").evaluate(
        "node => [Number(node.getAttribute('y')), Number(node.getAttribute('height'))]"
    )


def test_all_messages_are_there_and_keys_lead_to_the_ends(read):
    page = read("long")
    assert hard.LONG == words(page).count()
    page.keyboard.press("End")
    is_seen(words(page).last)
    page.keyboard.press("E")
    is_seen(page.locator(".is-found", has_text="error 4750"))
    page.keyboard.press("Home")

    is_seen(words(page).first)


def test_scrolling_up_moves_nothing_but_what_is_scrolled(read):
    page = read("long")
    page.keyboard.press("End")
    is_seen(words(page).last)

    assert page.locator(".scroller").evaluate(UPWARDS) <= 2


def test_a_link_leads_to_its_message(read):
    page = read("long", "&m=4998")
    is_seen(page.locator(".is-meant", has_text="Message 2499."))


def test_a_search_counts_and_reaches_all_of_them(read):
    page = read("long")
    page.keyboard.press("/")
    page.keyboard.type(hard.RARE.lower())
    for number in hard.RARE_AT:
        is_seen(words(page, f"Message {number}.").locator("mark.here"))
        page.keyboard.press("Enter")
    page.get_by_label("Search this transcript").fill("message")

    page.locator(".hits", has_text=f"of {hard.LONG:,}").wait_for()


def test_the_lane_shows_what_is_on_the_screen_and_leads_elsewhere(read):
    page = read("long")
    box = page.locator(".lane .map").bounding_box()
    middle = box["x"] + box["width"] / 2
    top, height = window_of(page)
    assert top < 30
    assert height < 20
    page.mouse.move(middle, box["y"] + 22 + (box["height"] - 30) / 2)
    page.mouse.down()
    half = words(page, re.compile(r"^Message 25\d\d\.")).first
    is_seen(half)
    assert abs(window_of(page)[0] - box["height"] / 2) < 30
    page.mouse.move(middle, box["y"] + box["height"] - 2, steps=4)
    is_seen(words(page).last)
    page.mouse.up()
    page.mouse.move(middle, box["y"] + 40)

    is_seen(words(page).last)
