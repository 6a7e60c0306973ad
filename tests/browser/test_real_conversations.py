"""Real conversations, imported by the command line, found by search and read in the browser."""

import os
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from settings import ROOT

pytestmark = pytest.mark.browser

# What to type into the search, how many sessions that finds, and words that were said in the first.
FOUND = {
    "star": ("5809", 1, "How about a steak house? but not on the north side."),
    "tau-bench": ("mia_li_3668", 4, "flight from New York to Seattle"),
}


@pytest.fixture(scope="module")
def real(serve, shared, tmp_path_factory):
    """The address of a program over both sources, imported as a person does."""
    folder = tmp_path_factory.mktemp("real")
    subprocess.run(
        [
            sys.executable, "-m", "cli", "import",
            *(str(shared / "realdata" / name) for name in FOUND), "--data", str(folder / "lake"),
        ],
        cwd=ROOT, check=True, capture_output=True,
        env={**os.environ, "PARLEY_STATE": str(folder / "state")},
    )  # fmt: skip
    return serve(folder / "lake")


@pytest.mark.parametrize("source", FOUND)
def test_a_real_conversation_is_found_opened_and_read(real, window, source):
    text, count, words = FOUND[source]
    page = window("light", 1440, 900).new_page()
    page.goto(real)
    page.get_by_placeholder("Search id, agent or metadata").press_sequentially(text, delay=30)
    expect(page.locator("tr[data-id]")).to_have_count(count)
    page.locator("tr[data-id]").last.click()

    expect(page.locator(".transcript")).to_contain_text(words)
    page.close()
