from datetime import timedelta

import pyarrow.parquet as pq
import pytest

from errors import LakeError
from ingest.demo import anchor
from ingest.demo.parameters import Parameters
from lake import cold
from lake.kinds import Kind
from lake.lock import Lock
from settings import Settings
from tests.demo.conftest import END, ZONE

PARAMETERS = Parameters(sessions=40, days=20, seed=3, end=END, zone=ZONE)


@pytest.fixture
def at(tmp_path):
    """Settings whose clock stands at a moment."""
    return lambda moment: Settings(
        data=tmp_path / "lake", state=tmp_path / "state", now=moment, zone=ZONE, memory_mb=512
    )


@pytest.fixture
def folder(tmp_path, at):
    """A demo lake that ends at END."""
    anchor.make(at(END), tmp_path / "demo", PARAMETERS)
    return tmp_path / "demo"


def ids(folder):
    files = cold.read(folder).files["sessions"]
    return sorted(
        row for file in files for row in pq.read_table(file.path)["session_id"].to_pylist()
    )


def test_a_demo_lake_is_whole_and_described(folder):
    state = cold.read(folder)
    made = anchor.described(folder)

    assert state.kind is Kind.DELTA
    assert 40 == sum(file.rows for file in state.files["sessions"]) == len(ids(folder))
    assert dict(PARAMETERS).items() <= dict(made).items()
    assert folder.parent / "demo.json" == anchor.description(folder)


def test_what_ends_about_now_stays(folder, at):
    before = cold.read(folder).name

    assert not anchor.refresh(at(END + timedelta(minutes=9)), folder)
    assert before == cold.read(folder).name


@pytest.mark.parametrize("passed", [timedelta(minutes=11), timedelta(days=3), -timedelta(days=3)])
def test_what_ended_earlier_or_later_is_made_anew(folder, at, passed):
    before = ids(folder)

    assert anchor.refresh(at(END + passed), folder)
    assert before == ids(folder)
    assert END + passed == anchor.described(folder).end
    assert not anchor.refresh(at(END + passed), folder)


@pytest.fixture
def asked(monkeypatch):
    """The parameters that sample data was asked for."""
    found = []
    monkeypatch.setattr(anchor, "make", lambda *arguments: found.append(arguments[2]))
    return found


def test_a_missing_lake_is_made_with_the_defaults(tmp_path, at, asked):
    assert anchor.refresh(at(END), tmp_path / "demo")
    assert [Parameters(end=END, zone=ZONE)] == asked


@pytest.mark.parametrize("text", ["", "{}", '{"sessions": "many"}'])
def test_a_lake_without_a_description_is_made_anew(folder, at, asked, text):
    anchor.description(folder).write_text(text)

    assert anchor.refresh(at(END), folder)
    assert [Parameters(end=END, zone=ZONE)] == asked


def test_a_large_lake_keeps_its_times(folder, at, asked, monkeypatch):
    monkeypatch.setattr(anchor, "MOST_MOVED", 39)

    assert not anchor.refresh(at(END + timedelta(days=1)), folder)
    assert [] == asked


def test_two_servers_do_not_quarrel(folder, at):
    with Lock(folder / ".lock", "The lake"):
        assert not anchor.refresh(at(END + timedelta(days=1)), folder)


def test_real_conversations_are_never_replaced(folder, at, tmp_path):
    anchor.refuse_foreign(tmp_path / "nothing")
    anchor.refuse_foreign(folder)
    made = anchor.described(folder)
    anchor.description(folder).write_text(
        made.model_copy(update={"version": made.version + 1}).model_dump_json()
    )
    with pytest.raises(LakeError, match="not only sample data"):
        anchor.refuse_foreign(folder)
    anchor.description(folder).unlink()
    with pytest.raises(LakeError, match="not only sample data"):
        anchor.refuse_foreign(folder)
