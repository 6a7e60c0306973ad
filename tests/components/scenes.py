"""Literal answers for the components of charts, and what these hand to the browser."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import polars as pl

from components import state
from components.lens import Lens
from components.panels import Scene
from queries.engine import Snapshot
from queries.filters import Filters
from queries.intervals import Buckets, Interval
from queries.periods import BEGINNING, END, Period
from queries.trends import Series

ZONE = "Europe/Berlin"
TICK = datetime(2026, 11, 22, 15, tzinfo=UTC)
FIRST = datetime(2026, 11, 19, 23, tzinfo=UTC)  # midnight in Berlin
DAY = timedelta(days=1)
SNAPSHOT = Snapshot(SimpleNamespace(name="p1"), TICK, ZONE)


def scene(query=None, **lens):
    """Return a scene of the filters of a query."""
    filters, notes = Filters.from_query(query or {})
    assert not notes
    return Scene(filters, SNAPSHOT, Lens(**lens))


def series(columns, groups=("",), *, undated=None, after=None):
    """Return a series of days; `columns` hold a list a group for each column, or one list."""
    lists = {
        name: values if values and isinstance(values[0], list) else [values]
        for name, values in columns.items()
    }
    days = len(next(iter(lists.values()))[0])
    starts = tuple(FIRST + day * DAY for day in range(days))
    made = Buckets(Interval.DAY, ZONE, Period(after or BEGINNING, END), starts, starts)
    rows = [
        {"group": group, **{name: values[place][day] for name, values in lists.items()}}
        for day in range(days)
        for place, group in enumerate(groups)
    ]
    lost = [
        {"group": each, **dict.fromkeys(lists, (undated or {}).get(each, 0))} for each in groups
    ]
    return Series(Interval.DAY, ZONE, _frame(rows, lists), _frame(lost, lists), tuple(groups), made)


def _frame(rows, columns):
    return pl.DataFrame(rows, schema=None if rows else ["group", *columns])


def handed(monkeypatch, module, element, show, *arguments, is_asked=False, **named):
    """Return what a component hands to its element, as it arrives: as JSON."""
    seen = []
    monkeypatch.setattr(module, element, lambda **given: seen.append(given))
    monkeypatch.setattr(state, "is_asked", lambda _: is_asked)
    show(*arguments, **named)
    (given,) = seen
    return json.loads(json.dumps(given["data"]))
