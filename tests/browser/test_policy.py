"""The content policy in a real browser: everything works under it, and nothing foreign runs."""

import pytest
from playwright.sync_api import expect

from tests.browser.parts import SEARCH, rows
from tests.browser.seen import Seen, watch
from tests.pages import small_lake

pytestmark = pytest.mark.browser

REPORTS = """
  window.reports = [];
  addEventListener("securitypolicyviolation", (event) =>
    window.reports.push(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""


@pytest.fixture(params=["light", "dark"])
def guarded(request, window, address):
    """A tab that keeps what the policy refuses, and what the console is told."""
    page = window(request.param, 1440, 900).new_page()
    page.add_init_script(REPORTS)
    watch(page, address)
    yield page
    page.close()


def test_a_walk_through_the_program_breaks_no_rule(guarded, address):
    page = guarded
    answer = page.goto(address)
    rows(page).first.wait_for()
    page.get_by_role("button", name="Channel").click()
    page.get_by_role("checkbox", name="Phone").check()
    expect(page.locator(".chip")).to_have_count(1)
    page.keyboard.press("Escape")
    page.get_by_placeholder(SEARCH).press_sequentially("desk", delay=20)
    expect(page.locator(".chip")).to_have_count(2)
    rows(page).first.locator("td.agent").click()
    expect(page.get_by_text(small_lake.FIRST_WORDS)).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Data health").click()
    expect(page.locator(".health")).to_be_visible()

    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert page.evaluate("window.reports") == []
    assert Seen() == page.seen


def test_an_id_can_be_copied(guarded, address):
    """The clipboard is one of the few things that a page of ours may use."""
    page = guarded
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=address)
    page.goto(address)
    rows(page).first.hover()
    page.get_by_role("button", name=f"Copy the id {small_lake.name(0)}").click()
    page.wait_for_function(
        f"navigator.clipboard.readText().then(t => t === '{small_lake.name(0)}')"
    )
    page.context.clear_permissions()

    assert page.evaluate("window.reports") == []
    assert Seen() == page.seen


def test_a_deep_link_breaks_no_rule(guarded, address):
    guarded.goto(f"{address}/health")
    expect(guarded.locator(".health")).to_be_visible()

    assert guarded.evaluate("window.reports") == []
    assert Seen() == guarded.seen


def test_a_script_that_gets_into_the_page_does_not_run(guarded, address):
    page = guarded
    page.goto(address)
    rows(page).first.wait_for()
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.hasRun = true";
      document.body.append(script);
      const image = document.createElement("img");
      image.src = "https://evil.example/x.png";
      document.body.append(image);
    }""")
    page.wait_for_function("() => window.reports.length >= 2")

    assert page.evaluate("window.hasRun") is None
    assert sorted(report.split()[0] for report in page.evaluate("window.reports")) == [
        "img-src",
        "script-src-elem",
    ]
