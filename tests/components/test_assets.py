"""What runs in the browser: one module an element, text as text, nothing from elsewhere."""

import ast
import json
import re
from pathlib import Path

import pytest

from components import assets
from settings import ROOT

STATIC = ROOT / "pages" / "static"  # logo and mark
FILES = sorted(
    path
    for folder in (assets.FOLDER, STATIC)
    for path in folder.iterdir()
    if path.suffix in {".js", ".css", ".svg"}
)
MARKUP = r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|Function\("
MODULES = [path for path in FILES if path.suffix == ".js"]
SHEETS = [path for path in FILES if path.suffix == ".css"]
SHARED = {
    "prelude", "scroll", "times", "calendar", "metadata", "popover", "download",
    "transcript", "turns", "words", "manage", "minimap", "facts", "tables", "looking", "finding",
    "numbers", "spans", "panel", "explained",
    "copy", "csv", "axes", "bars", "curves", "reach", "backtest",
}  # fmt: skip


def elements():
    """Return the names that components register."""
    for path in Path(assets.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "element":
                yield node.args[0].value


def test_every_element_is_a_module_and_every_module_an_element():
    assert sorted(elements()) == sorted({path.stem for path in MODULES} - SHARED)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_text_never_becomes_markup_or_script(path):
    text = path.read_text(encoding="utf-8")

    assert not re.search(MARKUP, text)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nothing_comes_from_another_host(path):
    addresses = re.findall(r"(?:https?:)?//[a-z0-9][\w.-]+\.\w+", path.read_text(encoding="utf-8"))

    assert {"http://www.w3.org"} >= set(addresses)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_sheet_of_an_element_is_in_the_file_of_all(path):
    named = re.findall(r'await style\("(\w+)"\)', path.read_text(encoding="utf-8"))

    assert set(named) <= set(json.loads(assets.MADE[assets.SHEETS]))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_colours_come_from_the_theme(path):
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text(encoding="utf-8"))


KEYFRAMES = {path.stem: set(re.findall(r"@keyframes (\w+)", path.read_text())) for path in SHEETS}


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_what_moves_knows_how(path):
    """An element has its own sheets and look.css; keyframes of another are not found, unsaid."""
    told = KEYFRAMES[path.stem] | KEYFRAMES["look"] | {"none"}
    for listed in re.findall(r"animation: ([^;}]+)", path.read_text(encoding="utf-8")):
        for each in listed.split(","):
            assert told.intersection(each.split()), each


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_no_asset_has_outgrown_its_name(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250


def test_only_one_element_has_a_timer():
    """DESIGN: one clock."""
    timed = {path.stem for path in MODULES if "setInterval" in path.read_text(encoding="utf-8")}

    assert timed == {"clock"}


def test_the_address_of_assets_changes_with_them():
    assert assets.PATH == f"/assets/{assets.VERSION}"
    assert re.fullmatch(r"[0-9a-f]{12}", assets.VERSION)
