"""The export by command line: the file that the API sends."""

import csv
import json

import pytest
from typer.testing import CliRunner

import settings as settings_module
from cli import export as command
from cli.__main__ import app
from errors import FilterError
from exports.registry import FORMATS
from models import Channel
from queries.filters import FIELDS, Filters
from tests.pages import small_lake


@pytest.fixture
def small(monkeypatch, own_settings):
    """The small lake, named by the environment."""
    small_lake.write(own_settings)
    monkeypatch.setenv("PARLEY_DATA", str(own_settings.data))
    monkeypatch.setenv("PARLEY_STATE", str(own_settings.state))
    monkeypatch.setenv("PARLEY_NOW", small_lake.NOW.isoformat())
    monkeypatch.setenv("PARLEY_DEMO", "off")
    settings_module.current.cache_clear()
    yield own_settings
    settings_module.current.cache_clear()


def run(*words):
    return CliRunner().invoke(app, ["export", *map(str, words)], catch_exceptions=False)


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_has_its_name_when_it_is_whole(small, tmp_path, form):
    path = tmp_path / "out"
    result = run("--format", form, "--out", path)

    assert result.exit_code == 0
    assert path.stat().st_size > 0
    assert not path.with_name("out.part").exists()


def test_filters_are_options_and_may_be_repeated(small, tmp_path):
    path = tmp_path / "out.csv"
    run("--channel", "phone", "--channel=sip", "--out", path)
    with path.open(newline="") as stream:
        channels = {row["channel"] for row in csv.DictReader(stream)}

    assert {"phone", "sip"} == channels


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("filters", [{"--metadata": "plan=free"}, {"--returned": "24h"}])
def test_filters_that_read_everything_are_picked_once(small, tmp_path, form, filters):
    """As the command line asks: nobody has counted the sessions before the first is written."""
    path = tmp_path / "out"
    result = run("--format", form, "--out", path, *next(iter(filters.items())))

    assert result.exit_code == 0
    assert path.stat().st_size > 0


@pytest.mark.parametrize("name", FIELDS)
def test_every_filter_is_an_option(name):
    """A new filter is one without being named."""
    found = command.options_of([f"--{name}", "x", f"--{name.replace('_', '-')}=y"])

    assert {name: ["x", "y"]} == found
    assert f"--{name}" in command.EPILOG


def test_the_filters_of_a_link_are_taken_and_the_rest_of_it_left():
    link = "http://127.0.0.1:8501/analytics?channel=phone&q=a%2Cb&page=3~ab&interval=day&size=25"

    assert Filters(channel=(Channel.PHONE,), q="a,b") == command.read(link, [])
    assert Filters(channel=(Channel.SIP,), q="a,b") == command.read(link, ["--channel", "sip"])


@pytest.mark.parametrize("words", [["--chanel", "web"], ["channel=web"], ["--channel", "fax"]])
def test_what_cannot_be_is_said(words):
    with pytest.raises(FilterError):
        command.read("", words)


def test_a_file_that_breaks_off_leaves_nothing(small, tmp_path, monkeypatch):
    before = tmp_path / "out.ndjson"
    before.write_text("as it was")

    def fail(*_):
        yield b"{"
        raise FilterError("It broke.")

    from dataclasses import replace

    monkeypatch.setitem(FORMATS, "ndjson", replace(FORMATS["ndjson"], write=fail))
    with pytest.raises(FilterError):
        run("--format", "ndjson", "--out", before)

    assert ["out.ndjson"] == [path.name for path in tmp_path.glob("out*")]
    assert before.read_text() == "as it was"


def test_standard_output_holds_the_file_alone(small):
    result = run("--format", "ndjson", "--out", "-", "--status", "failed")
    lines = [json.loads(line) for line in result.stdout.splitlines()]

    assert {"failed"} == {line["status"] for line in lines}
