"""The pictures of the README, taken from the running program: `make screenshots`."""

import time
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from benchmarks.starts import serve
from settings import ROOT
from tests.browser.chromium import FLAGS, find

FOLDER = ROOT / "docs" / "img"
WIDE: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SESSIONS = 20_000

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
            take(browser, "session-light", f"{address}/?id={one}", "light", WIDE)
            browser.close()
    finally:
        process.terminate()
        process.wait()


def take(browser: Browser, name: str, address: str, theme: Theme, size: ViewportSize) -> None:
    """Save `docs/img/<name>.png` of an address."""
    context = browser.new_context(viewport=size, color_scheme=theme, reduced_motion="reduce")
    page = context.new_page()
    page.goto(address)
    page.locator("tr[data-id], .transcript").first.wait_for()
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    context.close()
    print(f"docs/img/{name}.png")


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
