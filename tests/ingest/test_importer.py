"""An import into a real lake: what is in it afterwards, and what the report says."""

import gzip
import json
import zipfile
from datetime import timedelta

import deltalake
import pyarrow as pa
import pytest

from errors import WriterBusyError
from ingest import importer, registry
from ingest.report import Outcome
from lake.writer import Writer
from tests.ingest import imports
from tests.ingest.test_formats import GOLDEN

GOOD = [{"session_id": f"s{n}", "started_at": "2026-05-01T10:00:00Z"} for n in range(3)]


@pytest.fixture
def run(own_settings):
    """Import paths into the test's own lake."""

    def run(*paths, **given):
        return importer.run(paths, own_settings, given.pop("options", imports.OPTIONS), **given)

    return run


@pytest.fixture
def stored(own_settings):
    """Give a table of the lake."""

    def stored(table, settings=own_settings):
        delta = deltalake.DeltaTable(settings.data / table)
        return pa.table(delta.to_pyarrow_table())

    return stored


def written(path, content):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else imports.ndjson(content))
    return path


def changes(report):
    return report.added, report.replaced, report.unchanged, report.duplicates, report.rejected


def test_import_adds_then_leaves_then_replaces(tmp_path, run, stored):
    path = written(tmp_path / "a.ndjson", GOOD)

    assert (3, 0, 0, 0, 0) == changes(run(path))
    assert (0, 0, 3, 0, 0) == changes(run(path))
    written(path, [*GOOD[:1], GOOD[1] | {"user_id": "u"}, {"session_id": "new"}])
    assert (1, 1, 1, 0, 0) == changes(run(path))
    assert {"s0", "s1", "s2", "new"} == set(stored("sessions")["session_id"].to_pylist())


def test_later_record_of_the_same_session_counts(tmp_path, run, stored):
    once = {"session_id": "s", "messages": [{"sender": "user", "content": "first"}]}
    last = {"session_id": "s", "messages": [{"sender": "user", "content": "last"}]}
    report = run(written(tmp_path / "a.ndjson", [once, *GOOD, once, last]))

    assert (4, 0, 0, 2, 0) == changes(report)
    assert ["last"] == stored("messages")["content"].to_pylist()


def test_stored_tables_hold_what_the_file_says(tmp_path, run, stored):
    path = GOLDEN / "parley" / "sessions.ndjson"
    run(path)
    expected = imports.read(path).batch

    for name in ("sessions", "messages", "events"):
        table = getattr(expected, name)
        keys = [(key, "ascending") for key in ("session_id", "seq") if key in table.column_names]
        found = stored(name).select(table.column_names).cast(table.schema)
        assert table.sort_by(keys).to_pylist() == found.sort_by(keys).to_pylist()


def test_real_conversations_import_twice_with_nothing_changed(shared, run):
    folders = [shared / "realdata" / name for name in ("tau-bench", "star")]
    counted = json.loads((shared / "realdata" / "expected_counts.json").read_bytes())
    total = {
        key: sum(counted[folder.name]["total"][key] for folder in folders)
        for key in ("sessions", "messages", "events")
    }
    first, second = run(*folders), run(*folders)

    for report in (first, second):
        assert total == {key: getattr(report, key) for key in total}
        assert report.outcome is Outcome.ALL
    assert (total["sessions"], 0, 0, 0, 0) == changes(first)
    assert (0, 0, total["sessions"], 0, 0) == changes(second)
    assert {"LICENSE", "NOTICE.txt", "manifest.json", "LICENSE.txt"} == {
        name.rpartition("/")[2] for name in first.unrecognised
    }


def test_rejected_records_are_kept_and_the_others_load(tmp_path, own_settings, run):
    bad = b'{"session_id": "bad", "channel": "fax"}\n\xff\xfe\n'
    path = written(tmp_path / "my file.ndjson", imports.ndjson(GOOD) + bad)
    report = run(path)
    kept = [json.loads(line) for line in report.rejected_file.read_bytes().splitlines()]

    assert (3, 0, 0, 0, 2) == changes(report)
    assert report.outcome is Outcome.SOME
    assert own_settings.state / "rejected" == report.rejected_file.parent
    assert "20261122T120000Z-my_file.ndjson.ndjson" == report.rejected_file.name
    assert [(str(path), 4), (str(path), 5)] == [(told["file"], told["line"]) for told in kept]
    assert "Invalid enum value 'fax'" in kept[0]["reason"]
    assert bad.splitlines()[0].decode() == kept[0]["raw"]
    assert "\\xff\\xfe" == kept[1]["raw"]
    assert [told["reason"] for told in kept] == [told.reason for told in report.examples]


def test_corrected_rejections_can_be_imported_again(tmp_path, run):
    report = run(written(tmp_path / "a.ndjson", b'{"session_id": "bad", "channel": "fax"}\n'))
    raw = json.loads(report.rejected_file.read_bytes())["raw"].replace("fax", "sip")

    assert (1, 0, 0, 0, 0) == changes(run(written(tmp_path / "b.ndjson", raw.encode())))


def test_file_that_fails_leaves_the_others(tmp_path, run, stored):
    folder = tmp_path / "in"
    written(folder / "a.ndjson", GOOD[:1])
    whole = imports.ndjson([{"session_id": f"p{n}", "user_id": str(n) * 99} for n in range(9999)])
    written(folder / "b.gz", gzip.compress(whole)[:-20_000])
    written(folder / "c.ndjson", GOOD[2:])
    report = run(folder, tmp_path / "missing")
    broken, missing = report.failed

    assert report.outcome is Outcome.SOME
    assert {"s0", "s2"} < set(stored("sessions")["session_id"].to_pylist())
    assert "cannot be read" in broken.error
    assert 0 < broken.sessions < 9999
    assert report.added == broken.sessions + 2
    assert str(tmp_path / "missing") in missing.error


def test_archive_and_folder_list_what_no_format_recognises(tmp_path, run):
    folder = tmp_path / "in"
    written(folder / "README", b"words")
    with zipfile.ZipFile(folder / "x.zip", "w") as archive:
        archive.writestr("deep/a.txt", imports.ndjson(GOOD))
        archive.writestr("notes", "words")
    report = run(folder)

    assert (3, 0, 0, 0, 0) == changes(report)
    assert report.outcome is Outcome.ALL
    assert [f"{folder}/README", f"{folder}/x.zip:notes"] == report.unrecognised


@pytest.mark.parametrize("content", [b"", b"words\n", b"PK\x05\x06" + bytes(18)])
def test_named_file_without_a_known_format_is_a_failure(tmp_path, run, content):
    path = written(tmp_path / "file", content)
    report = run(path)

    assert [f"No format recognises {path}."] == [file.error for file in report.failed]
    assert report.outcome is Outcome.NOTHING


def test_named_format_reads_what_is_not_recognised(tmp_path, run):
    path = written(tmp_path / "file", b"words\n" * 20_000 + imports.ndjson(GOOD))
    report = run(path, only=registry.named("parley"))

    assert (3, 20_000) == (report.added, report.rejected)
    assert 100 == len(report.examples)
    assert 20_000 == len(report.rejected_file.read_bytes().splitlines())


def test_named_format_takes_its_suffixes_in_folders(tmp_path, run):
    folder = tmp_path / "in"
    written(folder / "README", b"words")
    written(folder / "a.jsonl.gz", gzip.compress(imports.ndjson(GOOD)))
    report = run(folder, only=registry.named("parley"))

    assert (3, 0, 0, 0, 0) == changes(report)
    assert [f"{folder}/README"] == report.unrecognised


def test_skewed_clocks_are_counted(tmp_path, run):
    late = GOOD[0] | {"session_id": "late", "ended_at": "2026-05-01T09:00:00Z"}

    assert 1 == run(written(tmp_path / "a.ndjson", [late, *GOOD])).clock_skew


def test_progress_ends_where_the_bytes_end(tmp_path, run):
    paths = [
        written(tmp_path / "a.ndjson", GOOD),
        written(tmp_path / "b.gz", gzip.compress(imports.ndjson([{"session_id": "x"}]))),
    ]
    told = []
    run(*paths, on_read=lambda what, done, total: told.append((what, done, total)))
    sizes = [path.stat().st_size for path in paths]

    assert [
        (f"Reading {paths[0]}", sizes[0], sum(sizes)),
        (f"Reading {paths[1]}", sum(sizes), sum(sizes)),
    ] == told


def test_second_writer_is_refused(tmp_path, own_settings, run):
    with Writer(own_settings), pytest.raises(WriterBusyError):
        run(written(tmp_path / "a.ndjson", GOOD))


def test_kept_time_of_change_is_that_of_the_first_import(tmp_path, own_settings, run, stored):
    """An unchanged session keeps its row, updated_at included."""
    path = written(tmp_path / "a.ndjson", GOOD)
    run(path)
    later = type(imports.OPTIONS)(now=imports.NOW + timedelta(days=1))
    run(path, options=later)

    assert {imports.NOW} == set(stored("sessions")["updated_at"].to_pylist())
