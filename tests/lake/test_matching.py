"""A condition of a subscription means what the filter of the same name means."""

import sys

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from hooks import wishes
from lake.matching import Conditions, lowered
from queries import sessions
from queries.filters import Filters
from tests.queries import world
from tests.queries.conftest import (  # noqa: F401  fixtures
    oracle,
    publications,
    snapshot,
    world_rows,
    world_settings,
)

GIVEN = st.fixed_dictionaries({}, optional={name: world.FIELDS[name] for name in wishes.OF_FILTERS})


@given(given=GIVEN)
def test_conditions_leave_the_sessions_that_the_questions_find(
    snapshot, oracle, world_rows, given  # noqa: F811
):  # fmt: skip
    filters = Filters.model_validate(given)
    texts: dict[str, list[str]] = {}
    for name, value in filters.to_query():
        texts.setdefault(name, []).append(value)
    conditions = wishes.conditions(texts)
    held = [row["session_id"] for row in world_rows if conditions.hold(row)]

    assert len(held) == sessions.count(filters, snapshot)
    assert held == [row["session_id"] for row in oracle.filtered(filters)]
    assert conditions == wishes.conditions(wishes.texts(conditions))


def test_every_field_that_a_row_tells_is_held_against_the_questions():
    assert {*wishes.OF_FILTERS, wishes.SOURCE} == set(Conditions.__struct_fields__)
    assert set(wishes.OF_FILTERS) <= set(Filters.model_fields)


def test_metadata_is_read_as_text_or_as_mapping():
    conditions = wishes.conditions({"metadata": ["plan=pro"]})

    assert conditions.hold({"metadata": '{"plan": ["free", "pro"]}'})
    assert conditions.hold({"metadata": {"plan": ["pro"]}})
    assert not conditions.hold({"metadata": "{}"})


def test_the_source_is_one_of_those_that_are_named():
    conditions = wishes.conditions({"source": ["crm", "api"]})

    assert conditions.hold({"source": "api"})
    assert not conditions.hold({"source": "import"})


def test_every_character_is_folded_as_the_questions_fold_it():
    characters = [chr(n) for n in range(1, sys.maxunicode) if not 0xD800 <= n < 0xE000]
    with duckdb.connect() as connection:
        folded = connection.execute("select [lower(c) for c in ?]", [characters]).fetchone()[0]

    assert [c for c, own in zip(characters, folded, strict=True) if lowered(c) != own] == []
    assert lowered("\u0391\u03a3") == "\u03b1\u03c3"  # no letter depends on its neighbours
