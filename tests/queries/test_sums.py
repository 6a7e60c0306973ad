"""One number wherever it is shown: card, chart and undated, table, list, export (F2)."""

from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lake.reading import Reading
from queries import links, metrics, sessions, stacks, trends
from queries.catalog import DIMENSIONS, METRICS
from queries.choices import Has
from queries.export import Export
from queries.intervals import Interval
from queries.stacks import STACKS
from tests import oracle_trends as truth
from tests.conftest import IS_SOAK, RANDOM
from tests.queries import world

pytestmark = pytest.mark.soak

COUNTS = [name for name, metric in METRICS.items() if metric.is_count]
ROWLESS = {"handoffs", "handoff_rate"}  # kinds of events are no column of an export's rows
# All of them in a soak; otherwise they take turns.
TURNS = [tuple(DIMENSIONS)] if IS_SOAK else [(name,) for name in DIMENSIONS]


@pytest.fixture(autouse=True)
def _few_agents_stand_alone(monkeypatch):
    """Two of five, so that there are others."""
    monkeypatch.setattr(stacks, "TOP", 2)


@pytest.fixture(scope="module")
def reading(world_settings, publications):
    held = Reading(world_settings, publications["index"])
    yield held
    held.close()


@pytest.fixture
def exported(snapshot, reading):
    """Return the rows of an export."""

    def rows(filters):
        with (
            closing(reading.beside()) as opening,
            closing(Export(filters, snapshot, reading, opening, 0)) as export,
        ):
            return [row for part in export.rows() for row in part.to_pylist()]

    return rows


@pytest.fixture(autouse=True)
def _told(request, counted):
    yield
    own = getattr(request.function, "_hypothesis_internal_use_settings", None)
    if own is not None:
        counted("random filters", own.max_examples, seed="own")


def assert_adds_up(card, parts, what):
    """Every metric of the parts makes that of the whole: counts, what rates count, and n."""
    for name, metric in METRICS.items():
        if metric.is_count:
            assert card[name] == sum(part[name].sum() for part in parts), (name, what)
            continue
        n = sum(part[f"{name}_n"].sum() for part in parts)
        if metric.hits and n:
            hits = sum(part[f"{name}_hits"].sum() for part in parts)
            assert card[name] == pytest.approx(hits / n), (name, what)
        assert (card[name] is None) == (n == 0), (name, what)


@settings(max_examples=RANDOM)
@given(
    filters=world.filters(), zone=st.sampled_from(world.ZONES), dimensions=st.sampled_from(TURNS)
)
def test_a_card_is_the_sum_of_its_chart_the_table_the_list_and_the_export(
    snapshot, oracle, exported, filters, zone, dimensions
):
    """Every metric by every interval, in zones of half hours and over days that clocks change."""
    filters = filters.model_copy(update={"tz": zone})
    card = metrics.summary(filters, snapshot)
    undated = links.narrowed(filters, has=(Has.NO_START,))
    without_start = 0 if undated is None else sessions.count(undated, snapshot)
    assert card["sessions"] == sessions.count(filters, snapshot)
    for dimension in dimensions:
        table = metrics.by(dimension, filters, snapshot)
        for name in COUNTS:
            assert card[name] == table[name].sum(), (name, dimension)
        by = dimension if dimension in STACKS else None
        for interval in Interval:
            chart = trends.series([*METRICS], filters, snapshot, interval=interval, by=by)
            assert without_start == chart.undated["sessions"].sum()
            assert_adds_up(card, (chart.frame, chart.undated), (interval, by))
    rows = exported(filters)
    assert {row["session_id"] for row in oracle.filtered(filters)} == {
        row["session_id"] for row in rows
    }
    for name in METRICS.keys() - ROWLESS:
        value = truth.metric(name, rows)
        assert card[name] == (value if value is None else pytest.approx(value)), name


@given(filters=world.filters(), name=st.sampled_from(COUNTS))
def test_the_sessions_behind_a_count_are_as_many_rows_of_an_export(
    snapshot, exported, filters, name
):
    """What a card leads to can be taken out, the kinds of events too."""
    card = metrics.summary(filters, snapshot)
    link = links.behind(METRICS[name], filters)

    assert card[name] == (0 if link is None else len(exported(link)))
