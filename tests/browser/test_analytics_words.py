"""The words and files that charts make in the browser, by the modules that make them."""

import pytest

from components import assets
from tests.browser.parts import rows

pytestmark = pytest.mark.browser

DAY = 86_400_000
FRIDAY = 1_795_132_800_000  # 20 Nov 2026 00:00, as if it were UTC


@pytest.fixture(scope="module")
def run(window, address):
    """Run a line with the exports of a module that the page has loaded."""
    page = window("light", 1440, 900).new_page()
    page.goto(address)
    rows(page).first.wait_for()

    def called(module, name, *given):
        return page.evaluate(
            "async ([path, name, given]) => (await import(path))[name](...given)",
            [f"{assets.PATH}/{module}.js", name, list(given)],
        )

    yield called
    page.close()


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(None, "rate", "None"), (0.068, "rate", "6.8%"), (1, "rate", "100.0%"), (0, "rate", "0.0%"),
     (1234567, "sessions", "1,234,567"), (418, "ms", "418 ms"), (2100, "ms", "2.1 s"),
     (408_000, "ms", "6.8 min"), (6_000_000, "ms", "1 h 40 min"), (4.25, "number", "4.3"),
     (12345.6, "number", "12,345.6")],
)  # fmt: skip
def test_a_number_reads_as_its_unit_does(run, value, unit, words):
    assert words == run("numbers", "told", value, unit)


@pytest.mark.parametrize(
    ("change", "unit", "words"),
    [(0.0121, "rate", "1.2 pp"), (-0.084, "sessions", "8.4%"), (1.5, "ms", "150.0%")],
)
def test_a_change_of_a_rate_is_told_in_points(run, change, unit, words):
    assert words == run("numbers", "moved", change, unit)


@pytest.mark.parametrize("unit", ["sessions", "rate", "ms", "number"])
@pytest.mark.parametrize("top", [0.001, 0.07, 1, 3, 7, 42, 999, 1707, 12_345, 987_654, 10**9])
def test_an_axis_has_at_most_five_lines_from_nothing_to_the_top(run, unit, top):
    found = run("numbers", "lines", top, unit)

    assert found[0] == 0
    assert 1 <= len(found) <= 5
    assert found[-1] <= top * 1.0001
    assert found == sorted(set(found))
    if unit == "sessions":
        assert all(value == int(value) for value in found)


@pytest.mark.parametrize(
    ("start", "each", "words"),
    [(FRIDAY, {"interval": "day"}, "Fri 20 Nov 2026"),
     (FRIDAY + 14 * 3_600_000, {"interval": "hour"}, "Fri 20 Nov 2026, 14:00 to 15:00"),
     (FRIDAY + 14.5 * 3_600_000, {"interval": "hour"}, "Fri 20 Nov 2026, 14:30 to 15:00"),
     (FRIDAY - 4 * DAY, {"interval": "week"}, "16 to 22 Nov 2026"),
     (FRIDAY + 10 * DAY, {"interval": "week"}, "30 Nov to 6 Dec 2026"),
     (FRIDAY, {"interval": "slice", "step": 6 * 3_600_000}, "Fri 20 Nov 2026, 00:00 to 06:00"),
     (FRIDAY, {"interval": "slice", "step": 2 * DAY}, "20 to 21 Nov 2026")],
)  # fmt: skip
def test_a_slice_of_time_has_a_name(run, start, each, words):
    assert words == run("spans", "named", start, each)


@pytest.mark.parametrize(
    ("step", "count", "interval"),
    [(3_600_000, 24, "hour"), (3_600_000, 168, "hour"), (DAY, 7, "day"), (DAY, 90, "day"),
     (7 * DAY, 26, "week"), (7 * DAY, 520, "week"), (DAY, 1, "day"), (3_600_000, 2000, "hour")],
)  # fmt: skip
@pytest.mark.parametrize("width", [280, 1100])
def test_an_axis_over_time_names_slices_that_have_room(run, step, count, interval, width):
    starts = [FRIDAY - 18 * DAY + step * place for place in range(count)]
    found = run("spans", "words", starts, interval, width)
    places = [each["place"] for each in found]

    assert places
    assert len(places) <= width / 28
    assert places == sorted(set(places))
    assert all(each["word"] for each in found)


@pytest.mark.parametrize(
    ("text", "cell"),
    [("plain", "plain"), ("a,b", '"a,b"'), ('say "hi"', '"say ""hi"""'),
     ("two\nlines", '"two\nlines"'),
     ("=1+1", "'=1+1"), ("+49", "'+49"), (" @x", "' @x"), ("-", "'-"), ("\t=x", "'\t=x"),
     ("\uff1d1", "'\uff1d1"), (12.5, "12.5"), (-3, "-3"), (None, ""), ("", "")],
)  # fmt: skip
def test_no_cell_of_a_file_is_a_formula(run, text, cell):
    assert f"\ufeff{cell}\r\n" == run("csv", "csv", [[text]])
