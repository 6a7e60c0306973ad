"""The newest name of each agent is the same whether it is kept or asked of the sessions."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lake import cubes, index, names
from lake.hot import Hot
from lake.publication import Live, Publication
from queries import engine, halves
from queries.filters import Scope
from queries.names import agent_names
from tests.conftest import IS_SOAK
from tests.queries import going, world
from tests.queries.conftest import Shelf, settings_of, written
from tests.queries.counted import changed

pytestmark = pytest.mark.soak

SCOPES = st.sampled_from([Scope(), Scope(frozenset({"a1", "Ω"})), Scope(frozenset())])
LATE = timedelta(days=3)


def told(publication, own, scope):
    engine.start(Shelf(publication), own)
    with engine.snapshot() as snapshot:
        found = agent_names(snapshot, scope)
    engine.stop()
    return list(found.items())


def renamed(row, chance):
    """Return a session as it is later, perhaps of another agent or of one by another name."""
    return changed(row, chance) | {"agent_name": chance.choice(["Ada", "Bo", row["agent_name"]])}


def is_late(row):
    return row["started_at"] is None or row["started_at"] > world.TICK - LATE


@settings(max_examples=300 if IS_SOAK else 20)
@given(seed=st.integers(0, 2**32), scope=SCOPES)
def test_kept_names_are_those_of_the_sessions_after_each_change(own, state, seed, scope):
    """Changes are late, so that most of what is kept lies before the first live session."""
    chance = random.Random(seed)  # noqa: S311  a stream of changes
    instance = index.open_built(own, state)
    base = Publication("cold", "index", state, instance, cubes=cubes.known(instance.cursor()))
    hot, rows = Hot(instance, state, is_index=True), [row for row in world.rows() if is_late(row)]
    shown = base
    for position in range(1, 4):
        without = replace(shown, cubes=None)
        assert told(without, own, scope) == told(shown, own, scope)
        stream = [renamed(chance.choice(rows), chance) for _ in range(chance.randrange(30))]
        newest = {row["session_id"]: going.held(row) for row in stream if is_late(row)}
        hot.publish([*newest.values()], position, f"cold.j{position}")
        if hot.heard_at is not None:
            live = Live(hot.number, "cold", hot.heard_at, hot.horizon, hot.has_overlaid)
            shown = replace(base, name=f"cold.j{position}", live=live)
    instance.retire()


def session_of(number, agent, name, days):
    """Return a session that started so many days ago, or has no start."""
    started_at = None if days is None else world.TICK - timedelta(days=days)
    return {**world.rows()[0], "session_id": f"n{number}", "agent_id": agent, "agent_name": name,
            "started_at": started_at, "events": []}  # fmt: skip


COLD = (("x", "Old", 9), ("x", "New", 1), ("y", "Dateless", None), ("z", "Zoe", 9), ("w", "W", 1))


@pytest.mark.parametrize(
    ("live", "expected"),
    [
        ({4: ("w", "Will", 1)}, {"w": "Will", "x": "New", "y": "Dateless", "z": "Zoe"}),
        ({1: ("w", "Will", 1)}, {"w": "W", "x": "Old", "y": "Dateless", "z": "Zoe"}),
        ({1: ("w", "Will", 1), 2: ("w", "W", 8)}, {"w": "W", "x": "Old", "z": "Zoe"}),
        ({2: ("w", "Will", 1)}, {"w": "W", "x": "New", "z": "Zoe"}),
        ({5: ("z", "Zed", None), 4: ("w", "Will", 1)},
         {"w": "Will", "x": "New", "y": "Dateless", "z": "Zoe"}),
        ({2: ("y", "Now", None)}, {"w": "W", "x": "New", "y": "Now", "z": "Zoe"}),
    ],
)  # fmt: skip
def test_what_a_live_session_changes_is_seen(tmp_path, live, expected):
    """It may take the last name away, or an agent's only session."""
    own = settings_of(tmp_path)
    state = written(own, [session_of(number, *each) for number, each in enumerate(COLD)])
    index.build(own, state, lambda _: None)
    instance = index.open_built(own, state)
    base = Publication("cold", "index", state, instance, cubes=cubes.known(instance.cursor()))
    hot = Hot(instance, state, is_index=True)
    hot.publish([going.held(session_of(n, *each)) for n, each in live.items()], 1, "cold.j1")
    beside = Live(hot.number, "cold", hot.heard_at, hot.horizon, hot.has_overlaid)

    assert list(expected.items()) == told(replace(base, name="cold.j1", live=beside), own, Scope())
    instance.retire()


def test_names_are_kept_of_every_agent_and_nothing_is_asked(own, state, monkeypatch):
    instance = index.open_built(own, state)
    known = cubes.known(instance.cursor())
    shown = Publication("cold", "index", state, instance, cubes=known)
    expected = told(replace(shown, cubes=None), own, Scope())
    monkeypatch.setattr(halves, "fetch", None)

    assert expected == told(shown, own, Scope())
    assert [agent for agent, _ in expected] == sorted(known.names)
    instance.retire()


def test_names_of_more_agents_than_fit_are_asked_of_the_sessions(own, state, monkeypatch):
    monkeypatch.setattr(names, "MOST", 2)
    instance = index.open_built(own, state)
    known = cubes.known(instance.cursor())
    shown = Publication("cold", "index", state, instance, cubes=known)

    assert known.names is None
    assert told(shown, own, Scope()) == told(replace(shown, cubes=None), own, Scope())
    instance.retire()
