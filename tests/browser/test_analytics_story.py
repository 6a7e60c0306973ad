"""What is planted in the sample data is found from Analytics in three clicks."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from settings import ROOT
from tests.browser.charts import CHARTS, READY, cursor, panel, promised
from tests.browser.parts import rows, said
from tests.browser.seen import watch
from tests.pages import small_lake

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def story(serve, tmp_path_factory):
    """The program over sample data that ends at the clock of the tests."""
    folder = tmp_path_factory.mktemp("story") / "lake"
    now = {"PARLEY_NOW": small_lake.NOW.isoformat(), "PARLEY_ZONE": "Europe/Berlin"}
    subprocess.run(
        [sys.executable, "-m", "cli", "demo", "--sessions", "6000", "--into", str(folder)],
        cwd=ROOT, env={**os.environ, **now}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return serve(folder)


@pytest.fixture
def page(window, story):
    tab = window("light", 1440, 900).new_page()
    watch(tab, story)
    tab.goto(f"{story}{CHARTS}")
    tab.locator(READY).first.wait_for()
    yield tab
    assert tab.seen.complaints == []
    tab.close()


def point_at_day(page, title, day):
    """Move the pointer along a chart until it stands over a day, as eyes would lead a hand."""
    chart = panel(page, title)
    chart.scroll_into_view_if_needed()
    box = chart.locator("svg.drawn").bounding_box()
    for x in range(40, int(box["width"]), 3):
        page.mouse.move(box["x"] + x, box["y"] + box["height"] / 2)
        if day in cursor(page, title).get_attribute("aria-label"):
            return
    pytest.fail(f"{title} has no {day}")


def extreme(page, title, which):
    """Return the day on which a chart is highest or lowest, as it says in words."""
    words = panel(page, title).locator("p.unseen").inner_text()
    return re.search(rf"{which} [\d.,%]+ on (\w+ \d+ \w+ \d+)", words)[1]


def test_the_incident_is_found_read_and_named(page):
    day = extreme(page, "Failure rate", "highest")
    point_at_day(page, "Failure rate", day)
    page.mouse.down()  # the first click: the failed sessions of that day
    page.mouse.up()
    expect(page.locator(".chip")).to_have_count(2)
    expect(cursor(page, "Failure rate")).to_have_attribute("aria-label", re.compile(":00 to "))
    shown = panel(page, "Failure rate").locator(".figure a.value")
    number = promised(shown.get_attribute("aria-label"))
    shown.click()  # the second: these sessions
    expect(said(page)).to_contain_text(f"of {number} sessions")
    assert number > 15
    agents = rows(page).locator("td.agent").all_inner_texts()
    blamed = [text for text in agents if "Nova Checkout" in text]
    rows(page).filter(has_text="Nova Checkout").first.locator("td.agent").click()  # the third

    assert len(blamed) > 0.7 * len(agents)
    expect(page.get_by_text("payment provider").first).to_be_visible()


def test_the_holiday_is_found_and_compared(page):
    day = extreme(page, "Sessions", "lowest")
    point_at_day(page, "Sessions", day)
    page.mouse.down()
    page.mouse.up()
    weekday, number, month, year = day.split()
    expect(page.locator(".chip")).to_contain_text(f"{number} {month} {year}")
    figure = panel(page, "Sessions").locator(".figure")
    expect(figure).to_contain_text("down")

    assert weekday not in ("Sat", "Sun")
    assert float(re.search(r"([\d.]+)%", figure.inner_text())[1]) > 60
    assert "within noise" not in figure.inner_text()
