"""The command line as a person types it: real processes, exit codes, sentences."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from lake import cold, index
from settings import Settings
from tests.lake.lakes import batch, write

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture
def parley(tmp_path):
    """Run a command line with folders of its own; returns the finished process."""

    def run(*arguments, **variables):
        environment = {
            "PATH": os.environ["PATH"], "PARLEY_DATA": str(tmp_path / "lake"),
            "PARLEY_STATE": str(tmp_path / "state"), "COLUMNS": "200", "PORT": "0", **variables,
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-W", "error", "-m", "cli", *arguments],
            cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    return run


def test_doctor_names_every_setting_and_where_it_came_from(parley):
    done = parley("doctor", PARLEY_ZONE="Asia/Kathmandu")

    assert 0 == done.returncode, done.stdout + done.stderr
    for name in Settings.model_fields:
        assert ("PORT" if name == "port" else f"PARLEY_{name.upper()}") in done.stdout
    zone = next(line for line in done.stdout.splitlines() if "PARLEY_ZONE" in line)
    assert "Asia/Kathmandu" in zone
    assert "environment" in zone


def test_doctor_finds_a_damaged_file_and_says_what_to_do(parley, tmp_path):
    write(Settings(data=tmp_path / "lake", state=tmp_path / "state"), batch(range(9)))
    path = next((tmp_path / "lake/messages").rglob("*.parquet"))
    path.write_bytes(bytes(path.stat().st_size))

    done = parley("doctor")
    assert 1 == done.returncode
    assert path.name in done.stdout
    assert "doctor --discard" in done.stdout
    assert 0 == parley("doctor", "--discard").returncode


def test_doctor_looks_at_each_cell_that_the_index_has_counted(parley, tmp_path):
    own = Settings(data=tmp_path / "lake", state=tmp_path / "state", cube_sessions=1)
    write(own, batch(range(9)))
    state = cold.read(own.data.resolve())
    index.build(own, state, lambda _: None)

    fine = parley("doctor", "--deep", PARLEY_CUBE_SESSIONS="1")
    assert (0, True) == (fine.returncode, "Cubes: as the sessions" in fine.stdout)
    with duckdb.connect(str(index.path_of(own, state))) as connection:
        connection.execute("update hours set messages = messages + 1 where rowid = 0")
    wrong = parley("doctor", "--deep", PARLEY_CUBE_SESSIONS="1")
    assert (1, True) == (wrong.returncode, "2 cells differ" in wrong.stdout)


def test_doctor_says_that_the_port_is_taken(parley):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = parley("doctor", PORT=str(taken.getsockname()[1]))

    assert 1 == done.returncode
    assert "Cannot listen on" in done.stdout


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"PARLEY_HOST": "0.0.0.0"}, "loopback only"),  # noqa: S104  that it is refused
        ({"PARLEY_ZONE": "Mars/Olympus"}, "PARLEY_ZONE"),
        ({"PARLEY_DATA": str(ROOT / "docs")}, "no sessions"),
    ],
)
def test_serve_refuses_with_a_sentence_and_an_advice(parley, variables, sentence):
    done = parley("serve", **variables)

    assert 2 == done.returncode
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) >= 2


def test_every_command_explains_itself(parley):
    listed = parley("--help")

    assert 0 == listed.returncode
    for command in ("serve", "import", "formats", "demo", "doctor"):
        assert command in listed.stdout
        assert 0 == parley(command, "--help").returncode
