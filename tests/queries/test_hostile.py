"""No text of a person ever becomes SQL: hostile strings find what the oracle finds, and no more."""

import json

import pytest

from queries import sessions
from queries.clauses import Clause
from queries.filters import Filters
from queries.statement import compose, sql
from tests.queries import world


@pytest.fixture(scope="module")
def payloads(shared):
    text = (shared / "payloads" / "sql_injection.json").read_text(encoding="utf-8")
    return [text for text in json.loads(text) if text and len(text) <= 200]


def filters_of(text):
    """Return filters that have the text in each field that takes any."""
    yield Filters(q=text.replace("\0", ""))
    yield Filters(agent=(text,), user=(text,))
    yield Filters(error=(text,))
    yield Filters(metadata=(Clause(key=text, operator="!=", value=text),))
    yield Filters(metadata=(Clause(key="plan", operator="contains", value=text),))


def test_hostile_strings_find_what_the_oracle_finds(snapshot, oracle, payloads):
    """Every third string in one run, to stay short; the strings are in no order."""
    for text in payloads[::3]:
        for filters in filters_of(text):
            assert len(oracle.filtered(filters)) == sessions.count(filters, snapshot), text


def text_of(filters):
    given = {"limit": 1, "offset": 0}
    return compose(sql("session_page"), filters, given, world.TICK, "UTC")[0]


def test_nothing_of_a_value_reaches_the_text(payloads):
    for text in payloads:
        for hostile, harmless in zip(filters_of(text), filters_of("x"), strict=True):
            assert text_of(harmless) == text_of(hostile)
