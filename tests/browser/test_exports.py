"""The exports page: the form, the file that the browser takes, how each export stands."""

import hashlib
import json
import re
import zipfile
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from exports.registry import FORMATS
from tests.pages import small_lake

pytestmark = pytest.mark.browser

READY = ".exports .start b"


def start(page):
    with page.expect_download() as found:
        page.get_by_role("link", name="Start export").click()
    return found.value.path().read_bytes()


def newest(page):
    return page.locator(".exports tbody tr").first


def test_a_file_is_taken_by_the_browser_and_has_a_receipt(look, address):
    page = look("/exports?channel=web&status=failed&status=completed", wait=READY)
    total = int(page.locator(READY).inner_text().split()[0])
    text = start(page)
    row = newest(page)
    expect(row).to_contain_text("Finished")
    expect(row).to_contain_text("Channel: Web · Status: Completed · Status: Failed")
    link = row.get_by_role("link", name="Receipt").get_attribute("href")
    receipt = page.request.get(link).json()["data"]

    assert total == receipt["sessions"] == len(text.decode().splitlines()) - 1
    assert hashlib.sha256(text).hexdigest() == receipt["sha256"]
    assert receipt["who"] == "the page"


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_chosen_by_what_it_holds(look, name):
    page = look("/exports?q=s00", wait=READY)
    form = FORMATS[name]
    content = "Sessions with messages" if form.has_messages else "Sessions"
    page.get_by_role("radio", name=re.compile(f"^{content}(?! with)")).check()
    page.get_by_role("radio", name=re.compile(f"^{form.title}\\b")).check()
    others = [each.title for each in FORMATS.values() if each.has_messages != form.has_messages]
    for other in others:
        expect(page.get_by_role("radio", name=re.compile(f"^{other}\\b"))).to_have_count(0)
    said = page.locator(".exports .start p")
    expect(said).to_contain_text(re.compile(r"10 sessions, [\d.]+ (kB|bytes)"))  # of all: exact

    text = start(page)
    amount = float(re.search(r"([\d.]+) (kB|bytes)", said.inner_text())[1])
    assert amount * (1000 if "kB" in said.inner_text() else 1) == pytest.approx(len(text), rel=0.06)


def test_a_zip_holds_the_receipt(look, tmp_path):
    page = look("/exports?status=failed", wait=READY)
    page.get_by_role("checkbox", name=re.compile("In a ZIP")).check()
    path = tmp_path / "found.zip"
    path.write_bytes(start(page))
    with zipfile.ZipFile(path) as archive:
        name, last = archive.namelist()
        told = json.loads(archive.read(last))

        assert hashlib.sha256(archive.read(name)).hexdigest() == told["sha256"]
    expect(newest(page)).to_contain_text("in a ZIP")


def test_without_sessions_there_is_no_file(look):
    page = look("/exports?q=nobody-said-this", wait=READY)

    expect(page.get_by_text("No session matches these filters.")).to_be_visible()
    expect(page.get_by_role("link", name="Start export")).to_have_count(0)


def test_the_form_follows_the_address(look):
    page = look("/exports", wait=READY)
    page.get_by_role("button", name="Channel").click()
    page.get_by_role("checkbox", name=re.compile("^Web")).click()
    expect(page.locator(READY)).to_have_text("22 sessions")

    link = page.get_by_role("link", name="Start export").get_attribute("href")
    assert "channel=web" in link
    assert "tz=Europe%2FBerlin" in link


def row(**changed):
    started = small_lake.NOW - timedelta(minutes=2)
    return {
        "export_id": "e" * 24, "state": "running", "reason": None, "file": "sessions.ndjson",
        "format": "ndjson", "is_zip": False, "total": 12_000, "sessions": 3_000, "bytes": 4_200_000,
        "filters": {"words": ["All sessions"], "query": "", "url": ""}, "who": "key Nightly",
        "started_at": started.isoformat(), "ended_at": None, "cursor": "c" * 22,
        "expires_at": (started + timedelta(days=1)).isoformat(),
        "links": {"receipt": None, "rest": None}, **changed,
    }  # fmt: skip


BROKEN = {"state": "broken", "reason": "The connection ended before the file did.",
          "links": {"receipt": None, "rest": "exports/e/rest?cursor=c&received="}}  # fmt: skip
EXPIRED = {**BROKEN, "expires_at": small_lake.NOW.replace(year=2025).isoformat()}


def test_every_state_is_told(look):
    """What the API would say, so that no test has to wait for a file to break."""
    page = look("/exports", theme="dark", width=390, height=844, wait=READY)
    said = {"rows": []}
    meta = {"as_of": small_lake.NOW.isoformat()}

    def answer(route):
        route.fulfill(json={"data": said["rows"], "meta": meta})

    page.route("**/api/v1/exports?*", answer)
    page.reload()
    expect(page.get_by_text("Nothing has been exported yet.")).to_be_visible()

    said["rows"] = [row(), row(export_id="b", **BROKEN), row(export_id="x", **EXPIRED)]
    page.reload()
    running, broken, expired = (page.locator(".exports tbody tr").nth(each) for each in range(3))
    expect(running).to_contain_text("Running")
    expect(running).to_contain_text("2 minutes ago")
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "3000")
    expect(broken).to_contain_text("Broken")
    expect(broken).to_contain_text("The connection ended")
    expect(broken.get_by_role("button", name="Copy how to go on")).to_be_visible()
    expect(expired).to_contain_text("Expired")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    said["rows"][0] = row(sessions=6_000)  # a running one is asked about each second
    expect(running).to_contain_text("6,000 of 12,000")
    page.unroute("**/api/v1/exports?*")


def test_the_menu_leads_here_with_its_filters(look):
    page = look("/?channel=web")
    page.get_by_role("button", name="Export").click()
    page.get_by_role("link", name="All exports, with receipts").click()
    expect(page.locator(READY)).to_have_text("22 sessions")

    assert "/exports?channel=web" in page.url
