"""The SQL files are what their headers say, and nowhere else is SQL put together."""

import ast
import re

import pytest

from queries import metrics, session, sessions
from queries.catalog import DIMENSIONS, METRICS, Metric
from queries.filters import FIELDS, Filters
from queries.statement import FOLDER, sql

FILES = sorted(FOLDER.glob("*.sql"))
BUILDERS = {"statement.py", "clauses.py", "where.py", "filters.py", "choices.py", "catalog.py"}
BUILDERS |= {"placing.py", "cells.py", "relations.py"}
HEADER = re.compile(
    r"-- (\w+): .+\.\n-- reads    ([a-z_, ]+)\n-- params[ ]*([a-z_, ]*)\n(?:-- cells[a-z_, +*]*\n)?"
)
RELATIONS = {
    "filtered", "scoped", "messages", "events", "pairs", "pair_names", "returns", "ids", "held",
    "searched", "open_hours", "open_levels", "replaced",
}  # fmt: skip
MOMENTS = {"now", "since", "tz", "scope"}


def listed(text):
    return {part.strip() for part in text.split(",") if part.strip()}


def outside_strings(text):
    return re.sub(r"'[^']*'", "''", text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_statement_is_what_its_header_says(path):
    text = path.read_text(encoding="utf-8")
    name, reads, parameters = HEADER.match(text).groups()
    statement = sql(path.stem)

    assert path.stem == name
    assert listed(parameters) == statement.parameters
    named = set(re.findall(r"\b(?:from|join) (\w+)", statement.text))
    assert listed(reads) == named & RELATIONS
    assert named - RELATIONS <= set(
        re.findall(r"(\w+) as (?:(?:not )?materialized )?\(", statement.text)
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_statement_is_lower_case_and_one_select_in_a_total_order(path):
    text = sql(path.stem).text

    assert outside_strings(text) == outside_strings(text).lower()
    assert ";" not in text
    assert text.startswith(("select\n", "with "))
    is_one_row = "group by" not in text and "count(*)" in text
    assert is_one_row or re.search(r"^order by ", text, re.MULTILINE)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_statement_names_a_parameter_of_the_filters(path):
    """Else a filter's value would be taken for the statement's own."""
    assert not sql(path.stem).parameters & ({*FIELDS, *MOMENTS} - {"now", "tz"})


def test_every_statement_is_asked_by_someone():
    modules = "".join(path.read_text() for path in FOLDER.parent.glob("*.py"))
    asked = set(re.findall(r'sql\("(\w+)"\)', modules))
    for table in ("messages", "events"):
        asked |= {f"session_{table}", f"session_{table}_undated", f"sessions_{table}"}

    assert asked == {path.stem for path in FILES}
    assert all(hasattr(module, "fetch") for module in (metrics, session, sessions))


def test_sql_is_put_together_in_few_modules():
    for path in FOLDER.parent.glob("*.py"):
        if path.name not in BUILDERS:
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.JoinedStr | ast.BinOp):
                    words = " ".join(
                        part.value
                        for part in ast.walk(node)
                        if isinstance(part, ast.Constant) and isinstance(part.value, str)
                    )
                    assert not re.search(r"\b(select|where|from|order by)\b", words), path.name


def test_an_entry_of_the_catalogue_is_all_that_a_metric_needs(snapshot, monkeypatch):
    longest = Metric("longest", "Longest", "max(duration_ms)", "The longest session.")
    monkeypatch.setitem(METRICS, "longest", longest)

    assert metrics.summary(Filters(), snapshot)["longest"] > 0
    assert "longest" in metrics.by("channel", Filters(), snapshot).columns


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS)
def test_a_metric_says_what_it_is(metric):
    assert metric.label
    assert metric.definition.endswith(".")
    assert metric.name.isidentifier()


def test_a_dimension_has_the_name_of_the_filter_that_takes_its_values():
    assert set(DIMENSIONS) <= set(FIELDS)
