"""Who comes when no place is free is told so, and is where they wanted to go once there is one."""

import re

from playwright.sync_api import expect

ONE = {"PARLEY_VIEWERS": "1"}


def test_a_page_without_a_place_becomes_what_was_asked_for(serve_once, lake_folder, chromium):
    address = serve_once(lake_folder, **ONE)
    errors = []
    first = chromium.new_context()
    second = chromium.new_context(viewport={"width": 390, "height": 800})
    try:
        opened = first.new_page()
        opened.goto(address)
        expect(opened.get_by_role("heading", name="Sessions")).to_be_visible()

        late = second.new_page()
        late.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        late.goto(f"{address}/?channel=web")
        expect(late.get_by_role("heading", name="No place is free")).to_be_visible()
        assert late.evaluate("document.documentElement.scrollWidth") <= 390
        assert late.evaluate("getComputedStyle(document.body).fontSize") == "14px"
        first.close()

        expect(late.get_by_role("heading", name="Sessions")).to_be_visible()
        expect(late).to_have_url(re.compile(r"/\?channel=web$"))
    finally:
        second.close()
    assert all("503" in text for text in errors)
