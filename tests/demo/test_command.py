import pytest
import typer
from typer.testing import CliRunner

import settings as settings_module
from cli import demo
from ingest.demo import anchor
from lake import cold


@pytest.fixture
def command(own_settings, monkeypatch):
    """Runs `demo` with arguments."""
    monkeypatch.setattr(settings_module, "current", lambda: own_settings)
    app = typer.Typer()
    app.command()(demo.run)
    return lambda *arguments: CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_the_command_makes_a_lake_and_says_so(command, tmp_path):
    folder = tmp_path / "bench"
    result = command("--sessions", 30, "--days", 5, "--seed", 9, "--into", folder)
    made = anchor.described(folder)

    assert 0 == result.exit_code
    assert "30 sessions of 5 days (seed 9)" in result.output
    assert (30, 5, 9) == (made.sessions, made.days, made.seed)
    assert 30 == sum(file.rows for file in cold.read(folder).files["sessions"])


def test_without_a_folder_it_is_the_demo_folder(command, tmp_path, monkeypatch):
    monkeypatch.setattr(settings_module, "DEMO_FOLDER", tmp_path / "demo")
    command("--sessions", 10)

    assert 10 == anchor.described(tmp_path / "demo").sessions


@pytest.mark.parametrize("wrong", [("--sessions", -1), ("--days", 0), ("--seed", 2**40)])
def test_numbers_that_cannot_be_are_refused(command, tmp_path, wrong):
    result = command(*wrong, "--into", tmp_path / "bench")

    assert 2 == result.exit_code
    assert not (tmp_path / "bench").exists()
