"""A large file read by several processes gives what one process reads."""

import gzip
import json
import os
import signal
from multiprocessing import connection

import pytest

from errors import UnreadableSourceError
from ingest import FORMATS, importer, parallel, source
from ingest.parallel import Job, Reader, Readers
from tests.ingest import imports
from tests.ingest.test_importer import changes, written

LINES = [
    {"session_id": f"s{n % 900}", "messages": [{"sender": "user", "content": str(n)}]}
    for n in range(1000)
]
PATIENCE = 60  # a hang guard, in seconds
BAD = b"{\n" + b"x" * 5000 + b"\n"


@pytest.fixture
def small_blocks(monkeypatch):
    """Let every file be a large one of many blocks."""
    monkeypatch.setattr(parallel, "FROM_BYTES", 1)
    monkeypatch.setattr(parallel, "BLOCK_BYTES", 10_000)


@pytest.fixture
def path(tmp_path):
    content = imports.ndjson(LINES)
    return written(tmp_path / "a.ndjson", content[: len(content) // 2] + b"\n" + BAD + content)


def blocks(readers, path, options=imports.OPTIONS):
    for inside in source.inside(path):
        yield from readers.read(inside, "parley", options)


def test_several_processes_give_what_one_gives(tmp_path, path, own_settings, small_blocks):
    """Counts, rejections with their lines, and which of two records of a session counts."""
    found = []
    for threads in (1, 2):
        settings = own_settings.model_copy(
            update={"threads": threads, "data": tmp_path / f"lake{threads}"}
        )
        options = type(imports.OPTIONS)(now=imports.NOW, line_limit=4000)
        report = importer.run([path], settings, options)
        places = [(one.line, one.reason) for one in report.examples]
        found.append((changes(report), report.sessions, report.messages, places))

    assert found[0] == found[1]
    assert 3 == len(found[0][-1])
    assert 900 == found[0][0][0]


def test_what_came_before_a_break_is_read(tmp_path, small_blocks):
    content = gzip.compress(imports.ndjson(LINES), 1)
    path = written(tmp_path / "a.gz", content[:-1000])
    with Readers(2) as readers:
        found = blocks(readers, path)
        told = next(found).told.sessions

        assert 0 < told < 1000
        with pytest.raises(UnreadableSourceError, match="cannot be read"):
            list(found)


def begun_and_killed(readers, path):
    """Return the rest of the blocks of a file whose processes are killed after the first one."""
    found = blocks(readers, path)
    next(found)
    for reader in readers.running:
        os.kill(reader.process.pid, signal.SIGKILL)
    return found


def test_killed_process_fails_the_file_alone(path, small_blocks):
    with Readers(2) as readers:
        found = begun_and_killed(readers, path)
        with pytest.raises(UnreadableSourceError, match="was killed"):
            list(found)

        assert 2000 - 1 > sum(block.told.sessions for block in blocks(readers, path)) > 900


def test_half_a_block_of_a_killed_process_is_not_waited_for():
    """It dies while it writes more than a pipe holds."""
    line = json.dumps({"session_id": "s1", "external_id": "x" * 2**20}).encode()
    reader = Reader()
    reader._pipe.send(Job("parley", "a.ndjson", [(1, line)], imports.OPTIONS))
    assert connection.wait([reader._pipe], PATIENCE)
    reader.end()
    with pytest.raises((EOFError, OSError)):
        reader._pipe.recv()
    reader.close()


def test_a_process_that_fails_says_so(path, small_blocks):
    with Readers(2) as readers, pytest.raises(UnreadableSourceError, match="process failed"):
        list(readers.read(next(source.inside(path)), "no format", imports.OPTIONS))


def test_small_files_and_single_cores_need_no_processes(path, monkeypatch):
    inside = next(source.inside(path))

    assert not Readers(2).wants(inside)
    monkeypatch.setattr(parallel, "FROM_BYTES", 1)
    assert Readers(2).wants(inside)
    assert not Readers(1).wants(inside)


def test_block_is_read_as_its_format_says():
    pieces = [(7, b'{"session_id": "a"}'), (8, b"{")]
    block = parallel.read_block("parley", "given", pieces, imports.OPTIONS)

    assert (1, 1) == (block.told.sessions, block.told.rejected)
    assert ["a"] == block.batches[0].sessions["session_id"].to_pylist()
    assert [("given", 8)] == [(one.file, one.line) for one in block.rejections]


def test_only_formats_of_lines_are_read_so():
    assert ["parley"] == [name for name, found in FORMATS.items() if found.parse_line]
