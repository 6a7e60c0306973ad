"""Deliberate damage to each file of a small lake in turn: the rest is shown, and the reason.

No number may be silently wrong: either all rows answer, or the lake says that it is incomplete
and exactly the rows of the damaged file are gone.
"""

import shutil
from datetime import datetime

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from errors import DamagedFileError, DamagedPeriodError
from lake import cold, standing
from lake.reading import Reading
from lake.writer import discard_damaged
from settings import Settings
from tests.lake.lakes import batch, ids, opened, settle, write


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def zero(path):
    path.write_bytes(bytes(path.stat().st_size))


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def delete(path):
    path.unlink()


def replace_by_foreign(path):
    pq.write_table(pa.table({"session_id": ["strange"], "other": [1]}), path)


DAMAGES = (truncate, zero, flip, delete, replace_by_foreign)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A lake of three periods and two commits; its settings are copied for each test."""
    folder = tmp_path_factory.mktemp("whole")
    settings = Settings(data=folder / "lake", state=folder / "state", demo="off", memory_mb=512)
    write(settings, batch(range(30)))
    write(settings, batch(range(30, 50)))
    return settings


@pytest.fixture
def copied(whole, own_settings):
    """A fresh copy of the lake, to be damaged."""
    shutil.copytree(whole.data, own_settings.data)
    return own_settings


def files_of(settings):
    """Return every file of a lake, below its folder, without those that a commit replaced."""
    live = cold.read(settings.data.resolve()).files
    names = {file.path.rsplit("/", 1)[1] for files in live.values() for file in files}
    return sorted(
        path.relative_to(settings.data).as_posix()
        for path in settings.data.rglob("*")
        if path.is_file()
        and not path.name.startswith(".")
        and (path.name in names or path.suffix != ".parquet")
    )


def rows_of(state, table, name):
    """Return the session ids that the files of a table hold, without the file `name`."""
    paths = [file.path for file in state.files[table] if not file.path.endswith(name)]
    rows = duckdb.sql(f"select session_id from read_parquet({paths})").fetchall()
    return sorted(row[0] for row in rows)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_no_damaged_file_makes_a_number_silently_wrong(whole, own_settings, damage):
    """Loops over the files of the lake, so that a new kind of file is damaged as well."""
    names = files_of(whole)
    assert len(names) > 15
    for name in names:
        shutil.rmtree(own_settings.data, ignore_errors=True)
        shutil.copytree(whole.data, own_settings.data)
        state = cold.read(whole.data.resolve())
        expected = {table: rows_of(state, table, name) for table in state.files}
        damage(own_settings.data / name)
        with opened(own_settings) as lake:
            settle(lake, lambda p, name=name: any(i.path.endswith(name) for i in p.set_aside))
            with lake.lease() as publication:
                item = next(i for i in publication.set_aside if i.path.endswith(name))
                assert item.reason
                assert publication.complete is not name.endswith(".parquet")
                for table, rows in expected.items():
                    assert rows == ids(publication, table), (name, table)


def test_the_index_built_after_damage_has_the_rows_that_are_left(copied):
    file = cold.read(copied.data.resolve()).files["sessions"][0]
    zero(copied.data / "sessions" / file.path.split("/sessions/")[1])
    with opened(copied) as lake:
        settle(lake)
        with lake.lease() as publication:
            assert 50 - file.rows == len(ids(publication))
            assert not publication.complete


@pytest.mark.parametrize("table", ["sessions", "events"])
def test_damage_behind_a_built_index_is_found_after_the_start(copied, table):
    with opened(copied) as lake:
        settle(lake)
    file = cold.read(copied.data.resolve()).files[table][0]
    flip(copied.data / table / file.path.split(f"/{table}/")[1])

    with opened(copied) as lake:
        settle(lake, lambda p: [file.path] == [item.path for item in p.set_aside])
        settle(lake)  # on what is left
        with lake.lease() as publication:
            assert 50 - (file.rows if table == "sessions" else 0) == len(ids(publication))


def test_files_that_answer_since_the_index_cannot_be_opened_have_been_checked(copied):
    with opened(copied) as lake:
        settle(lake)
    file = cold.read(copied.data.resolve()).files["sessions"][0]
    flip(copied.data / "sessions" / file.path.split("/sessions/")[1])
    (path,) = copied.index.glob("*.duckdb")
    zero(path)
    shown = standing.opened(copied, cold.read(copied.data.resolve()), list, is_demo=False)
    shown.instance.retire()
    assert ("parquet", [file.path]) == (shown.kind, [item.path for item in shown.set_aside])


def test_no_export_reads_a_sessions_file_that_has_not_been_checked(copied):
    with opened(copied) as lake:
        settle(lake)
    file = cold.read(copied.data.resolve()).files["sessions"][0]
    flip(copied.data / "sessions" / file.path.split("/sessions/")[1])
    state, reported = cold.read(copied.data.resolve()), []
    shown = standing.opened(copied, state, lambda: reported.append(True), is_demo=False)
    with pytest.raises(DamagedFileError, match="its bytes have changed"):
        Reading(copied, shown)
    shown.instance.retire()
    assert ("index", [True]) == (shown.kind, reported)


def test_a_transcript_in_a_damaged_file_is_refused_before_it_is_read(copied):
    with opened(copied) as lake:
        settle(lake)
        state = cold.read(copied.data.resolve())
        file = next(f for f in state.files["messages"] if f.period == "2026-10")
        flip(copied.data / "messages" / file.path.split("/messages/")[1])
        with lake.lease() as publication:
            with pytest.raises(DamagedFileError):
                publication.trust("messages", datetime(2026, 10, 2))  # noqa: DTZ001  naive UTC
            publication.trust("messages", datetime(2026, 9, 2))  # noqa: DTZ001  naive UTC


def test_damage_that_happens_while_serving_is_noticed(copied):
    with opened(copied) as lake:
        settle(lake)
        state = cold.read(copied.data.resolve())
        delete(copied.data / "events" / state.files["events"][0].path.split("/events/")[1])
        settle(lake, lambda publication: not publication.complete)


def test_an_import_never_overwrites_what_a_damaged_file_may_still_hold(copied):
    state = cold.read(copied.data.resolve())
    file = next(f for f in state.files["messages"] if f.period == "2026-09")
    flip(copied.data / "messages" / file.path.split("/messages/")[1])

    with pytest.raises(DamagedPeriodError, match=file.digest):
        write(copied, batch([2], mark="new"))
    assert 1 == write(copied, batch([35], mark="new")).replaced  # another period goes on


def test_a_damaged_file_can_be_given_up(copied):
    state = cold.read(copied.data.resolve())
    file = next(f for f in state.files["sessions"] if f.period == "2026-09")
    flip(copied.data / "sessions" / file.path.split("/sessions/")[1])

    assert (file.path,) == discard_damaged(copied, copied.data.resolve())
    assert 1 == len(list((copied.state / "quarantine").iterdir()))
    assert 27 == write(copied, batch(range(1, 30))).added
    with opened(copied) as lake, lake.lease() as publication:
        assert publication.complete
        assert 49 == len(set(ids(publication)) - {"s0"})


def test_a_lake_is_mended_by_the_next_import_when_its_manifest_is_gone(copied):
    delete(copied.data / "manifest.json")
    write(copied, batch([100]))

    assert () == cold.read(copied.data.resolve()).set_aside
