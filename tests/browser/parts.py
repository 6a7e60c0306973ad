"""Where things are on the Sessions page, for all that look at it."""

from urllib.parse import parse_qs, urlsplit

SEARCH = "Search id, agent or metadata"


def said(page):
    return page.locator(".pager .said")


def rows(page):
    return page.locator("tr[data-id]")


def hears_keys(page):
    """Wait until keys are heard: what listens to them is drawn after the rows."""
    page.locator(".st-key-keys dialog").wait_for(state="attached")


def asked(page):
    """Return the parameters of the address."""
    return parse_qs(urlsplit(page.url).query)
