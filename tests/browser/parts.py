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


def sent_since_reload(page):
    """Open the page anew; the list that is returned grows with whatever it asks of the server."""
    sent = []

    def keep(frame):  # Playwright marks the function that it calls, and cannot mark a built-in one
        sent.append(frame)

    page.on("websocket", lambda socket: socket.on("framesent", keep))
    page.reload()
    rows(page).first.wait_for()
    return sent


def asked(page):
    """Return the parameters of the address."""
    return parse_qs(urlsplit(page.url).query)


def words(page, text=None):
    """What was said in the open session: all messages, or those with a text."""
    return page.locator(".turn .words", has_text=text)


IN_VIEW = """
(node) => new Promise((done, fail) => {
  setTimeout(() => fail(new Error("it did not come into view")), 20_000);
  new IntersectionObserver((told, watch) => {
    if (told.at(-1).isIntersecting) { watch.disconnect(); done(); }
  }).observe(node);
})
"""


def is_seen(locator):
    """Wait until something is on the screen.

    `expect(…).to_be_in_viewport()` describes the whole page at each try in vain: seconds where
    there are thousands of messages.
    """
    locator.wait_for(state="attached")
    locator.evaluate(IN_VIEW)
