"""A mark may exist only if its rows are a Filters value: every link leads to as many sessions."""

import importlib
import pkgutil
import random

import pytest

import queries
from queries import links, sessions, stacks
from queries.filters import Filters, Scope
from queries.marks import MARKS
from tests.conftest import IS_SOAK

pytestmark = pytest.mark.soak

for module in pkgutil.iter_modules(queries.__path__):  # whatever enters marks has been read
    importlib.import_module(f"queries.{module.name}")

ROWS = 200 if IS_SOAK else 6  # of each mark: half of them with sessions
UNDER = [
    Filters(),
    Filters(range="7d", tz="Asia/Kolkata", status=("failed", "completed"), weekday=(1, 6, 7)),
    Filters(range="24h", tz="Australia/Lord_Howe", has=("handoff",)),
    Filters(agent=("a1", "a2", "fresh"), duration_min=1000, channel=("sip", "web")),
    Filters.model_validate(
        {"started_before": "2026-11-01T00:00:00-03:30", "tz": "America/St_Johns", "q": "s"}
    ),
    Filters(range="30d", scope=Scope(frozenset({"a1", "Ω"})), hour=(0, 1, 2, 13, 14)),
]
WORDS = [", ".join(name for name, *_ in filters.set_fields()) or "none" for filters in UNDER]


@pytest.fixture(autouse=True)
def _few_agents_stand_alone(monkeypatch):
    monkeypatch.setattr(stacks, "TOP", 2)


def some(rows):
    """Return marks with sessions and without, the first and the last of them."""
    chance = random.Random(len(rows))  # noqa: S311  the same rows each time
    full = [row for row in rows if row["sessions"]]
    empty = [row for row in rows if not row["sessions"]]
    picked = [
        row for part in (full, empty) for row in chance.sample(part, min(ROWS // 2, len(part)))
    ]
    return [*picked, *rows[:1], *rows[-1:]]


@pytest.mark.parametrize("snapshot", ["index"], indirect=True)  # the numbers are equal on both
@pytest.mark.parametrize("filters", UNDER, ids=WORDS)
@pytest.mark.parametrize("mark", MARKS.values(), ids=MARKS)
def test_a_link_leads_to_the_sessions_that_are_drawn(snapshot, mark, filters):
    rows = mark.rows(filters, snapshot)

    for row in some(rows) if rows else []:
        link = mark.link(row, filters, snapshot)
        if link is None:  # nothing can be there
            assert row["sessions"] == 0
        else:
            assert row["sessions"] == sessions.count(link, snapshot), row
            assert filters.scope == link.scope
            assert link == Filters.from_query(read(link), strict=True)[0].within(link.scope)


def read(filters):
    """Return what a browser sends for the address of filters."""
    query = {}
    for name, value in filters.to_query():
        query.setdefault(name, []).append(value)
    return query


def test_a_mark_says_what_it_is():
    for name, mark in MARKS.items():
        assert name == mark.name
        assert mark.sentence.endswith(".")


def test_others_that_are_too_many_for_a_filter_have_no_link(snapshot, monkeypatch):
    many = tuple(f"agent {number}" for number in range(201))
    monkeypatch.setattr(stacks, "others", lambda *_, **__: many)
    assert links.group("agent", stacks.OTHER, Filters(), snapshot) is None

    monkeypatch.setattr(stacks, "others", lambda *_, **__: many[:200])
    assert links.group("agent", stacks.OTHER, Filters(), snapshot) is not None


def test_an_id_that_no_filter_takes_has_no_link(snapshot):
    assert links.part("agent", "x" * 513, Filters()) is None


def test_what_the_filters_leave_out_has_no_link():
    filters = Filters(status=("failed",), has=("error",), duration_min=10)

    assert links.narrowed(filters, status=("active", "completed")) is None
    assert ("failed",) == links.narrowed(filters, status=("active", "failed")).status
    assert ("!start", "error") == links.narrowed(filters, has=("!start",)).has
    assert links.narrowed(filters, duration_min=0).duration_min == 10
