"""`import` and `formats` on the command line: what is printed, and the exit code."""

import json

import pytest
import typer
from typer.testing import CliRunner

import settings as settings_module
from cli import formats, import_
from ingest import FORMATS
from tests.ingest import imports


@pytest.fixture
def command(own_settings, monkeypatch):
    """Run a command of the import with the test's own settings."""
    monkeypatch.setattr(settings_module, "current", lambda: own_settings)
    app = typer.Typer()
    app.command("import")(import_.run)
    app.command("formats")(formats.run)
    return lambda *words: CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture
def file(tmp_path):
    """A file with two sessions and a bad line."""
    path = tmp_path / "[bold]a.ndjson"
    lines = [{"session_id": "a"}, {"session_id": "b", "started_at": "2026-05-01T10:00:00Z"}]
    path.write_bytes(imports.ndjson(lines) + b"{\n")
    return path


def test_formats_lists_every_format(command):
    told = command("formats").stdout

    assert [] == [name for name in FORMATS if name not in told]


def test_import_tells_what_it_did(command, file):
    result = command("import", file)

    assert 1 == result.exit_code
    assert "2 added, 0 replaced, 0 unchanged, 0 duplicates, 1 rejected" in result.stdout
    assert f"{file}:3: " in result.stdout
    assert "rejected/" in result.stdout


def test_import_tells_it_as_json(command, file):
    result = command("import", file, "--json")
    told = json.loads(result.stdout)

    assert (2, 1, 2) == (told["added"], told["rejected"], told["sessions"])
    assert [3] == [rejection["line"] for rejection in told["rejections"]]
    assert ["parley"] == [found["format"] for found in told["files"]]


def test_import_without_anything_wrong_is_exit_code_0(command, file):
    file.write_bytes(imports.ndjson([{"session_id": "a"}]))

    assert 0 == command("import", file).exit_code


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("missing",),
        ("missing", "--assume-times", "2026"),
        ("missing", "--default-status", "done"),
        ("missing", "--unknown"),
    ],
)
def test_import_of_nothing_is_exit_code_2(command, words):
    assert 2 == command("import", *words).exit_code


def test_import_takes_its_options(command, file, tmp_path):
    result = command(
        "import", file, "--format", "parley", "--assume-times", "2026-01-01..2026-01-31",
        "--default-status", "cancelled", "--data", tmp_path / "other",
    )  # fmt: skip

    assert "2 added" in result.stdout
    assert (tmp_path / "other" / "sessions").is_dir()


def test_unknown_format_is_an_error_of_ours(command, file):
    assert "There is no format 'x'." == command("import", file, "--format", "x").exception.sentence
