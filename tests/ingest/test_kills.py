"""kill -9 at any moment of an import: the lake opens, old data is whole, the import repeats."""

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import IS_SOAK
from tests.lake.lakes import ids, opened

ROOT = Path(__file__).parent.parent.parent
KILLS = 60 if IS_SOAK else 5
SEED = 20261122


def lines(path, numbers, text):
    """Write a Parley NDJSON file of one session a number, over three months."""
    with path.open("w", encoding="utf-8") as stream:
        for number in numbers:
            start = f"2026-{9 + number % 3:02d}-{1 + number % 28:02d}T10:00:00Z"
            messages = [
                {
                    "seq": seq,
                    "sent_at": start,
                    "sender": "user",
                    "content": f"{text} {number} " * 20,
                }
                for seq in range(1, 9)
            ]
            session = {"session_id": f"k{number}", "started_at": start, "messages": messages}
            stream.write(json.dumps(session) + "\n")
    return path


def command(settings, path):
    return [
        sys.executable, "-m", "cli", "import", str(path), "--data", str(settings.data),
    ]  # fmt: skip


def environment(settings):
    return {
        "PATH": "/usr/bin:/bin", "PARLEY_STATE": str(settings.state), "PARLEY_MEMORY_MB": "512",
    }  # fmt: skip


def run(settings, path):
    return subprocess.run(
        command(settings, path),
        cwd=ROOT,
        env=environment(settings),
        capture_output=True,
        check=True,
    )


def contents(settings):
    """Return what the lake answers: session ids, and the text of one message of each."""
    with opened(settings) as lake, lake.lease() as publication:
        assert publication.complete, publication.set_aside
        rows = publication.cursor().execute("""
            select session_id, count(*), any_value(content[:3]) from messages group by all""")
        return ids(publication), sorted(rows.fetchall())


def variant(path, number):
    """Write the file of round `number`: it changes old sessions and brings new ones."""
    return lines(path, range(200, 3000), f"v{number:02d}")


def expected(number):
    """Return the contents after round `number` came through."""
    rows = [(f"k{n}", 8, "old" if n < 200 else f"v{number:02d}") for n in range(3000)]
    return sorted(row[0] for row in rows), sorted(rows)


@pytest.mark.soak
def test_an_import_killed_at_any_moment_leaves_the_lake_as_it_was_or_as_it_should_be(
    own_settings, tmp_path, counted
):
    run(own_settings, lines(tmp_path / "old.ndjson", range(300), "old"))
    started = time.monotonic()
    run(own_settings, variant(tmp_path / "first.ndjson", 0))
    whole = time.monotonic() - started
    state = contents(own_settings)
    assert expected(0) == state

    dice = random.Random(SEED)  # noqa: S311  moments, not secrets
    came_through = 0
    for number in range(1, KILLS + 1):
        path = variant(tmp_path / "killed.ndjson", number)
        process = subprocess.Popen(
            command(own_settings, path), cwd=ROOT, env=environment(own_settings),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        time.sleep(dice.uniform(0.2, 1.05) * whole)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = contents(own_settings)
        assert found in (state, expected(number))
        came_through += found != state
        state = found
    run(own_settings, variant(tmp_path / "last.ndjson", 99))
    assert expected(99) == contents(own_settings)
    counted(f"kills ({came_through} came through)", KILLS, seed=SEED)
