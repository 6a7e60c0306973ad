"""Every instance of DuckDB takes no more of the machine than the settings say."""

import ast

import pytest

from lake.compacting import Compacting
from lake.instance import SHARES, open_instance
from tests.test_boundaries import MODULES, names


@pytest.mark.parametrize("purpose", SHARES)
def test_memory_threads_and_disk_are_those_of_the_settings(own_settings, purpose):
    own = own_settings.model_copy(update={"memory_mb": 1000, "threads": 3, "temp_mb": 200})
    with open_instance(own, purpose) as connection:
        memory, threads, disk = connection.execute(
            "select current_setting('memory_limit'), current_setting('threads'),"
            " current_setting('max_temp_directory_size')"
        ).fetchall()[0]

    assert f"{1000 * SHARES[purpose]:.1f} MiB" == memory
    assert 1 <= threads <= 3
    assert disk == "200.0 MiB"


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_no_instance_is_opened_without_limits(path):
    opened = [
        node
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "duckdb.connect"
    ]

    assert all("config" in {each.arg for each in node.keywords} for node in opened)


def test_the_compactor_is_told_the_same_limits(own_settings):
    own = own_settings.model_copy(update={"memory_mb": 777, "threads": 1, "temp_mb": 333})
    told = Compacting(own)._environment()

    assert ("777", "1", "333") == tuple(
        told[f"PARLEY_{name}"] for name in ("MEMORY_MB", "THREADS", "TEMP_MB")
    )
