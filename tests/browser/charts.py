"""Where things are on the Analytics page, for all that look at it."""

import re

from playwright.sync_api import expect

from components import board
from components.at_once import AT_ONCE
from components.changed import CHANGED
from components.repeat import REPEAT

CHARTS = "/analytics"
WEEK = f"{CHARTS}?range=7d"
READY = ".panel.tall .plot .bar"  # the first chart is there
SILENT = "First response"  # the sessions of the small lake have none
TITLES = tuple(panel.title for row in board.ROWS for panel in row if panel.title != SILENT)
LISTS = (CHANGED.title, REPEAT.title)  # rows of links; nothing is drawn
PLOTS = tuple(title for title in TITLES if title not in LISTS)
UNLINKED = (AT_ONCE.title,)  # what was open in a slice is no filter of sessions
SHOWN = "svg.drawn, .parts, .contacts"  # what a panel shows of its answer


def panel(page, title):
    """Return the panel of a title."""
    return page.get_by_role("region", name=title, exact=True)


def answer(page, title):
    """Return what a panel has drawn or listed."""
    return panel(page, title).locator(SHOWN).first


def cursor(page, title):
    """Return the one link of a plot, which lies over the mark that is meant."""
    return panel(page, title).locator("a.cursor")


def tip(page, title):
    return panel(page, title).locator(".tip:popover-open")


def point_at(page, title, selector, number=0):
    """Move the pointer to a part of the drawing."""
    part = panel(page, title).locator(f".drawn {selector}").nth(number)
    part.scroll_into_view_if_needed()
    box = part.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def table(page, title):
    """Open the data behind a chart and return its links as [name, address]."""
    panel(page, title).get_by_role("button", name="Data").click()
    opened = panel(page, title).get_by_role("dialog", name="Data")
    opened.get_by_role("table").wait_for()
    found = (
        opened.get_by_role("table")
        .get_by_role("link")
        .evaluate_all("links => links.map((link) => [link.getAttribute('aria-label'), link.href])")
    )
    page.keyboard.press("Escape")
    return found


def listed(page, title):
    """Return the links of a list's rows that show sessions, as [name, address]."""
    return (
        panel(page, title)
        .locator(f":is({SHOWN}) a")
        .evaluate_all(
            "links => links.map((link) => [link.getAttribute('aria-label'), link.href])"
            ".filter(([name]) => /show [\\d,]+ session/i.test(name))"
        )
    )


def promised(name):
    """Return how many sessions a link says that it shows."""
    return int(re.search(r"[Ss]how ([\d,]+) session", name)[1].replace(",", ""))


def opener(look, path):
    """Return a function that opens the page as `look` does, until all its charts are there."""

    def opened(path=path, **options):
        page = look(path, wait=READY, **options)
        for title in TITLES:
            expect(answer(page, title)).to_be_attached()
        return page

    return opened
