"""The way to an open session's neighbours, and what is taken from it: id, link, pairs, files."""

import json
import re

import pytest
from playwright.sync_api import expect

from tests.browser import hard
from tests.browser.parts import asked, hears_keys, rows, said, words
from tests.pages import small_lake

pytestmark = pytest.mark.browser

FILTERED = "/?channel=phone&sort=-duration&range=7d"


def ids(page):
    return rows(page).evaluate_all("rows => rows.map((row) => row.dataset.id)")


def place(page):
    return page.locator("nav[aria-label=Sessions] .place")


def step(page, name):
    return page.get_by_role("link", name=f"{name} session")


@pytest.fixture
def opened(look):
    """The second of the filtered list, and the ids of the list."""
    page = look(FILTERED)
    listed = ids(page)
    assert len(listed) > 4
    page.locator(f"tr[data-id='{listed[1]}'] .agent").click()
    expect(place(page)).to_have_text(f"2 of {len(listed)}")
    hears_keys(page)
    return page, listed


def is_at(page, listed, number):
    expect(place(page)).to_have_text(f"{number + 1} of {len(listed)}")
    kept = {"channel": ["phone"], "sort": ["-duration"], "range": ["7d"]}
    assert {**kept, "id": [listed[number]]} == asked(page)
    expect(page.get_by_role("region", name="Information")).to_contain_text(listed[number])


def test_keys_walk_the_filtered_list_to_its_ends(opened):
    page, listed = opened
    for key, number in (("j", 2), ("j", 3), ("k", 2), ("k", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        is_at(page, listed, number)
    expect(step(page, "Previous")).to_have_attribute("aria-disabled", "true")
    for number in range(1, len(listed)):
        page.keyboard.press("j")
        is_at(page, listed, number)
    page.keyboard.press("j")

    is_at(page, listed, len(listed) - 1)
    expect(step(page, "Next")).to_have_attribute("aria-disabled", "true")


def test_links_walk_the_filtered_list_and_back_leads_to_it(opened):
    page, listed = opened
    for name, number in (("Next", 2), ("Next", 3), ("Previous", 2)):
        step(page, name).click()
        is_at(page, listed, number)
    page.go_back()

    expect(said(page)).to_contain_text(f"of {len(listed)}")
    assert listed == ids(page)


def test_a_session_that_the_filters_leave_out_is_shown_and_said_to_be_apart(look):
    page = look(f"/?channel=phone&id={small_lake.name(0)}", wait=".transcript")

    expect(place(page)).to_have_text(re.compile(r"^Not among these \d+$"))


# --- What is copied -------------------------------------------------------------------------------


def test_id_and_link_are_copied_and_the_link_opens_the_session(look):
    page = look(f"/?channel=phone&id={small_lake.name(13)}&m=4", wait=".transcript")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.get_by_role("button", name="Copy the Session ID")
    copy.click()
    expect(copy.get_by_text("Copied")).to_be_visible()
    assert small_lake.name(13) == page.evaluate("navigator.clipboard.readText()")
    copy = page.get_by_role("button", name="Copy link")
    copy.click()
    expect(copy.get_by_text("Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    other = look("/?status=failed")
    other.goto(link)

    expect(words(other, "I can look it up.")).to_be_visible()
    assert {"tz": ["Europe/Berlin"], **asked(page)} == asked(other)


def test_the_pairs_are_copied_as_json(read):
    page = read("talk")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    copy = page.get_by_role("button", name="Copy JSON")
    copy.click()
    expect(copy.get_by_text("Copied")).to_be_visible()
    told = json.loads(page.evaluate("navigator.clipboard.readText()"))

    assert ["refund", "vip customer"] == told["tags"]
    assert "<b>bold</b>" == told["html"]


# --- Pairs that filter ----------------------------------------------------------------------------


def test_a_pair_shows_the_sessions_that_have_it_beside_the_other_filters(look):
    page = look(f"/?channel=web&id={small_lake.name(6)}", wait=".transcript")
    metadata = page.get_by_role("region", name="Metadata")
    metadata.get_by_role("link", name="free", exact=True).click()
    rows(page).first.wait_for()
    having = [n for n in range(small_lake.COUNT) if n % 6 == 0]  # web, and free as all even ones

    assert {"channel": ["web"], "metadata": ["plan=free"]} == asked(page)
    expect(said(page)).to_contain_text(f"of {len(having)} sessions")
    assert {small_lake.name(n) for n in having} == set(ids(page))
    page.go_back()
    expect(words(page).first).to_be_visible()


@pytest.mark.parametrize("value", ["two, words", "<b>bold</b>"])
def test_a_pair_of_any_text_finds_its_session(read, value):
    page = read("talk")
    page.get_by_role("region", name="Metadata").get_by_role("link", name=value, exact=True).click()
    expect(rows(page)).to_have_count(1)

    assert ["talk"] == ids(page)


def test_pairs_are_searched_and_none_of_nothing_or_too_much_is_a_filter(read):
    page = read("talk")
    metadata = page.get_by_role("region", name="Metadata")
    expect(metadata.locator(".pair")).to_have_count(9)
    expect(metadata.locator(".pair", has_text="Empty").get_by_role("link")).to_have_count(0)
    expect(metadata.locator(".pair", has_text="long long").get_by_role("link")).to_have_count(0)
    page.get_by_label("Search metadata").fill("LANG")
    expect(metadata.locator(".pair")).to_have_text(["user.langen-GB"])
    page.get_by_label("Search metadata").fill("nobody")

    expect(metadata.get_by_text("No pair matches.")).to_be_visible()


# --- Files ----------------------------------------------------------------------------------------


def downloaded(page, link):
    """Press a link; returns name and bytes of the file that arrived."""
    with page.expect_download() as waiting:
        link.click()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_a_session_is_taken_as_json_and_as_text(read):
    page = read("talk")
    before = page.url
    page.get_by_role("button", name="Download").click()
    box = page.get_by_role("dialog", name="Download")
    expect(box).to_contain_text("10 messages, 15 events")
    name, data = downloaded(page, box.get_by_role("link", name="JSON"))
    told = json.loads(data)
    assert "session_talk.json" == name
    assert [m.content for m in hard.talk().messages] == [m["content"] for m in told["messages"]]
    assert [e.name for e in hard.talk().events] == [e["name"] for e in told["events"]]
    name, data = downloaded(page, box.get_by_role("link", name="Text"))
    text = data.decode()

    assert "session_talk.txt" == name
    assert "02:00" not in text.splitlines()[0]
    for message in hard.talk().messages:
        assert message.content in text
    assert before == page.url
    expect(words(page).first).to_be_visible()
