"""Every format, by its golden files and by what the real conversations hold."""

import json
from collections import Counter
from pathlib import Path

import pytest

from ingest import FORMATS, registry, source
from tests.ingest import imports

GOLDEN = Path(__file__).parent.parent / "golden"
EXPECTED = "expected.ndjson"
BESIDE = ("LICENSE", "NOTICE", EXPECTED)
REAL = {"tau_bench": "tau-bench", "star": "star"}


def inputs(name):
    return [path for path in sorted((GOLDEN / name).iterdir()) if not path.name.startswith(BESIDE)]


GIVEN = [(name, path) for name in FORMATS for path in inputs(name)]


@pytest.mark.parametrize("name", FORMATS)
def test_format_has_golden_files_and_a_place_in_the_docs(name):
    docs = (GOLDEN.parent.parent / "docs" / "formats.md").read_text(encoding="utf-8")

    assert inputs(name)
    assert f"`{name}`" in docs


@pytest.mark.parametrize("name", FORMATS)
def test_format_reads_its_golden_files_as_expected(name):
    """Written anew by hand: `python -m tests.ingest.golden`."""
    lines = [line for path in inputs(name) for line in imports.exported(imports.read(path).batch)]
    expected = (GOLDEN / name / EXPECTED).read_bytes().splitlines()

    assert [json.loads(line) for line in expected] == lines


@pytest.mark.parametrize(("name", "path"), GIVEN, ids=lambda value: getattr(value, "name", value))
def test_golden_file_is_recognised_by_its_format_alone(name, path):
    head = next(source.inside(path)).head

    assert [name] == [found.name for found in FORMATS.values() if found.recognises(head)]


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"{}", b"[]", b"[{}]", b"null", b"PK\x05", b"\xff\xfe{\x00", b"[" * 70_000],
)
def test_no_format_recognises_what_is_none(tmp_path, content):
    (tmp_path / "file.json").write_bytes(content)

    assert registry.recognised(next(source.inside(tmp_path / "file.json"))) is None


@pytest.mark.parametrize("name", FORMATS)
def test_golden_files_are_unchanged_when_read_as_parley(name, tmp_path):
    """Whatever was imported, exported and imported again is the same, hash included."""
    for path in inputs(name):
        first = imports.read(path).batch
        (tmp_path / "again.ndjson").write_bytes(imports.ndjson(imports.exported(first)))
        again = imports.read(tmp_path / "again.ndjson", name="parley").batch

        assert imports.exported(first) == imports.exported(again)
        assert hashes(first) == hashes(again)


def hashes(batch):
    columns = ("session_id", "content_hash", "event_kinds")
    return sorted(batch.sessions.select(columns).to_pylist(), key=lambda row: row["session_id"])


def counts(batch):
    times = [
        moment.isoformat()[:19]
        for column in ("started_at", "ended_at")
        for moment in batch.sessions[column].to_pylist()
        if moment is not None
    ]
    return {
        "sessions": batch.sessions.num_rows,
        "distinct_ids": len(set(batch.sessions["session_id"].to_pylist())),
        "messages": batch.messages.num_rows,
        "events": batch.events.num_rows,
        "by_sender": dict(Counter(batch.messages["sender"].to_pylist())),
        "by_status": dict(Counter(batch.sessions["status"].to_pylist())),
        "chars": sum(map(len, batch.messages["content"].to_pylist())),
        "timed_messages": sum(at is not None for at in batch.messages["sent_at"].to_pylist()),
        "first_ts": min(times, default=None),
        "last_ts": max(times, default=None),
    }


@pytest.mark.parametrize("name", REAL)
def test_real_files_hold_what_was_counted_in_them(name, shared):
    folder = shared / "realdata" / REAL[name]
    expected = json.loads((folder.parent / "expected_counts.json").read_bytes())[REAL[name]]
    wrong = {}
    for file, counted in expected["per_file"].items():
        read = imports.read(folder / file)
        assert [] == read.rejections
        found = counts(read.batch)
        if any(counted.get(key, value) != value for key, value in found.items()):
            wrong[file] = found

    assert {} == wrong
    assert expected["files"] == len(expected["per_file"])


def test_star_dialogue_without_events_has_no_start():
    session = imports.exported(imports.read(GOLDEN / "star" / "3569.json").batch)[0]

    assert session["started_at"] is None
    assert session["ended_at"] is None
    assert session["duration_ms"] is None


def test_star_dialogue_that_was_left_keeps_the_source_word():
    session = imports.exported(imports.read(GOLDEN / "star" / "4377.json").batch)[0]

    assert (session["status"], session["end_reason"]) == ("cancelled", "DisconnectDuringDialogue")


def test_tau_bench_turn_with_text_and_call_is_the_message_first():
    path = GOLDEN / "tau_bench" / "gpt-4o-airline.json"
    both = [
        (turn["content"], turn["tool_calls"][0]["function"]["name"])
        for run in json.loads(path.read_bytes())
        for turn in run["traj"]
        if turn["role"] == "assistant" and turn["content"] and turn.get("tool_calls")
    ]
    sessions = imports.exported(imports.read(path).batch)
    messages = {(s["session_id"], m["seq"]): m["content"] for s in sessions for m in s["messages"]}
    calls = {
        (s["session_id"], e["seq"]): e["name"]
        for s in sessions
        for e in s["events"]
        if e["kind"] == "tool_call"
    }
    followed = [(text, calls.get((id_, seq + 1))) for (id_, seq), text in messages.items()]

    assert both
    assert set(both) <= set(followed)
