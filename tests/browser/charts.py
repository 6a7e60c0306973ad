"""Where things are on the Analytics page, for all that look at it."""

import re

CHARTS = "/analytics"
READY = ".panel.tall .plot .bar"  # the first chart is there
SILENT = "First response"  # the sessions of the small lake have none
TITLES = (
    "Sessions", "Channels", "Failure rate", "When sessions start", "Duration", "Success rate",
    "Cancel rate", "Messages a session",
)  # fmt: skip


def panel(page, title):
    """Return the panel of a title."""
    return page.get_by_role("region", name=title, exact=True)


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


def promised(name):
    """Return how many sessions a link says that it shows."""
    return int(re.search(r"[Ss]how ([\d,]+) session", name)[1].replace(",", ""))
