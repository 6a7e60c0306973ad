"""The export menu: a file of each format really arrives, opens, and is what the page showed."""

import pytest
from playwright.sync_api import expect

from exports.registry import FORMATS
from tests.browser.parts import asked, rows, said
from tests.exports.readers import READERS

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_arrives_and_holds_the_list_of_the_page(look, form):
    page = look("/?channel=phone&channel=web&status=completed&sort=-duration&size=25&page=1")
    page.get_by_role("button", name="Export").click()
    menu = page.get_by_role("dialog", name="Export")
    expect(menu.locator("a[download]")).to_have_count(len(FORMATS))
    with page.expect_download() as waiting:
        menu.get_by_role("link", name=FORMATS[form].title, exact=False).filter(
            has_text=FORMATS[form].hint
        ).click()
    name = waiting.value.suggested_filename
    found = READERS[form](waiting.value.path().read_bytes())
    listed = rows(page).evaluate_all("rows => rows.map((row) => row.dataset.id)")

    assert name.startswith("sessions_2026-11-22T14-32Z_")
    assert name.endswith(FORMATS[form].suffix)
    expect(said(page)).to_contain_text(f"of {len(found)} sessions")
    expect(menu).to_contain_text(f"Export {len(found)} sessions")
    assert {("phone", "completed"), ("web", "completed")} == {
        (row["channel"], row["status"]) for row in found
    }
    assert set(listed) <= {row["session_id"] for row in found}
    assert ["completed"] == asked(page)["status"]  # the page stays where it was
    expect(rows(page).first).to_be_visible()
