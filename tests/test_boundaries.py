"""The boundaries that import-linter cannot see: single modules, files, and what SQL may say."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("cli", "pages", "api", "components", "queries", "exports", "hooks", "alerts", "ingest",
         "lake")  # fmt: skip
MODULES = [
    path
    for path in [*ROOT.glob("*.py"), *(p for room in ROOMS for p in (ROOT / room).rglob("*.py"))]
    if "__pycache__" not in path.parts
]
LOWER = {"models": set(), "errors": set(), "settings": {"models", "errors"}, "observed": set(),
         "logs": {"settings"}, "memory": set()}  # fmt: skip
OURS = {*ROOMS, "models", "errors", "settings", "observed", "logs", "memory", "app"}


def names(paths):
    return [path.relative_to(ROOT).as_posix() for path in paths]


def imported(path):
    """Return the top-level names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("module", LOWER)
def test_the_lowest_modules_import_only_what_lies_below(module):
    ours = set(imported(ROOT / f"{module}.py")) & OURS

    assert ours <= LOWER[module]


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_only_state_touches_the_session_state(path):
    text = path.read_text(encoding="utf-8")
    if path != ROOT / "components/state.py":
        assert not re.search(r"\bst\.(session_state|query_params)\b", text)


PAGES = sorted((ROOT / "pages").glob("*.py"))


@pytest.mark.parametrize("path", PAGES, ids=names(PAGES))
def test_a_page_is_a_short_script(path):
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)

    assert len(text.splitlines()) <= 40
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    assert not re.search(r"\bselect\b.+\bfrom\b", text, re.IGNORECASE | re.DOTALL)


QUESTIONS = [p for p in MODULES if p.is_relative_to(ROOT / "queries")]
QUESTIONS += sorted((ROOT / "queries").rglob("*.sql"))


@pytest.mark.parametrize("path", QUESTIONS, ids=names(QUESTIONS))
def test_questions_never_write_or_open_files(path):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        strings = [n.value for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Constant)]
        text = "\n".join(value for value in strings if isinstance(value, str) and "\n" not in value)

    assert not re.search(
        r"^\s*(copy|attach|install|load|pragma|export)\b", text, re.IGNORECASE | re.MULTILINE
    )


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_no_module_has_outgrown_its_name(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


@pytest.mark.parametrize("path", MODULES, ids=names(MODULES))
def test_nothing_catches_everything(path):
    """One handler for HTTP and one for pages stand at the edge; all others know what they catch."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    edges = {ROOT / "components/boundary.py", ROOT / "api/problems.py"}
    caught = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    ]

    assert path in edges or not caught
