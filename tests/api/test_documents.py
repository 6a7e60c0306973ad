"""What the documents show can be run as it stands: the notebook, and how the lake is read."""

import json
import re

import pytest

from api.application import api
from settings import ROOT, Settings
from tests.api.serving import serving
from tests.pages import small_lake

DOCS = ROOT / "docs"
NOTEBOOK = json.loads((DOCS / "notebook.ipynb").read_text(encoding="utf-8"))
CODE = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
LAKE = (DOCS / "reading-the-lake.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```", LAKE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    """A folder in which the lake lies as in a checkout."""
    folder = tmp_path_factory.mktemp("documents")
    found = Settings(
        data=folder / "data" / "lake", state=folder / "data" / "state", demo="off", zone="UTC",
        memory_mb=512, threads=2, now=small_lake.NOW,
    )  # fmt: skip
    small_lake.write(found)
    return found


def test_the_notebook_runs_from_its_first_cell_to_its_last(settings, monkeypatch, capsys):
    with serving(settings) as (port, _):
        monkeypatch.setenv("PARLEY_URL", f"http://127.0.0.1:{port}")
        monkeypatch.delenv("PARLEY_KEY", raising=False)
        names = {}
        for cell in CODE:
            exec(compile(cell, "notebook", "exec"), names)  # noqa: S102  it is ours

    assert names["sessions"].height == small_lake.COUNT - 3 - 11
    assert names["failed"].height == 9
    assert names["metrics"].height > 10
    assert "Status: Completed Status: Failed" in capsys.readouterr().out


def test_the_notebook_shows_nothing_that_was_not_run():
    """Outputs would be of other data than the reader's."""
    assert [cell["outputs"] for cell in NOTEBOOK["cells"] if "outputs" in cell] == [[]] * len(CODE)


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_each_way_to_read_the_lake_works(settings, monkeypatch, capsys, number):
    monkeypatch.chdir(settings.data.parent.parent)
    exec(compile(BLOCKS[number], "block", "exec"), {})  # noqa: S102  it is ours

    assert capsys.readouterr().out


def test_the_routes_of_exports_are_told_where_exports_are():
    told = (DOCS / "exports.md").read_text(encoding="utf-8")
    routes = [path for path in api.openapi()["paths"] if path.startswith("/exports")]

    assert routes
    for path in routes:
        assert path.partition("{")[2].partition("}")[2] in told
