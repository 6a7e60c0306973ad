"""The pictures of README and docs, taken from the running program: `make screenshots`.

Or those that are named: `python -m benchmarks.screenshots analytics-light agents-light`.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
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


def nothing(_: Page) -> None:
    """Leave a page as it is."""


@dataclass(frozen=True)
class Picture:
    """`docs/img/<its name>.png`: of a path, once `act` has done something on the page."""

    path: str
    theme: Theme = "light"
    size: ViewportSize = field(default_factory=lambda: WIDE)
    act: Callable[[Page], None] = nothing
    wait: str = "tr[data-id]"


def run() -> None:
    """Serve sample data, take each picture, or those that are named, and stop."""
    process, address, _ = serve(SESSIONS)
    try:
        time.sleep(3)  # the index
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
            for name in sys.argv[1:] or PICTURES:
                take(browser, name, address)
            browser.close()
    finally:
        process.terminate()
        process.wait()


def take(browser: Browser, name: str, address: str) -> None:
    """Save one picture."""
    picture = PICTURES[name]
    context = browser.new_context(
        viewport=picture.size, color_scheme=picture.theme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}{picture.path}")
    page.locator(picture.wait).first.wait_for()
    page.wait_for_load_state("networkidle")
    picture.act(page)
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


def first_session(page: Page) -> None:
    """Open the first session of the list."""
    row = page.locator("tr[data-id]").first
    page.goto(f"{page.url.partition('?')[0]}?id={row.get_attribute('data-id')}")
    page.locator(".transcript").first.wait_for()
    page.wait_for_load_state("networkidle")


def with_a_call(page: Page) -> None:
    """Open the first session, unfold its last tool call and go to where that stands."""
    first_session(page)
    call = page.locator(".turn details").last
    if call.count():
        call.locator("summary").click()
        call.scroll_into_view_if_needed()
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)


def all_charts(page: Page) -> None:
    """Wait for the last chart, and make the window as high as the page."""
    page.locator(".contacts").wait_for()
    high = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": WIDE["width"], "height": high})
    page.wait_for_timeout(500)


def first_agent(page: Page) -> None:
    """Open the first agent of the table."""
    page.locator(".agents tr[data-id]").first.locator("td").first.click()
    page.locator(".errors tr[data-id]").first.wait_for()
    page.wait_for_load_state("networkidle")


def with_a_rule(page: Page) -> None:
    """Save an alert, which fires, and type another one that is tried."""
    page.get_by_label("Name").fill("Sessions on the web")
    page.get_by_label("Metric").select_option("sessions")
    page.get_by_label("Over the last").select_option("7d")
    page.get_by_label("Threshold").fill("100")
    page.get_by_role("button", name="Make alert").click()
    page.locator("tr[data-state=firing]").wait_for(timeout=60_000)
    page.get_by_label("Name").fill("Failures on the web")
    page.get_by_label("Over the last").select_option("24h")
    page.get_by_label("Threshold").fill("9")
    page.get_by_text("Would have fired").wait_for()
    page.wait_for_timeout(500)
    page.set_viewport_size({"width": WIDE["width"], "height": 1180})
    page.wait_for_timeout(500)


def first_followed(page: Page) -> None:
    """Put the transcript of the first session beside the list."""
    page.locator(".live tr[data-id]").first.locator(".said").click()
    page.locator(".panel .words").first.wait_for()
    page.mouse.move(0, 0)
    page.wait_for_timeout(300)


LISTED = "/?range=7d&channel=web&channel=phone"
PICTURES = {
    "sessions-light": Picture(LISTED),
    "sessions-dark": Picture(LISTED, "dark"),
    "sessions-phone": Picture(LISTED, size=PHONE),
    "session-light": Picture("/?status=failed", act=with_a_call),
    "session-dark": Picture("/?status=failed", "dark", act=with_a_call),
    "session-phone": Picture("/?status=failed", size=PHONE, act=first_session),
    "search-light": Picture("/search?find=refund&channel=whatsapp", wait=".hit"),
    "views-light": Picture(LISTED, act=with_views),
    "analytics-light": Picture("/analytics?range=30d", act=all_charts, wait=".plot .bar"),
    "analytics-dark": Picture("/analytics?range=30d", "dark", wait=".contacts"),
    "agents-light": Picture("/agents?range=30d"),
    "agent-light": Picture("/agents?range=30d", act=first_agent),
    "live-light": Picture("/live", act=first_followed, wait=".live tr[data-id]"),
    "live-dark": Picture("/live", "dark", act=first_followed, wait=".live tr[data-id]"),
    "activity-light": Picture("/activity"),
    "alerts-light": Picture("/alerts?channel=web", act=with_a_rule, wait=".hooks form"),
    "errors-light": Picture("/activity?show=errors&range=30d"),
}


if __name__ == "__main__":
    run()
