"""What an index keeps beside its sessions is looked at, and thrown away where it does not fit."""

import duckdb
import pytest

from lake import contacts, counted, cube_checks, cubes, histograms, index
from lake.checking import Hourly, deep
from lake.publication import Publication


def test_a_cube_that_does_not_fit_is_found_and_thrown_away(own, state):
    path = index.path_of(own, state)
    assert deep(own, own.data.resolve()) == 0
    with duckdb.connect(str(path)) as connection:
        connection.execute("update days set n = n + 1 where rowid = 0")
    assert deep(own, own.data.resolve()) == 2

    instance = index.open_built(own, state)
    known = cubes.known(instance.cursor())
    publication = Publication("cold", "index", state, instance, cubes=known)
    assert not Hourly().discards(publication, own)  # it is not time yet
    assert Hourly(seconds=0).discards(publication, own)
    instance.retire()
    assert not path.exists()
    index.build(own, state, lambda _: None)
    assert deep(own, own.data.resolve()) == 0


@pytest.mark.parametrize(
    ("name", "column"),
    [
        *((name, "n") for name in (*counted.BY_SESSION, "pair_days")),
        *((name, column) for name in histograms.NAMES for column in ("n", "bin")),
        *(("contact_days", column) for column in contacts.COUNTED),
        *(("open_hours", column) for column in ("open", "peak", "stay")),
        *(("open_levels", column) for column in ("open", "lasts_us")),
    ],
)
def test_a_wrong_cell_is_found(own, state, name, column):
    with duckdb.connect(str(index.path_of(own, state))) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.begin()
        connection.execute(f"update {name} set {column} = {column} + 1 where rowid = 0")
        assert (True, 2) == (cube_checks.is_off(connection), cube_checks.wrong(connection))
        connection.rollback()


@pytest.mark.parametrize(
    ("table", "change", "is_off"),
    [
        ("agent_names", "agent_name = 'another'", True),
        ("rare_marks", "mark = mark + 1", False),  # only made anew they are known to be wrong
        ("user_marks", "mark = mark + 1", False),
    ],
)
def test_a_wrong_name_or_mark_is_found(own, state, table, change, is_off):
    with duckdb.connect(str(index.path_of(own, state))) as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.begin()
        connection.execute(f"update {table} set {change} where rowid = 0")
        assert (is_off, 2) == (cube_checks.is_off(connection), cube_checks.wrong(connection))
        connection.rollback()
