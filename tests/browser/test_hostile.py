"""Texts of strangers everywhere: no dialog, no foreign request, the page complete and in shape."""

import json
import random
import re
import unicodedata
from collections import Counter
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from ingest.batches import Collector
from ingest.derive import session
from ingest.draft import EventDraft, MessageDraft, SessionDraft
from ingest.options import Options
from lake.writer import Writer
from models import EventKind, Sender, Status
from settings import Settings
from tests.browser.charts import READY, SHOWN, TITLES, panel
from tests.browser.parts import hears_keys, rows
from tests.browser.programs import WRAPPED
from tests.browser.seen import Seen, watch
from tests.conftest import IS_SOAK
from tests.pages import small_lake

pytestmark = [pytest.mark.browser, pytest.mark.soak]

FILES = ("xss", "naughty_strings", "markdown_hostile_own", "unicode_spoof_own")
SEED = 11
STRINGS = 1000  # of them sessions
TURNS = 2000  # in one session
PAGES = 4 if IS_SOAK else 1  # of 250 sessions
OPENED = 24 if IS_SOAK else 4
ROW = 44  # pixels that a row takes

# What is there once a page of hostile sessions is complete: where, and how much of it.
COMPLETE = {
    "/analytics?range=7d&by=agent&metric=sessions": (READY, 8),  # agents, and all others
    "/analytics?range=7d&open=during&by=status": (".panel .none, .panel .drawn", len(TITLES)),
    "/agents": (".agents tr[data-id]", 200),
    "/agents?{agent}": (".errors tr[data-id]", 1),
    "/activity": (".log tr[data-id]", 50),
    "/activity?show=errors": (".errors tr[data-id]", 50),
    "/search?find=e": (".hit", 50),
}


@pytest.fixture(scope="session")
def strings(shared):
    """Two thousand strings: all of the short lists, the rest at random from the long one."""
    lists = [
        json.loads((shared / "payloads" / f"{name}.json").read_text(encoding="utf-8"))
        for name in FILES
    ]
    long, *short = ([text for text in texts if text] for texts in lists)
    chosen = [text for texts in short for text in texts]
    random.Random(SEED).shuffle(long)  # noqa: S311  the same strings each time
    return [*chosen, *long][:TURNS]


def draft(number, text):
    """Return a session that has the text wherever a source may state one."""
    at = small_lake.NOW.replace(microsecond=number)
    return SessionDraft(
        session_id=f"hostile-{number:04}", external_id=text[:200], agent_id=text, agent_name=text,
        user_id=text, status=Status.FAILED, started_at=at, ended_at=at, error=text,
        metadata={text[:100]: [text], "plan": [text]},
        messages=[MessageDraft(Sender.USER, text, 0, at), MessageDraft(Sender.AGENT, text, 1, at)],
        events=[EventDraft(EventKind.ERROR, text, text, 2, at),
                EventDraft(EventKind.TOOL_CALL, text, text * 3, 3, at)],
    )  # fmt: skip


def transcript(texts):
    """Return one session in which each text is said, is a tool's name and result, and a pair."""
    at = small_lake.NOW - timedelta(days=1)
    messages, events = [], []
    for number, text in enumerate(texts):
        seq, when = 3 * number, at + timedelta(seconds=7 * number)
        messages.append(MessageDraft((Sender.USER, Sender.AGENT)[number % 2], text, seq, when))
        events.append(EventDraft(EventKind.TOOL_CALL, text, text, seq + 1, when))
        kind = (EventKind.TOOL_RESULT, EventKind.ERROR, EventKind.CUSTOM)[number % 3]
        events.append(EventDraft(kind, text, text, seq + 2, when))
    return SessionDraft(
        session_id="hostile-transcript", agent_id="hostile", agent_name=texts[0],
        status=Status.FAILED, started_at=at, ended_at=small_lake.NOW, error=texts[0],
        messages=messages, events=events, metadata={text: [text] for text in texts if text},
    )  # fmt: skip


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory, strings):
    folder = tmp_path_factory.mktemp("hostile")
    held = Collector()
    drafts = [draft(number, text) for number, text in enumerate(strings[:STRINGS])]
    for each in (*drafts, transcript(strings)):
        held.add(session(each, Options(small_lake.NOW)))
    with Writer(Settings(data=folder / "lake", state=folder / "state", demo="off")) as writer:
        writer.add(held.batch())
        writer.commit()
    return folder / "lake"


@pytest.fixture(scope="module", params=["", "1"], ids=["policy", "no policy"])
def hostile_address(request, serve, hostile_folder, tmp_path_factory):
    """The program over hostile sessions, with its content policy and without."""
    orders = str(tmp_path_factory.mktemp("none"))
    return serve(
        hostile_folder, WRAPPED, PARLEY_TEST_FOLDER=orders, PARLEY_TEST_NO_POLICY=request.param
    )


@pytest.fixture
def tab(window, hostile_address):
    page = window("light", 1440, 900).new_page()
    watch(page, hostile_address)
    yield page
    assert Seen() == page.seen
    page.close()


def test_pages_of_hostile_rows_are_complete_and_in_shape(tab, hostile_address, counted):
    counted("hostile strings in rows", PAGES * 250, seed=SEED)
    for number in range(1, PAGES + 1):
        tab.goto(f"{hostile_address}/?size=250&page={number}")
        rows(tab).first.wait_for()
        tab.wait_for_function("() => document.title.startsWith('Sessions')")
        heights = rows(tab).evaluate_all("rows => rows.map((row) => row.offsetHeight)")

        assert len(heights) == 250
        assert max(heights) <= ROW + 1
        assert tab.evaluate("document.documentElement.scrollWidth") <= 1440


def test_hostile_sessions_are_read_as_they_are(tab, hostile_address, strings, counted):
    counted("hostile strings in sessions", OPENED, seed=SEED)
    for number in range(0, STRINGS, STRINGS // OPENED):
        tab.goto(f"{hostile_address}/?id=hostile-{number:04}")
        words = tab.locator(".words[dir]").first
        words.wait_for()

        assert words.evaluate("node => node.textContent") == strings[number]
        assert tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 1440


def test_hostile_values_of_the_address_are_shown_as_chips(tab, hostile_address, strings, counted):
    counted("hostile strings in addresses", OPENED, seed=SEED)
    for number in range(0, STRINGS, STRINGS // OPENED):
        tab.goto(hostile_address)
        rows(tab).first.wait_for()
        query = tab.evaluate(
            "text => new URLSearchParams({agent: text, q: text, [text]: text}).toString()",
            strings[number],
        )
        tab.goto(f"{hostile_address}/?{query}")
        tab.locator("tr[data-id], .box h2, .strip").first.wait_for()

        assert tab.evaluate("document.documentElement.scrollWidth") <= 1440


def test_a_transcript_of_hostile_turns_is_complete_inert_and_in_shape(
    tab, hostile_address, strings, counted
):
    counted("hostile strings in a transcript", TURNS, seed=SEED)
    tab.goto(f"{hostile_address}/?id=hostile-transcript")
    words = tab.locator(".turn .words[dir]")
    words.first.wait_for()
    shown = words.evaluate_all("nodes => nodes.map((node) => node.textContent)")
    plain = Counter(text for text in strings if is_plain(text))
    pairs = tab.get_by_role("region", name="Metadata").locator(".pair")

    assert len(strings) == TURNS == len(shown)
    assert [] == list(plain - Counter(shown))
    assert len(set(strings)) == pairs.count()
    assert TURNS <= tab.locator(".turn details").count()
    tab.locator(".turn details").evaluate_all(
        "nodes => nodes.slice(0, 300).forEach((node) => { node.open = true; })"
    )
    tab.get_by_label("Search this transcript").fill("<script")
    tab.locator(".hits", has_text="1 of").wait_for()
    for width, theme in ((1440, "light"), (390, "dark")):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=theme)
        for part in (".scroller", ".panel", "aside", "[data-testid=stMain]"):
            node = tab.locator(part).filter(visible=True).last
            assert node.evaluate("node => node.scrollWidth - node.clientWidth") <= 0, part
    expect(tab.locator(".turn, aside").locator("img, iframe, script, object")).to_have_count(0)
    tab.wait_for_timeout(500)  # for what would begin by itself


def is_plain(text):
    """Say whether a text is shown sign for sign: it has nothing that is made visible."""
    return "```" not in text and all(
        sign == "\n" or unicodedata.category(sign)[0] != "C" for sign in text
    )


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_phone_shows_hostile_texts_in_its_width(hostile_address, window, theme):
    page = window(theme, 390, 844).new_page()
    watch(page, hostile_address)
    for path, wait in (("/?size=250", "tr[data-id]"), ("/?id=hostile-0007", ".words[dir]")):
        page.goto(f"{hostile_address}{path}")
        page.locator(wait).first.wait_for()

        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390
    assert Seen() == page.seen
    page.close()


def test_the_menu_of_agents_holds_hostile_names(tab, hostile_address):
    tab.goto(hostile_address)
    rows(tab).first.wait_for()
    tab.get_by_role("button", name="Agent", exact=True).click()
    option = tab.locator(".menu:popover-open .option")
    option.first.wait_for()

    assert option.count() > 100
    assert max(option.evaluate_all("nodes => nodes.map((node) => node.offsetHeight)")) <= ROW
    assert (
        tab.locator(".menu:popover-open").evaluate("node => node.scrollWidth - node.clientWidth")
        <= 0
    )


IS_WITHIN = """width => Math.max(
  document.querySelector('[data-testid=stMain]').scrollWidth,
  document.documentElement.scrollWidth) <= width"""


@pytest.mark.parametrize("path", COMPLETE)
def test_every_page_of_hostile_sessions_is_complete_and_in_shape(
    tab, hostile_address, strings, path, counted
):
    """In a wide window and in that of a phone."""
    counted("hostile strings in pages", STRINGS, seed=SEED)
    wait, least = COMPLETE[path]
    marked = next(text for text in strings if "<script" in text)
    tab.goto(hostile_address + path.format(agent=urlencode({"agent": marked})))
    expect(tab.locator(wait).nth(least - 1)).to_be_attached()
    hears_keys(tab)
    for width in (1440, 390):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.wait_for_function(IS_WITHIN, arg=width)  # what follows the window may take a moment


def test_what_charts_open_of_hostile_names_is_in_shape(tab, hostile_address):
    tab.goto(f"{hostile_address}/analytics?range=7d&by=agent&metric=sessions")
    for title in TITLES:
        chart = panel(tab, title)
        expect(chart.locator(f":is({SHOWN}, .none)").first).to_be_attached()
        for name in ("Data", "Explain"):
            if not chart.get_by_role("button", name=name).count():
                continue
            chart.get_by_role("button", name=name).click()
            opened = chart.get_by_role("dialog", name=name)
            expect(opened).to_contain_text(re.compile(r"\w"))

            assert opened.evaluate("node => node.scrollWidth - node.clientWidth") <= 0
            tab.keyboard.press("Escape")
