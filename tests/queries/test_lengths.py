"""A page by duration is looked for among those that may stand on it, at any depth."""

import pytest

from queries import engine, lengths, sessions
from queries.filters import Filters
from tests.queries.conftest import Shelf

SIZE = 7


@pytest.fixture
def held(publications, world_settings):
    """A snapshot of the index with its cubes."""
    engine.start(Shelf(publications["index"]), world_settings)
    with engine.snapshot() as snapshot:
        yield snapshot
    engine.stop()


@pytest.mark.parametrize("few", [0, lengths.FEW])
@pytest.mark.parametrize("sort", [sessions.LONGEST, sessions.SHORTEST])
@pytest.mark.parametrize("filters", [Filters(), Filters(channel=("web",)), Filters(agent=("a1",))])
def test_every_page_is_the_one_of_the_list(held, oracle, monkeypatch, filters, sort, few):
    monkeypatch.setattr(lengths, "FEW", few)
    rows = oracle.filtered(filters)
    lasted = [row for row in rows if oracle.lasted_ms(row) is not None]
    assert 3 * SIZE < len(lasted) < len(rows)  # some have no duration, and come last
    sizes = set()
    for number in range(1, len(rows) // SIZE + 3):
        first, last = SIZE * (number - 1), SIZE * number - 1
        shown = sessions.page(filters, held, number=number, size=SIZE, sort=sort)
        among = lengths.among(filters, held, first, last, is_longest_first=sort.startswith("-"))

        expected = oracle.page(filters, sort=sort, number=number, size=SIZE)
        assert expected == shown["session_id"].to_list()
        assert (among is None) == (last >= len(lasted))
        sizes.add(among and among.rows)
    assert min(filter(None, sizes)) < len(lasted) / 2  # else all of them were sorted


def test_filters_that_no_histogram_knows_are_sorted_whole(held):
    assert lengths.among(Filters(user=("u1",)), held, 0, 6, is_longest_first=True) is None
