"""The pictures of README and docs, taken from the running program: `make screenshots`."""

import time
from collections.abc import Callable
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.starts import serve
from settings import ROOT
from tests.browser.chromium import FLAGS, find

FOLDER = ROOT / "docs" / "img"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SESSIONS = 20_000
VIEWS = {
    "Failed by phone": "channel=phone&status=failed",
    "Longest of the month": "range=30d&sort=-duration",
    "Web and phone, this week": "range=7d&channel=web&channel=phone",
}

Theme = Literal["light", "dark"]


def run() -> None:
    """Serve sample data, take each picture, and stop."""
    process, address, _ = serve(SESSIONS)
    try:
        time.sleep(3)  # the index
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
            filtered = f"{address}/?range=7d&channel=web&channel=phone"
            take(browser, "sessions-light", filtered, "light", WIDE)
            take(browser, "sessions-dark", filtered, "dark", WIDE)
            take(browser, "sessions-phone", filtered, "light", PHONE)
            one = first_failed(browser, address)
            take(browser, "session-light", f"{address}/?id={one}", "light", WIDE, act=with_a_call)
            take(browser, "session-dark", f"{address}/?id={one}", "dark", WIDE, act=with_a_call)
            take(browser, "session-phone", f"{address}/?id={one}", "light", PHONE)
            searched = f"{address}/search?find=refund&channel=whatsapp"
            take(browser, "search-light", searched, "light", WIDE)
            take(browser, "views-light", filtered, "light", WIDE, act=with_views)
            browser.close()
    finally:
        process.terminate()
        process.wait()


def take(
    browser: Browser, name: str, address: str, theme: Theme, size: ViewportSize,
    *, act: Callable[[Page], None] = lambda _: None,
) -> None:  # fmt: skip
    """Save `docs/img/<name>.png` of an address, once `act` has done something on the page."""
    context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.locator("tr[data-id], .transcript, .hit").first.wait_for()
    page.wait_for_load_state("networkidle")
    act(page)
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()
    print(f"docs/img/{name}.png")


def with_views(page: Page) -> None:
    """Save three views, one of them the default, and open their menu where the page was."""
    address = page.url
    for name, query in VIEWS.items():
        page.goto(f"{address.partition('?')[0]}?{query}")
        page.get_by_role("button", name="Views").click()
        page.get_by_label("Save this view as").fill(name)
        page.keyboard.press("Enter")
        page.get_by_role("link", name=name).wait_for()
    star = page.get_by_role("button", name=f"Show {name} first")
    if star.get_attribute("aria-pressed") != "true":
        star.click()
    page.get_by_text("Default").wait_for()
    page.goto(address)
    page.locator("tr[data-id]").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Views").click()
    page.wait_for_timeout(300)


def with_a_call(page: Page) -> None:
    """Unfold the last tool call and go to it."""
    call = page.locator(".turn details").last
    if call.count():
        call.locator("summary").click()
        call.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)


def first_failed(browser: Browser, address: str) -> str:
    """Return the id of the newest failed session."""
    page = browser.new_page()
    page.goto(f"{address}/?status=failed")
    row = page.locator("tr[data-id]").first
    row.wait_for()
    found = row.get_attribute("data-id") or ""
    page.close()
    return found


if __name__ == "__main__":
    run()
