"""Serving: what is published, when, and from where."""

import errno

import duckdb
import pytest

from errors import NotReadyError, WriterBusyError
from lake import building, cold, compactor, index, returns
from lake.checking import Hourly, deep
from lake.serving import Lake
from tests.api.serving import wait_until
from tests.lake.lakes import batch, ids, opened, settle, write
from tests.lake.test_live import NOW, accept, conversation

# `session_no` and `pair` stand for a session and a pair, and are of another kind in the index.
QUESTIONS = (
    "select * exclude (session_no) from sessions order by session_id",
    "select * exclude (session_no, pair) from pairs order by all",
    (
        "select s.session_id, nth, key, value from pairs join sessions s using (session_no) "
        "order by all"
    ),
    "select * from ids order by session_id",
    "select * exclude (session_started_at_stored, sent_at_stored) from messages order by all",
    "select * exclude (session_started_at_stored, at_stored) from events order by all",
)


def test_index_and_parquet_answer_the_same(own_settings):
    write(own_settings, batch(range(50)))
    state = cold.read(own_settings.data.resolve())
    index.build(own_settings, state, lambda _: None)
    parquet, native = index.over_parquet(own_settings, state), index.open_built(own_settings, state)

    for question in QUESTIONS:
        columns = parquet.cursor().sql(question).columns
        assert columns == native.cursor().sql(question).columns
        expected = parquet.cursor().execute(question).fetchall()
        assert expected == native.cursor().execute(question).fetchall()
        assert expected
    parquet.retire()
    native.retire()


def test_parquet_answers_until_the_index_takes_over_under_the_same_name(own_settings):
    write(own_settings, batch(range(50)))
    with opened(own_settings) as lake:
        before = lake.publication_name()
        with lake.lease() as publication:
            assert 50 == len(ids(publication))
        settle(lake)
        with lake.lease() as publication:
            assert (before, 50) == (publication.name, len(ids(publication)))


def test_an_index_whose_cubes_do_not_fit_is_built_again(own_settings):
    own = own_settings.model_copy(update={"cube_sessions": 1})
    write(own, batch(range(50)))
    state = cold.read(own.data.resolve())
    index.build(own, state, lambda _: None)
    with duckdb.connect(str(index.path_of(own, state))) as connection:
        connection.execute("update hours set n = n + 1 where rowid = 0")
    lake = opened(own)
    lake._hourly = Hourly(seconds=0)

    def is_mended(publication):
        if publication.kind != "index":
            return False
        wrong, right = (
            publication.instance.cursor().execute(f"select sum({what}) from {table}").fetchall()
            for what, table in (("n", "hours"), ("1", "sessions"))
        )
        return wrong == right

    with lake:
        settle(lake, is_mended)
    assert deep(own, own.data.resolve()) == 0


def test_a_built_index_is_used_at_the_next_start(own_settings):
    write(own_settings, batch(range(50)))
    with opened(own_settings) as lake:
        settle(lake)
    with opened(own_settings) as lake, lake.lease() as publication:
        assert "index" == publication.kind


@pytest.mark.parametrize(
    "content", [b"", b"garbage" * 1000, None], ids=["empty", "foreign", "other"]
)
def test_an_index_that_is_not_whole_is_built_again(own_settings, content):
    write(own_settings, batch(range(50)))
    state = cold.read(own_settings.data.resolve())
    path = index.path_of(own_settings, state)
    path.parent.mkdir(parents=True)
    if content is None:
        duckdb.connect(str(path)).execute("create table other (a integer)").close()
    else:
        path.write_bytes(content)
    with opened(own_settings) as lake:
        settle(lake)
        with lake.lease() as publication:
            assert 50 == len(ids(publication))


def test_a_bit_flipped_in_the_index_never_gives_other_rows(own_settings):
    """DuckDB checks its blocks; what it refuses is built again at the next start."""
    write(own_settings, batch(range(50)))
    state = cold.read(own_settings.data.resolve())
    index.build(own_settings, state, lambda _: None)
    path = index.path_of(own_settings, state)
    data = bytearray(path.read_bytes())
    data[12 + 8] ^= 1
    path.write_bytes(data)
    with opened(own_settings) as lake:
        settle(lake)
        with lake.lease() as publication:
            assert 50 == len(ids(publication))


def test_an_import_of_another_process_is_published(own_settings):
    write(own_settings, batch(range(5)))
    with opened(own_settings) as lake:
        name = lake.publication_name()
        write(own_settings, batch(range(5, 9)))
        settle(lake, lambda publication: publication.name != name)
        with lake.lease() as publication:
            assert 9 == len(ids(publication))


def test_a_reader_keeps_its_publication_while_newer_ones_come(own_settings):
    write(own_settings, batch(range(5)))
    with opened(own_settings) as lake:
        settle(lake)
        with lake.lease() as held:
            for number in range(5, 8):
                name = lake.publication_name()
                write(own_settings, batch([number]))
                settle(lake, lambda p, name=name: p.name != name and p.kind == "index")
            assert 5 == len(ids(held))
            assert 10 == len(ids(held, "messages"))


def test_an_empty_folder_answers_with_nothing(own_settings):
    with opened(own_settings) as lake, lake.lease() as publication:
        assert [] == ids(publication)
        assert [] == ids(publication, "messages")
        assert publication.is_empty


def test_a_second_server_on_the_same_state_is_refused(own_settings):
    with opened(own_settings), pytest.raises(WriterBusyError, match="state"):
        Lake(own_settings).start()


def test_nothing_answers_before_the_start(own_settings):
    with pytest.raises(NotReadyError), Lake(own_settings).lease():
        pass


def test_no_instance_can_leave_its_folders(own_settings, tmp_path):
    write(own_settings, batch(range(5)))
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n")
    with opened(own_settings) as lake:
        for kind in ("parquet", "index"):
            settle(lake, lambda p, kind=kind: p.kind in {kind, "index"})
            with lake.lease() as publication:
                for attempt in (
                    f"select * from read_csv('{outside}')",
                    f"copy (select 1) to '{tmp_path}/made.csv'",
                    f"attach '{tmp_path}/other.duckdb'",
                    "install httpfs",
                    "set enable_external_access = true",
                    "set memory_limit = '64GB'",
                ):
                    with pytest.raises(duckdb.Error):
                        publication.cursor().execute(attempt)


def test_an_index_that_cannot_be_built_is_tried_again_after_a_while_and_not_without_a_pause(
    own_settings, monkeypatch
):
    """Else a full disk would have a million sessions sorted again every second."""
    tried = []
    real = index.build

    def build(*given, **named):
        tried.append(given)
        real(*given, **named)

    monkeypatch.setattr(index, "build", build)
    write(own_settings, batch(range(50)))
    own_settings.index.write_text("in the way")
    with opened(own_settings) as lake:
        wait_until(lambda: tried)
        for number in range(50, 53):
            write(own_settings, batch([number]))
            settle(lake, lambda publication, all_=number + 1: len(ids(publication)) == all_)
        assert len(tried) == 1
        own_settings.index.unlink()
        monkeypatch.setattr(building, "AGAIN_SECONDS", 0)
        settle(lake)


def test_what_has_moved_is_shown_although_its_index_cannot_be_built(own_settings):
    write(own_settings, batch(range(50)))
    with opened(own_settings) as lake:
        settle(lake)
        own_settings.index.rename(own_settings.index.with_name("before"))
        own_settings.index.write_text("in the way")
        accept(own_settings, conversation("live", 0, NOW))
        compactor.run(own_settings.model_copy(update={"seal_minutes": 0.0}))
        settle(lake, lambda publication: publication.cold_position > 0)
        with lake.lease() as publication:
            assert ("parquet", 51) == (publication.kind, len(ids(publication)))


def test_what_is_left_of_an_index_that_could_not_be_built_takes_no_room(own_settings, monkeypatch):
    write(own_settings, batch(range(50)))
    state = cold.read(own_settings.data.resolve())

    def fail(_connection):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(returns, "table", fail)
    with pytest.raises(OSError, match="No space"):
        index.build(own_settings, state, lambda _: None)
    assert [] == list(own_settings.index.iterdir())
