"""Writing: what a commit does to a lake, and what a killed or refused one leaves behind."""

import errno
import json
import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable

from errors import LakeError, ReadOnlyLakeError, WriterBusyError
from lake import cold, delta, manifest
from lake.files import TABLES, sha256
from lake.kinds import newest_version
from lake.refusals import NotWrittenError
from lake.writer import Writer
from tests.lake.lakes import batch, ids, opened, write


def test_a_commit_counts_what_is_new_changed_and_the_same(own_settings):
    write(own_settings, batch(range(100)))
    result = write(own_settings, batch(range(90, 110)), batch([5], mark="!"))

    assert (10, 1, 10) == (result.added, result.replaced, result.unchanged)


def test_writing_the_same_again_makes_no_commit(own_settings):
    first = write(own_settings, batch(range(50)))
    second = write(own_settings, batch(range(50)))

    assert first.version == second.version
    assert 50 == second.unchanged


def test_the_last_of_a_repeated_session_wins_with_its_messages(own_settings):
    result = write(own_settings, batch([1, 2]), batch([2], mark="later"))

    assert 1 == result.duplicates
    with opened(own_settings) as lake, lake.lease() as publication:
        rows = publication.cursor().execute(
            "select content from messages where session_id = 's2' order by seq"
        )
        assert [("user s2 later",), ("agent s2 later",)] == rows.fetchall()


def test_a_session_that_moves_to_another_month_leaves_the_old_one(own_settings):
    write(own_settings, batch(range(1, 9)))
    moved = datetime(2026, 12, 1, tzinfo=UTC)
    write(own_settings, batch([3], mark="moved", first=moved))

    with opened(own_settings) as lake, lake.lease() as publication:
        assert [f"s{n}" for n in range(1, 9)] == ids(publication)
        assert 2 == ids(publication, "messages").count("s3")


def test_months_of_older_years_lie_in_one_period(own_settings):
    old = datetime(2019, 1, 1, tzinfo=UTC)
    write(own_settings, batch(range(1, 9), first=old, hours=24 * 45))

    assert ["2019"] == sorted({f.period for f in cold.read(own_settings.data).files["sessions"]})


def test_leaving_without_commit_changes_nothing(own_settings):
    write(own_settings, batch(range(5)))
    with Writer(own_settings) as writer:
        writer.add(batch(range(100, 200)))

    assert not (own_settings.data / ".staging").exists()
    with opened(own_settings) as lake, lake.lease() as publication:
        assert 5 == len(ids(publication))


def test_replace_all_forgets_what_was_there(own_settings):
    write(own_settings, batch(range(50)))
    write(own_settings, batch(range(100, 103)), replace_all=True)

    with opened(own_settings) as lake, lake.lease() as publication:
        assert ["s100", "s101", "s102"] == ids(publication)


def test_files_are_sorted_and_named_by_their_bytes(own_settings):
    write(own_settings, batch(range(1, 60)))
    state = cold.read(own_settings.data)

    for table, order in (
        ("sessions", "-epoch(started_at), session_id"),
        ("messages", "session_started_at, session_id, seq"),
    ):
        for file in state.files[table]:
            rows = duckdb.sql(f"select session_id from read_parquet('{file.path}')").fetchall()
            ordered = duckdb.sql(
                f"select session_id from read_parquet('{file.path}') order by {order}"
            )
            assert ordered.fetchall() == rows
            assert file.digest == sha256(Path(file.path))


def test_other_delta_readers_see_the_same_rows(own_settings):
    write(own_settings, batch(range(1, 60)))
    table = DeltaTable(str(own_settings.data / "sessions")).to_pyarrow_table()

    assert sorted(table["session_id"].to_pylist()) == sorted(f"s{n}" for n in range(1, 60))
    assert {"2026-09", "2026-10", "none"} == set(table["period"].to_pylist())


def test_the_sessions_commit_names_the_versions_that_belong_to_it(own_settings):
    write(own_settings, batch(range(5)))
    write(own_settings, batch(range(5, 9)))
    told = delta.read(own_settings.data.resolve())
    held = manifest.load(own_settings.data.resolve())

    assert held.versions == told.versions
    assert held.files == told.files


def test_an_import_killed_between_its_commits_is_not_seen_and_is_put_right(own_settings):
    """The messages commit is there, the sessions commit is not."""
    write(own_settings, batch(range(1, 5)))
    folder = own_settings.data.resolve()
    before = cold.read(folder)
    write(own_settings, batch([2], mark="torn"))
    torn = DeltaTable(str(folder / "sessions"))
    newest = folder / "sessions/_delta_log" / f"{torn.version():020d}.json"
    newest.unlink()
    manifest.save(folder, before.manifest)

    with opened(own_settings) as lake, lake.lease() as publication:
        content = publication.cursor().execute("select content from messages").fetchall()
        assert not [row for row in content if "torn" in row[0]]
    assert 1 == write(own_settings, batch([2], mark="again")).replaced
    assert () == cold.read(folder).set_aside


def _hold(settings, ready, done):
    with Writer(settings):
        ready.set()
        done.wait(20)


def test_a_second_writer_is_told_who_is_writing(own_settings):
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    holder = spawn.Process(target=_hold, args=(own_settings, ready, done))
    holder.start()
    try:
        assert ready.wait(20)
        with pytest.raises(WriterBusyError, match=f"process {holder.pid}"), Writer(own_settings):
            pass
    finally:
        done.set()
        holder.join()


def test_a_plain_folder_is_never_written(own_settings):
    folder = own_settings.data / "sessions"
    folder.mkdir(parents=True)
    (folder / "a.parquet").write_bytes(b"PAR1")

    with pytest.raises(ReadOnlyLakeError), Writer(own_settings):
        pass


def test_a_folder_of_other_things_is_refused(own_settings):
    own_settings.data.mkdir(parents=True)
    (own_settings.data / "holiday.jpg").write_bytes(b"")

    with pytest.raises(LakeError, match=r"holiday\.jpg"), Writer(own_settings):
        pass


def test_the_manifest_is_readable_json(own_settings):
    write(own_settings, batch(range(5)))

    assert 0 == json.loads((own_settings.data / manifest.NAME).read_text())["journal_position"]


def test_what_was_replaced_is_deleted_after_a_day_and_the_lake_is_as_whole_as_before(
    own_settings, monkeypatch
):
    """Deleting is no commit: the newest one is that which the manifest knows."""
    write(own_settings, batch(range(1, 20)))
    write(own_settings, batch(range(5, 8), mark="x"))
    monkeypatch.setattr(delta, "KEPT_HOURS", 0)
    write(own_settings, batch(range(5, 8), mark="y"))
    state = cold.read(own_settings.data.resolve())

    assert state.set_aside == ()
    for table in TABLES:
        stored = {str(path) for path in (state.folder / table).glob("**/*.parquet")}
        assert stored == {file.path for file in state.files[table]}
        assert newest_version(state.folder, table) == state.manifest.versions[table]


def test_a_commit_of_another_program_that_changes_nothing_hides_nothing(own_settings):
    write(own_settings, batch(range(1, 20)))
    write(own_settings, batch(range(5, 8), mark="x"))
    before = cold.read(own_settings.data.resolve())
    for table in TABLES:
        DeltaTable(str(before.folder / table)).vacuum(
            0, dry_run=False, enforce_retention_duration=False
        )
    for _ in range(2):
        state = cold.read(before.folder)
        assert state.files == before.files
        assert not any(item.is_data for item in state.set_aside)
        (before.folder / manifest.NAME).unlink(missing_ok=True)  # then the log alone tells
    assert 17 == write(own_settings, batch(range(1, 18), mark="z")).replaced


def test_what_cannot_be_staged_to_its_end_is_told(own_settings, monkeypatch):
    """A thread writes it, whose failure must not be its own."""

    def fail(_writer):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pq.ParquetWriter, "close", fail)
    with pytest.raises(NotWrittenError, match="No space"):
        write(own_settings, batch([1]))
