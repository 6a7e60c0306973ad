"""When the first session starts is the same whether it is kept or asked of the sessions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models import Channel, SessionType, Status
from queries import engine, first
from queries.filters import Filters, Scope
from tests.conftest import RANDOM
from tests.queries import world
from tests.queries.conftest import Shelf

pytestmark = pytest.mark.soak

AGENTS = {"channel": Channel, "agent": [*world.AGENTS, "nobody"]}
OTHERS = {"channel": Channel, "type": SessionType, "status": Status}


@pytest.fixture(scope="module")
def known(publications):
    return publications["index"].cubes


@pytest.fixture(scope="module")
def rows(publications, world_settings):
    """A snapshot that knows nothing beforehand."""
    engine.start(Shelf(replace(publications["index"], cubes=None)), world_settings)
    with engine.snapshot() as held:
        yield held
    engine.stop()


@st.composite
def several(draw):
    """Return filters of several kept groups, or of none, that begin with the first session."""
    chosen = {
        name: tuple(draw(st.lists(st.sampled_from(list(values)), max_size=3, unique=True)))
        for name, values in draw(st.sampled_from([AGENTS, OTHERS])).items()
    }
    return Filters.model_validate(chosen).between(None, draw(st.none() | world.MOMENTS))


def naive(moment):
    return moment and moment.replace(tzinfo=None)


@settings(max_examples=RANDOM)
@given(filters=several())
def test_of_several_groups_it_is_the_least(known, rows, filters):
    assert first.kept(filters, known) == naive(first.first_start(filters, rows))


def test_what_no_group_tells_is_asked_of_the_sessions(known, rows):
    earliest = first.kept(Filters(), known)
    alone = {"agent": ("a1",), "status": ("failed",)}

    assert earliest == naive(first.first_start(Filters(), rows))
    for filters in (
        Filters.model_validate(alone), Filters(range="30d"), Filters(user=("u1",)),
        Filters(scope=Scope(frozenset({"a1"}))), Filters(agent=("nobody",)),
    ):  # fmt: skip
        assert first.kept(filters, known) is None
    assert first.kept(Filters(), replace(known, horizon=earliest)) is None
    later = replace(known, horizon=earliest + timedelta(hours=1))
    assert first.kept(Filters(), later) == earliest
