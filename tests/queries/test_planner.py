"""Which cells a question cuts."""

from dataclasses import replace

from lake import cubes, index
from lake.publication import Publication
from queries import engine, trends
from queries.filters import Filters
from tests.queries import world
from tests.queries.conftest import Shelf, settings_of, written


def session_at(number, started_at):
    return {**world.rows()[0], "session_id": f"n{number}", "started_at": started_at, "events": []}


def test_the_hour_of_the_first_session_is_cut_by_clocks_too(tmp_path):
    """It began in another hour of a zone of half hours than what comes before its half."""
    own = settings_of(tmp_path)
    starts = [world.TICK.replace(hour=3, minute=minute) for minute in (10, 40)]
    state = written(own, [session_at(*each) for each in enumerate(starts)])
    index.build(own, state, lambda _: None)
    instance = index.open_built(own, state)
    base = Publication("cold", "index", state, instance, cubes=cubes.known(instance.cursor()))
    told = []
    for shown in (base, replace(base, cubes=None)):
        engine.start(Shelf(shown), own)
        with engine.snapshot() as snapshot:
            told.append(trends.heatmap(Filters(tz="Asia/Kolkata"), snapshot).rows())
        engine.stop()
    instance.retire()

    assert told[0] == told[1]
    assert [1, 1] == [row[2] for row in told[0] if row[2]]
