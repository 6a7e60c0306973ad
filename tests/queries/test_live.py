"""What goes on now, against plain Python; over the index, over Parquet, and with live sessions."""

from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries import charts, concurrency, engine, honest, live, sessions
from queries.filters import Filters, Scope
from queries.live import Only
from settings import Settings
from tests import oracle_live
from tests.conftest import IS_SOAK, RANDOM
from tests.oracle import Oracle
from tests.queries import going, happenings, world
from tests.queries.conftest import Shelf
from tests.queries.strategies import ranged

pytestmark = pytest.mark.soak

EXAMPLES = settings(max_examples=RANDOM)
FILTERS = world.filters() | ranged()


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("going")
    return Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="Europe/Berlin",
        memory_mb=512, threads=2, now=world.NOW, cache_mb=8,
    )  # fmt: skip


@pytest.fixture(scope="module")
def publications(own):
    """The same sessions four times: a third of them imported, live, or both, or all imported."""
    made = going.publications(own, happenings.rows())
    yield made
    for publication in made.values():
        publication.instance.retire()


@pytest.fixture(params=going.KINDS)
def snapshot(request, publications, own):
    engine.start(Shelf(publications[request.param]), own)
    with engine.snapshot() as held:
        yield held
    engine.stop()


@pytest.fixture(scope="module")
def oracle(publications, own):
    known = {}
    cursor = publications["index"].cursor()

    def lower(text):
        if text not in known:
            known[text] = cursor.execute("select lower($text)", {"text": text}).fetchall()[0][0]
        return known[text]

    return Oracle(happenings.rows(), world.TICK, own.zone, lower)


@pytest.fixture(autouse=True)
def _few_are_enough(monkeypatch):
    """The world has no pair of agent and channel with thirty sessions of a month."""
    monkeypatch.setattr(honest, "FEW", 2)
    monkeypatch.setattr(oracle_live, "FEW", 2)


def ordered(rows):
    """Return the ids of rows, the longest silence first, unknown ones last."""
    last = world.TICK + timedelta(days=10**5)
    rows = sorted(rows, key=lambda row: row["session_id"])
    return [row["session_id"] for row in sorted(rows, key=lambda r: quiet(r) or last)]


quiet = oracle_live.quiet_since


@EXAMPLES
@given(filters=FILTERS, only=st.sampled_from(Only), most=st.sampled_from([3, 200]))
def test_the_list_is_what_goes_on_longest_silence_first(snapshot, oracle, filters, only, most):
    known = oracle_live.limits(oracle, filters)
    expected = [
        row
        for row in oracle_live.going(oracle, filters)
        if only is Only.ALL
        or (only is Only.SILENT and oracle_live.is_silent(oracle, row))
        or (only is Only.STUCK and oracle_live.is_stuck(oracle, row, known))
    ]
    found = live.now(filters, snapshot, only=only, most=most).rows

    assert ordered(expected)[:most] == found["session_id"].to_list()
    rows = {row["session_id"]: row for row in expected}
    for row in found.to_dicts():
        own = rows[row["session_id"]]
        assert (quiet(own) and quiet(own).replace(tzinfo=None)) == row["quiet_since"]
        limit = known.get((own["agent_id"], own["channel"]))
        assert (limit is None) == (row["limit_ms"] is None)
        assert limit is None or row["limit_ms"] == pytest.approx(float(limit))
        said = own["message_count"] > 0  # else nobody asks for one
        expected_last = (5, "agent", f"agent {own['session_id']}") if said else (None,) * 3
        assert expected_last == (row["seq"], row["sender"], row["content"])


@EXAMPLES
@given(filters=FILTERS)
def test_the_counts_are_those_of_the_list_now_and_later(snapshot, oracle, filters):
    known = oracle_live.limits(oracle, filters)
    rows = oracle_live.going(oracle, filters)
    silent = [row for row in rows if oracle_live.is_silent(oracle, row)]
    stuck = [row for row in rows if oracle_live.is_stuck(oracle, row, known)]
    found = live.counts(filters, snapshot)

    assert (len(rows), len(silent), len(stuck)) == (found.going, found.silent, found.stuck)
    coming = [quiet(row) + oracle_live.SILENT for row in rows if quiet(row) and row not in silent]
    assert sorted(coming) == list(found.silent_next)
    late = [
        row["started_at"] + timedelta(milliseconds=float(known[row["agent_id"], row["channel"]]))
        for row in rows
        if (row["agent_id"], row["channel"]) in known and row["started_at"] and row not in stuck
    ]
    assert len(late) == len(found.stuck_next)
    for expected, moment in zip(sorted(late), found.stuck_next, strict=True):
        assert abs(expected - moment) <= timedelta(milliseconds=1)


@EXAMPLES
@given(filters=FILTERS)
def test_the_usual_number_is_that_of_the_same_hour_of_the_weeks_before(snapshot, oracle, filters):
    expected, found = oracle_live.usual(oracle, filters), live.usual(filters, snapshot)

    if expected is None:
        assert found is None
    else:
        assert expected == pytest.approx((found.low, found.high, found.weeks))


@settings(max_examples=30)
@given(filters=FILTERS)
def test_the_latest_events_are_those_of_the_last_hour(snapshot, oracle, filters):
    since = oracle.tick - timedelta(hours=1)
    rows = oracle.filtered(
        filters, "range", "started_after", "started_before", "status", "silent_min"
    )
    happened = [(e["at"], e["session_id"], e["seq"], e["kind"], e["detail"])
                for row in rows for e in row["events"] if e["at"]]  # fmt: skip
    began = [(row["started_at"], row["session_id"], -1, "started", "") for row in rows
             if row["started_at"] and "connected" not in row["event_kinds"]]  # fmt: skip
    recent = [each for each in happened + began if each[0] >= since]
    expected = sorted(recent, key=lambda e: (-e[0].timestamp(), e[1], -e[2]))
    found = live.latest(filters, snapshot)

    told = found.select("session_id", pl.col("seq").fill_null(-1), "kind", "detail").rows()
    assert [each[1:] for each in expected][: live.LATEST] == told


@settings(max_examples=60 if IS_SOAK else 8)
@given(filters=FILTERS)
def test_the_last_day_is_what_was_open_in_it_and_what_is_usual_in_each_hour(
    snapshot, oracle, filters
):
    found = charts.lately(filters, snapshot)
    slices = found.at_once.concurrency.slices
    starts = slices.filter(group=concurrency.ALL)["starts_at"].to_list()
    rows = [
        row
        for row in oracle.filtered(filters, *oracle_live.ANYTIME)
        if row["started_at"] and (row["status"] == "active" or row["ended_at"])
    ]
    assert len(starts) in (96, 97)
    assert starts[-1] < found.snapshot.tick <= starts[-1] + timedelta(minutes=15)
    assert {start.minute % 15 for start in starts} == {0}
    for start, opened in zip(starts, slices.filter(group="")["open"], strict=True):
        lasting = [row for row in rows if row["started_at"] <= start and
                   (row["status"] == "active" or row["ended_at"] > start)]  # fmt: skip
        assert len(lasting) == opened
    hours = {start.replace(minute=0) for start in starts}
    expected = {hour: oracle_live.usual(oracle, filters, hour) for hour in hours}
    for start, usual in zip(starts, found.usual, strict=True):
        then = expected[start.replace(minute=0)]
        assert (then is None) == (usual is None)
        assert then is None or then == pytest.approx((usual.low, usual.high, usual.weeks))


def test_the_last_day_is_asked_once_a_minute(snapshot, monkeypatch):
    """However many publications and ticks there are in it."""
    asked = []
    first = charts.lately(Filters(), snapshot)
    answer = engine.Engine._ask
    monkeypatch.setattr(
        engine.Engine, "_ask", lambda *given: (asked.append(given), answer(*given))[1]
    )
    later = replace(snapshot, tick=snapshot.tick.replace(second=59))
    renamed = replace(later, publication=Renamed(later.publication))
    second = charts.lately(Filters(), renamed)

    assert asked == []
    assert first.at_once.concurrency.slices.equals(second.at_once.concurrency.slices)
    assert first.snapshot.name == second.snapshot.name
    charts.lately(Filters(), replace(snapshot, tick=snapshot.tick + timedelta(minutes=1)))
    assert asked


class Renamed:
    """The next publication of the same cold state."""

    def __init__(self, publication):
        self.publication = publication
        self.name = f"{publication.name}x"
        self.settled_name = publication.settled_name

    def __getattr__(self, name):
        return getattr(self.publication, name)


@EXAMPLES
@given(filters=FILTERS)
def test_the_sessions_behind_a_figure_are_as_many(snapshot, filters):
    found = live.counts(filters, snapshot)
    links = (live.going(filters), live.silent(filters))

    for count, link in zip((found.going, found.silent), links, strict=True):
        assert count == (0 if link is None else sessions.count(link, snapshot))


def test_the_world_has_some_of_each(snapshot, oracle):
    """Else the others would prove nothing."""
    found = live.counts(Filters(), snapshot)

    assert found.going > found.silent > 0
    assert found.going > found.stuck > 0
    assert found.silent_next
    assert live.usual(Filters(), snapshot).high > 0


@pytest.mark.parametrize("zone", world.ZONES)
def test_an_hour_begins_where_the_clocks_of_the_zone_show_it(zone):
    """Also where clocks are half an hour off, and over a change of them."""
    starts = live.hours_before(world.NOW, zone)
    local = [start.astimezone(ZoneInfo(zone)) for start in starts]
    now = world.NOW.astimezone(ZoneInfo(zone))
    assert {(now.weekday(), now.hour, 0)} == {(at.weekday(), at.hour, at.minute) for at in local}
    assert all(start.tzinfo is UTC for start in starts)


def test_nothing_of_other_agents_is_told(snapshot):
    nobody = Filters().within(Scope(frozenset()))

    assert live.Counts(0, 0, 0) == live.counts(nobody, snapshot)
    assert live.now(nobody, snapshot).rows.is_empty()
    assert live.usual(nobody, snapshot) is None
