"""What stands behind a chart: how it is counted, its rows, its words."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.charts import (
    LISTS,
    PLOTS,
    READY,
    TITLES,
    WEEK,
    answer,
    panel,
    point_at,
    tip,
)
from tests.browser.parts import said
from tests.browser.seen import looking
from tests.pages import small_lake

pytestmark = pytest.mark.browser


def test_the_explanation_is_asked_for_and_leads_to_the_sessions(charts):
    page = charts()
    panel(page, "Failure rate").get_by_role("button", name="Explain").click()
    box = panel(page, "Failure rate").get_by_role("dialog", name="Explain")
    expect(box.get_by_label("SQL", exact=True)).to_contain_text("from filtered")
    expect(box).to_contain_text("Failed / all.")
    expect(box).to_contain_text("Europe/Berlin")
    show = box.get_by_role("link", name=re.compile("^Show the"))
    number = int(show.inner_text().split()[-1])
    show.click()

    expect(said(page)).to_contain_text(f"of {number} sessions")


def test_every_chart_explains_itself(charts):
    page = charts()
    for title in TITLES:
        panel(page, title).get_by_role("button", name="Explain").click()
        box = panel(page, title).get_by_role("dialog", name="Explain")
        expect(box.get_by_label("SQL", exact=True)).to_contain_text("from filtered")
        expect(box).to_contain_text("Europe/Berlin")
        page.keyboard.press("Escape")


def saved(page, title):
    """Save the data behind a chart; return the file's name and its lines."""
    panel(page, title).get_by_role("button", name="Data").click()
    with page.expect_download() as waiting:
        panel(page, title).get_by_role("button", name="CSV").click()
    page.keyboard.press("Escape")
    text = waiting.value.path().read_text(encoding="utf-8-sig")
    return waiting.value.suggested_filename, text.splitlines()


def test_the_data_is_saved_as_a_file_that_spreadsheets_take_for_no_formula(charts):
    name, lines = saved(charts(f"{WEEK}&by=agent"), "Sessions")

    assert name == "parley-volume.csv"
    assert lines[0].startswith("Start of the day,")
    assert len(lines) == 9
    assert small_lake.HOSTILE.split()[0] in lines[0]


def test_the_data_of_every_chart_is_saved_as_it_is_shown(charts):
    page = charts()
    names = set()
    for title in TITLES:
        panel(page, title).get_by_role("button", name="Data").click()
        shown = panel(page, title).get_by_role("dialog", name="Data").get_by_role("row")
        shown.first.wait_for()
        heads = shown.first.get_by_role("columnheader").all_inner_texts()
        count = min(shown.count(), 251)
        page.keyboard.press("Escape")
        name, lines = saved(page, title)
        names.add(name)

        assert ",".join(heads) == lines[0]
        assert count == min(len(lines), 251), title
    assert len(names) == len(TITLES)


def test_every_chart_is_told_in_words(charts):
    page = charts()
    for title in PLOTS:
        words = panel(page, title).locator("p.unseen").inner_text()

        assert re.search(r"\d|no value", words), title
    for title in LISTS:  # these are words
        assert re.search(r"\d", answer(page, title).inner_text()), title


def test_percentiles_of_very_many_are_shown_as_near_wherever_they_stand(window, many):
    """Beside the title, in the tip, the words, the data, its file and the explanation."""
    with looking(window, many) as look:
        page = look(WEEK, wait=READY)
        expect(answer(page, "Duration")).to_be_visible()
        duration, rate = panel(page, "Duration"), panel(page, "Failure rate")
        expect(duration.locator(".figure .value")).to_contain_text("≈ ")
        expect(duration.locator(".figure")).to_contain_text("was ≈ ")
        expect(rate.locator(".figure")).not_to_contain_text("≈")
        expect(duration.locator("p.unseen")).to_contain_text("highest ≈ ")
        point_at(page, "Duration", ".point", 3)
        expect(tip(page, "Duration")).to_contain_text(re.compile("Median.*≈ "))
        page.mouse.move(0, 0)
        _, lines = saved(page, "Duration")
        heads = lines[0].split(",")
        duration.get_by_role("button", name="Explain").click()
        box = duration.get_by_role("dialog", name="Explain")
        expect(box).to_contain_text("≈ ")
        expect(box).to_contain_text("Answered from the histogram")
        expect(box).to_contain_text("within half a bin (2.2 %)")

    assert ["≈ Median", "n", "≈ p90", "n", "≈ p95", "n"] == heads[1:]
    assert any(float(cell) > 0 for cell in lines[-1].split(",")[1:] if cell)
