"""What the filter bar offers: each option with its sessions under the other filters.

One scan answers for all menus: it leaves out every field that has a menu, and each menu takes the
rows of what the others have chosen. Other questions do likewise (`base`, `chosen`), so that what is
chosen in a menu is answered from memory.
"""

from collections.abc import Sequence

import polars as pl

from queries import halves, listed
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters, Scope

FIELDS = ("channel", "status", "type", "agent")

NEWEST_PAIRS = 10_000  # what suggestions are made of: enough to know what is usual
KEYS = 20
VALUES_EACH = 6
OFTEN = 3  # a value that is rarer is an id of something, and suggests nothing

Counts = dict[str, dict[str, int]]


def base(filters: Filters, *others: str) -> Filters:
    """Return the filters without every field that has a menu, and without others."""
    return filters.without(*FIELDS, *others)


def chosen(rows: pl.DataFrame, filters: Filters, *, fields: Sequence[str] = FIELDS) -> pl.DataFrame:
    """Return the rows of what the menus of some fields have chosen; columns have their names."""
    for field in fields:
        values = [str(value) for value in getattr(filters, field)]
        if values:
            rows = rows.filter(pl.col(field).is_in(values))
    return rows


def counts(filters: Filters, snapshot: Snapshot) -> Counts:
    """Return for each field the sessions of each of its values, whatever it has chosen itself."""
    rows = _rows(filters, snapshot)
    return {field: _of(field, rows, filters) for field in FIELDS}


def total(filters: Filters, snapshot: Snapshot) -> int:
    """Return the number of `sessions.count`, where it has to be counted as the menus have it."""
    told = listed.total(filters, snapshot)
    return int(chosen(_rows(filters, snapshot), filters)["total"].sum()) if told is None else told


def suggestions(snapshot: Snapshot, scope: Scope) -> dict[str, list[str]]:
    """Return usual metadata keys, most frequent first, with usual values of each."""
    rows = fetch(
        sql("metadata_suggestions"), Filters(scope=scope), snapshot.lasting,
        newest=NEWEST_PAIRS, keys=KEYS, values_each=VALUES_EACH, often=OFTEN,
    )  # fmt: skip
    return {key: values or [] for key, values in rows.iter_rows()}


def _rows(filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    return halves.fetch(sql("facets"), base(filters), snapshot)


def _of(field: str, rows: pl.DataFrame, filters: Filters) -> dict[str, int]:
    """Return the sessions of each value of a field under what the other fields have chosen."""
    others = [other for other in FIELDS if other != field]
    left = chosen(rows, filters, fields=others)
    return dict(left.group_by(field).agg(pl.col("total").sum()).iter_rows())
