"""Alerts by the command line, beside a server that hears of them."""

import pytest

from alerts.desk import Desk
from settings import Settings
from tests.cli.test_cli import parley  # noqa: F401  a fixture
from tests.lake.lakes import batch, write


@pytest.fixture
def desk(tmp_path):
    return Desk(Settings(state=tmp_path / "state"))


@pytest.fixture
def alert(parley):  # noqa: F811
    return lambda *arguments, **given: parley("alert", *arguments, **given)


def test_an_alert_is_made_listed_and_removed(alert, desk):
    done = alert("add", "Fail <b>", "failure_rate", "above", "0.05", "--window", "6h", "--channel",
                 "web", "--status=failed", "--metadata", "plan=a b", "--least", "9")  # fmt: skip
    assert done.returncode == 0, done.stderr
    (found,) = desk.listed()
    assert found.alert_id in done.stdout
    assert (found.made_by, found.rule.name, found.rule.least) == ("the command line", "Fail <b>", 9)
    assert found.rule.filter == "channel=web&status=failed&metadata=plan%3Da+b"

    listed = "".join(alert("list").stdout.split())
    for word in (found.alert_id, "Fail<b>", "waiting", "5.0%"):
        assert word in listed
    assert alert("remove", found.alert_id).returncode == 0
    assert desk.listed() == []
    assert "no such alert" in alert("test", found.alert_id).stderr


def test_a_link_gives_its_filters_and_not_its_range(alert, desk):
    link = "http://127.0.0.1:8501/?range=7d&channel=phone&page=2"
    assert alert("add", "Calls", "sessions", "down", "0.5", "--link", link).returncode == 0

    assert desk.listed()[0].rule.filter == "channel=phone"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(("add", "x", "happiness", "above", "1"), "happiness"),
     (("add", "x", "sessions", "above", "1", "--range", "7d"), "range")],
)  # fmt: skip
def test_what_cannot_be_is_a_sentence(alert, arguments, words):
    done = alert(*arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_test_tells_when_it_would_have_fired(alert, desk, tmp_path):
    here = {"PARLEY_DATA": str(tmp_path / "lake"), "PARLEY_NOW": "2026-09-20T12:00:00Z"}
    write(Settings(data=tmp_path / "lake", state=tmp_path / "writer", demo="off"), batch(range(20)))
    alert("add", "Any", "sessions", "above", "0", "--window", "7d", **here)
    alert("add", "None", "failed", "above", "0", "--window", "7d", **here)
    none, some = desk.listed()
    fires = alert("test", some.alert_id, **here)
    assert fires.returncode == 1
    assert "fired once" in fires.stdout
    assert "until now" in fires.stdout
    quiet = alert("test", none.alert_id, **here)

    assert quiet.returncode == 0
    assert "fired 0 times" in quiet.stdout
