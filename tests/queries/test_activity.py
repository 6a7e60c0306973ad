"""The activity log against an oracle: the order is exact, whatever times events have."""

from contextlib import contextmanager
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import FilterError
from lake import cold, index
from lake.schema import EVENTS, SESSION_COLUMNS
from lake.writer import Writer
from models import EventKind
from queries import activity, engine, sessions
from queries.activity import Cursor
from queries.filters import Filters, Scope
from settings import Settings
from tests.oracle import Oracle
from tests.queries import happenings, world
from tests.queries.conftest import Shelf, Shown

pytestmark = pytest.mark.soak

HELD = ("index", "parquet", "plain")
LAKES = HELD[:2]  # in a plain folder durations are computed anew


@pytest.fixture(scope="module")
def eventful():
    return happenings.rows()


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    folder = tmp_path_factory.mktemp("eventful")
    return Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="Europe/Berlin",
        memory_mb=512, threads=2, now=world.NOW, cache_mb=8,
    )  # fmt: skip


@pytest.fixture(scope="module")
def shown(eventful, own):
    """The same data three times; the plain folder does not say when sessions of events started."""
    batch = happenings.batch(eventful)
    with Writer(own) as writer:
        writer.add(batch)
        writer.commit()
    state = cold.read(own.data.resolve())
    index.build(own, state, lambda _: None)
    plain = own.data.parent / "plain"
    put(plain / "sessions", batch.sessions.select(SESSION_COLUMNS).drop(["event_count"]))
    put(plain / "events", batch.events.drop(["session_started_at"]))
    read = cold.read(plain)
    made = {
        "index": Shown(index.open_built(own, state), "eventful-index", state),
        "parquet": Shown(index.over_parquet(own, state), "eventful-parquet", state),
        "plain": Shown(index.over_parquet(own, read), "eventful-plain", read),
    }
    yield made
    for publication in made.values():
        publication.instance.retire()


def put(folder, table):
    folder.mkdir(parents=True)
    pq.write_table(pa.table(table), folder / "a.parquet")


@contextmanager
def looked_at(publication, settings):
    engine.start(Shelf(publication), settings)
    with engine.snapshot() as held:
        yield held
    engine.stop()


@pytest.fixture(params=HELD)
def log(request, shown, own):
    with looked_at(shown[request.param], own) as held:
        yield held


@pytest.fixture(params=LAKES)
def lake_log(request, shown, own):
    with looked_at(shown[request.param], own) as held:
        yield held


@pytest.fixture(scope="module")
def truth(eventful, shown, own):
    cursor = shown["index"].cursor()

    @cache
    def lower(text):
        return cursor.execute("select lower($text)", {"text": text}).fetchall()[0][0]

    return Oracle(eventful, world.TICK, own.zone, lower)


def place(event):
    return event["session_id"], event["seq"]


def places(rows):
    return list(rows.select("session_id", "seq").iter_rows())


def cursor_at(event):
    return Cursor(event["at"], event["session_id"], event["seq"])


@given(
    filters=world.filters(),
    size=st.sampled_from([1, 3, 20]),
    part=st.sampled_from([0, 0, 1]) | st.floats(0, 1),
)
def test_a_page_has_the_right_events_in_the_right_order(lake_log, truth, filters, size, part):
    """`part` says how far down the list the page begins; 1 is its last page."""
    listed = happenings.listed(truth.filtered(filters), filters.event)
    number = min(int(part * len(listed)), max(len(listed) - size, 0))
    before = cursor_at(listed[number - 1]) if number else None
    page = activity.page(filters, lake_log, before=before, size=size)

    expected = listed[number : number + size]
    assert [place(event) for event in expected] == places(page.rows)
    has_more = number + size < len(listed)
    assert (str(cursor_at(expected[-1])) if has_more else "None") == str(page.older)


@pytest.mark.parametrize(("kinds", "size"), [((), 40), ((EventKind.ERROR,), 5)])
def test_the_log_is_walked_without_gap_or_repeat(log, truth, kinds, size):
    filters = Filters(event=kinds)
    expected = [place(event) for event in happenings.listed(truth.filtered(filters), kinds)]
    seen, before = [], None
    for _ in range(len(expected)):
        page = activity.page(filters, log, before=before, size=size)
        seen += places(page.rows)
        before = page.older
        if before is None:
            break

    assert expected == seen


def test_everything_is_on_one_long_page(log, truth):
    page = activity.page(Filters(), log, size=10_000)

    assert [place(event) for event in happenings.listed(truth.rows)] == places(page.rows)
    assert page.older is None


def test_an_event_comes_with_its_session(log, truth):
    page = activity.page(Filters(), log, size=40)
    known = {row["session_id"]: row for row in truth.rows}

    for row in page.rows.iter_rows(named=True):
        session = known[row["session_id"]]
        (event,) = [each for each in session["events"] if each["seq"] == row["seq"]]
        for name in ("kind", "name", "detail"):
            assert event[name] == row[name]
        for name in ("external_id", "agent_id", "agent_name", "channel"):
            assert session[name] == row[name]


@given(filters=world.filters(), kind=st.sampled_from(EventKind))
def test_a_kind_counts_the_sessions_that_its_link_leads_to(lake_log, truth, filters, kind):
    counts = activity.kinds(filters, lake_log)
    expected = sum(kind in row["event_kinds"] for row in truth.filtered(filters, "event"))

    assert expected == counts.get(kind, 0)
    assert expected == sessions.count(activity.kind_link(kind, filters), lake_log)


def test_events_of_other_agents_are_not_there(log, truth):
    scope = Scope(frozenset({"a1"}))
    page = activity.page(Filters(scope=scope), log, size=10_000)
    mine = [row for row in truth.rows if row["agent_id"] == "a1"]

    assert [place(event) for event in happenings.listed(mine)] == places(page.rows)
    assert activity.page(Filters(scope=Scope(frozenset())), log).rows.is_empty()


def test_sessions_whose_events_are_gone_do_not_hide_the_others(log, truth, monkeypatch):
    """As where the file of the newest events is set aside."""
    real = activity.fetch

    def without_near(statement, *arguments, **given):
        rows = real(statement, *arguments, **given)
        return rows.clear() if statement.name == "activity_near" else rows

    monkeypatch.setattr(activity, "fetch", without_near)
    page = activity.page(Filters(), log, size=2)

    assert [place(event) for event in happenings.listed(truth.rows)[:2]] == places(page.rows)


@pytest.mark.parametrize("number", [0, 1, -1])
def test_a_cursor_reads_back_what_it_is(eventful, number):
    event = happenings.listed(eventful)[number]

    assert cursor_at(event) == Cursor.read(str(cursor_at(event)))


@pytest.mark.parametrize(
    "text",
    ["", "~", "none", "none~~3", "none~s1~", "none~s1~-1", "none~s1~²", "soon~s1~3",
     "2026-11-22T14:32:08~s1~3", "~s1~3", "none~s1~9999999999"],
)  # fmt: skip
def test_what_is_no_place_is_told(text):
    with pytest.raises(FilterError):
        Cursor.read(text)


def test_events_of_the_schema_are_all_told(log):
    assert {*EVENTS.names} - {"session_started_at"} <= set(
        activity.page(Filters(), log).rows.columns
    )
