"""Search in conversations finds what a plain loop over all messages finds, from both sources."""

import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import SearchStoppedError
from lake import cold
from lake.serving import Lake
from lake.writer import Writer
from queries import engine
from queries import search as searching
from queries.filters import Filters
from queries.position import Position
from queries.search import search
from settings import Settings
from tests import oracle_search
from tests.lake.lakes import batch, write
from tests.lake.test_damage import delete, flip, replace_by_foreign, truncate, zero
from tests.queries import said as spoken
from tests.queries import world
from tests.queries.conftest import Shelf, shown


@pytest.fixture(scope="module")
def said(world_rows):
    return spoken.spoken(world_rows)


@pytest.fixture(scope="module")
def spoken_settings(tmp_path_factory, world_rows, said):
    folder = tmp_path_factory.mktemp("spoken")
    own = Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="Europe/Berlin",
        memory_mb=512, threads=2, now=world.NOW, cache_mb=8,
    )  # fmt: skip
    with Writer(own) as writer:
        writer.add(spoken.batch(world_rows, said))
        writer.commit()
    return own


@pytest.fixture(scope="module")
def spoken_publications(spoken_settings):
    made = shown(spoken_settings)
    yield made
    for publication in made.values():
        publication.instance.retire()


@pytest.fixture(params=["index", "parquet"])
def snapshot(request, spoken_publications, spoken_settings):
    engine.start(Shelf(spoken_publications[request.param]), spoken_settings)
    with engine.snapshot() as held:
        yield held
    engine.stop()


@pytest.fixture
def small_slices(monkeypatch):
    """So that a few hundred sessions make many slices of several chunks."""
    monkeypatch.setattr(searching, "WEIGHT", 100)
    monkeypatch.setattr(searching, "CHOSEN", 600)


@pytest.fixture
def look_for(snapshot, spoken_settings):
    """Search page by page to the end; gives all hits, all steps, and the last search."""

    def searched(text, filters=Filters(), *, limit=1000, **options):  # noqa: B008  frozen
        hits, steps, after = [], [], None
        while True:
            with search(
                text, filters, snapshot, spoken_settings, after=after, limit=limit, **options
            ) as found:
                page = list(found.steps())
            steps += page
            own = [hit for step in page for hit in step.hits]
            hits += own
            assert len(own) <= limit
            if not found.is_full:
                return hits, steps, found
            after = Position.parse(str(page[-1].position))

    return searched


@pytest.fixture(scope="module")
def truth(oracle, said):
    return oracle_search.Truth(oracle, said)


WANTED = st.fixed_dictionaries(
    {
        "text": spoken.TEXTS,
        "filters": world.filters(),
        "limit": st.sampled_from([20, 1000]),
        "whole_word": st.booleans(),
        "match_case": st.booleans(),
    }
)


@pytest.mark.soak
@given(wanted=WANTED)
def test_hits_are_those_of_a_loop_over_all_messages(small_slices, look_for, truth, wanted):
    hits, steps, found = look_for(**wanted)

    del wanted["limit"]
    assert truth.hits(**wanted) == [(h.session_id, h.seq, h.snippet.count) for h in hits]
    assert truth.days(wanted.pop("filters")) == found.days.total
    assert all(truth.is_shown_rightly(hit, **wanted) for hit in hits)
    done = [step.days for step in steps]
    assert sorted(done) == done
    assert all(0 <= days <= found.days.total for days in done)
    assert all(step.missed is None for step in steps)


def test_hits_come_slice_by_slice_newest_first(small_slices, look_for):
    hits, steps, _ = look_for("refund")
    starts = [hit.started_at for hit in hits if hit.started_at is not None]

    assert sum(bool(step.hits) for step in steps) > 5
    assert sorted(starts, reverse=True) == starts
    assert None is hits[-1].started_at


def test_slices_grow_while_nothing_is_found(small_slices, look_for, monkeypatch):
    absent, frequent = look_for("zyzzyva")[1], look_for("refund")[1]
    monkeypatch.setattr(searching, "MOST_TIMES", 1)

    assert len(absent) < len(look_for("zyzzyva")[1]) == len(frequent)
    assert str(absent[-1].position) == ""


def test_filters_that_leave_nothing_are_searched_at_once(look_for):
    hits, steps, found = look_for("refund", Filters(agent=("nobody",)))

    assert ([], [], 0) == (hits, steps, found.days.total)


def test_what_a_hit_shows_of_its_session_is_what_the_list_shows(look_for, world_rows):
    known = {row["session_id"]: row for row in world_rows}
    hits, _, _ = look_for("refund")

    for hit in hits:
        row = known[hit.session_id]
        start = row["started_at"] and row["started_at"].replace(tzinfo=None)
        assert (row["external_id"], row["agent_name"], row["channel"], start, start) == (
            hit.external_id, hit.agent_name, hit.channel, hit.started_at, hit.sent_at,
        )  # fmt: skip
        assert hit.sender == ("user" if hit.seq % 2 else "agent")


def test_a_search_is_stopped_from_another_thread(small_slices, snapshot, spoken_settings):
    with search("refund", Filters(), snapshot, spoken_settings) as found:
        steps = found.steps()
        next(steps)
        threading.Thread(target=found.stop).start()
        with pytest.raises(SearchStoppedError):
            list(steps)


def test_a_text_is_found_far_behind_in_a_long_message(own_settings):
    words = "lorem ipsum " * 50_000
    row = {**world.rows()[1], "session_id": "long"}
    with Writer(own_settings) as writer:
        writer.add(spoken.batch([row], {"long": {1: f"{words}Needle, needle{words}"}}))
        writer.commit()
    with (
        lake_of(own_settings) as snapshot,
        search("needle", Filters(), snapshot, own_settings) as s,
    ):
        (hit,) = [hit for step in s.steps() for hit in step.hits]

    assert ("Needle", ", needlelorem") == (hit.snippet.match, hit.snippet.after[:13])
    assert hit.snippet.is_cut_before
    assert hit.snippet.is_cut_after
    assert hit.snippet.before.endswith("lorem ipsum ")
    assert 2 == hit.snippet.count


@contextmanager
def lake_of(own):
    """Hold a snapshot of a lake open, with a running engine."""
    with Lake(own) as lake, engine.running(lake, own), engine.snapshot() as snapshot:
        yield snapshot


def months_of(hits):
    return sorted({f"{hit.started_at:%Y-%m}" for hit in hits if hit.started_at})


@pytest.mark.parametrize("when", ["before", "while serving"])
@pytest.mark.parametrize("damage", [truncate, zero, flip, delete, replace_by_foreign])
def test_a_damaged_file_costs_its_own_month_and_is_told(own_settings, damage, when):
    write(own_settings, batch(range(1, 90)))  # three months and more
    file = next(
        file for file in cold.read(own_settings.data.resolve()).files["messages"]
        if file.period == "2026-10"
    )  # fmt: skip
    if when == "before":
        damage(Path(file.path))
    with lake_of(own_settings) as snapshot:
        if when != "before":
            damage(Path(file.path))
        with search("user", Filters(), snapshot, own_settings, limit=1000) as found:
            steps = list(found.steps())
        hits = [hit for step in steps for hit in step.hits]
        missed = [step.missed for step in steps if step.missed is not None]

    assert ["2026-09", "2026-11"] == months_of(hits)
    assert {(2026, 10)} == {(each.after.year, each.after.month) for each in missed}
    assert all(
        Path(file.path).name in each.reason or "could not be read" in each.reason for each in missed
    )
    assert any(hit.started_at is None for hit in hits)
    assert found.days.total == steps[-1].days
