"""Which cells a question cuts."""

from dataclasses import replace
from datetime import timedelta

import pytest

from lake import cubes, index
from lake.publication import Publication
from queries import engine, lines, sessions, trends
from queries.filters import Filters
from queries.question import Question
from tests.queries import world
from tests.queries.conftest import Shelf, settings_of, written


def session_at(number, started_at):
    return {**world.rows()[0], "session_id": f"n{number}", "started_at": started_at, "events": []}


def answered(tmp_path, starts, ask):
    """Return what is answered about sessions that start so, by cubes and without them."""
    own = settings_of(tmp_path)
    state = written(own, [session_at(*each) for each in enumerate(starts)])
    index.build(own, state, lambda _: None)
    instance = index.open_built(own, state)
    base = Publication("cold", "index", state, instance, cubes=cubes.known(instance.cursor()))
    told = []
    for shown in (base, replace(base, cubes=None)):
        engine.start(Shelf(shown), own)
        with engine.snapshot() as snapshot:
            told.append(ask(snapshot))
        engine.stop()
    instance.retire()
    return told


def test_the_hour_of_the_first_session_is_cut_by_clocks_too(tmp_path):
    """It began in another hour of a zone of half hours than what comes before its half."""
    starts = [world.TICK.replace(hour=3, minute=minute) for minute in (10, 40)]
    told = answered(
        tmp_path, starts, lambda shown: trends.heatmap(Filters(tz="Asia/Kolkata"), shown).rows()
    )

    assert told[0] == told[1]
    assert [1, 1] == [row[2] for row in told[0] if row[2]]


@pytest.mark.parametrize("filters", [Filters(), Filters(agent=("a1", "a2", "a3"))])
def test_the_first_day_is_cut_too(tmp_path, filters):
    """A range may begin within it, of each kind of cells."""
    first = world.TICK.replace(hour=3, minute=0)
    starts = [first + timedelta(minutes=minute) for minute in (10, 40, 3 * 1440)]
    ranges = [filters.between(first + timedelta(minutes=minute), None) for minute in (5, 20, 50)]

    told = answered(
        tmp_path, starts, lambda shown: [sessions.count(each, shown) for each in ranges]
    )

    assert told == [[3, 2, 1], [3, 2, 1]]


def test_slices_of_days_cut_only_the_ends_of_their_range(tmp_path):
    """Else each of two times 28 would cut an hour, all of whose sessions are asked one by one."""
    first = world.TICK - timedelta(days=70)
    starts = [first + timedelta(hours=hour, minutes=hour % 60) for hour in range(0, 70 * 24, 8)]
    after = first + timedelta(days=35, minutes=17)
    filters = Filters().between(after, after + timedelta(days=28, minutes=5))

    def asked(shown):
        given = lines.cut(filters, shown).given()
        widened = filters.between(given["before_after"], filters.started_before)
        plan = Question(lines.AGENTS, widened, given).plan(shown)
        return plan, lines.lines(lines.AGENTS, "agent_id", filters, shown).rows()

    (plan, counted), (_, rows) = answered(tmp_path, starts, asked)

    assert plan.cube == "plain_agent_hours"
    assert len(plan.edges.starts) == 3
    assert counted == rows
