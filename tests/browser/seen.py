"""What a tab does beside what it shows: nobody may complain, and no other host is asked."""

import re
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Seen:
    """What a page did beside what it showed."""

    complaints: list[str] = field(default_factory=list)  # errors of the console and of scripts
    foreign: list[str] = field(default_factory=list)  # requests to other hosts
    dialogs: list[str] = field(default_factory=list)


@contextmanager
def looking(window, address):
    """Give a function that opens a tab; afterwards nobody may have complained or asked others."""
    tabs = []

    def open_page(
        path="/", *, theme="light", width=1440, height=900, wait="tr[data-id]", is_own=False
    ):
        page = window.tab(address, theme, width, height, is_own=is_own)
        watch(page, address)
        tabs.append(page)
        page.goto(f"{address}{path}")
        page.locator(wait).first.wait_for()
        return page

    yield open_page
    leave(window, tabs)


def leave(window, tabs):
    """Give watched tabs back; they may have done nothing that they should not."""
    found = [page.seen for page in tabs]
    for page in tabs:
        page.seen = Seen()  # what breaks off because the tab leaves is no complaint
        window.give_back(page)
    assert [Seen() for _ in tabs] == found


def watch(page, base):
    """Return what the page does from now on that it should not; it is `page.seen` too."""
    is_watched = hasattr(page, "seen")
    page.seen = Seen()
    if is_watched:  # a tab is another test's later: what happens is told of the newest `seen`
        return page.seen
    own = (base, base.replace("http:", "ws:"), "blob:", "data:")
    page.on("request", lambda r: r.url.startswith(own) or page.seen.foreign.append(r.url))
    page.on("pageerror", lambda error: page.seen.complaints.append(str(error)))
    page.on("console", lambda m: is_complaint(m) and page.seen.complaints.append(m.text))
    page.on("dialog", lambda dialog: (page.seen.dialogs.append(dialog.message), dialog.dismiss()))
    return page.seen


def is_complaint(message):
    """Say whether a line of the console is an error.

    Streamlit's page looks for its server below a deep address first, and one level up after the
    404: two lines that nobody is harmed by.
    """
    is_search = re.search(r"/\w+/_stcore/(health|host-config)$", message.location["url"])
    return message.type == "error" and not is_search
