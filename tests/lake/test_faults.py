"""A disk that is full or broken at any file operation of the compactor: nothing is lost or torn.

The operations are those below the data and the state folder, of all libraries alike (`faults.c`).
After each fault readers see what they saw, and the next run does what this one could not.
"""

import errno
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from settings import ROOT, Settings
from tests.conftest import IS_SOAK
from tests.lake.lakes import batch, recalling, write
from tests.lake.test_compactor import left
from tests.lake.test_kills import shown
from tests.lake.test_live import NOW, accept, conversation, event
from tests.lake.whole import assert_whole

pytestmark = pytest.mark.soak

SPACE, EVERY = 1, 3  # operations that need room, and all
KILL = -1
TRIED = 3  # places of each kind in a test; in a soak every one
KILLS = 200 if IS_SOAK else 3
KINDS = {
    "the disk is full for a moment": (errno.ENOSPC, SPACE, 0),
    "the disk is full": (errno.ENOSPC, SPACE, 1),
    "the disk fails once": (errno.EIO, EVERY, 0),
    "the process is killed": (KILL, EVERY, 0),
}


class Compactor:
    """Runs of the compactor over copies of one lake, each with a fault at another place."""

    def __init__(self, process, kept, folder):
        self.process, self.kept, self.folder = process, kept, folder

    @property
    def settings(self):
        return Settings(
            data=self.folder / "lake", state=self.folder / "state", demo="off", zone="UTC",
            memory_mb=256, threads=1, seal_minutes=0,
        )  # fmt: skip

    def renew(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.copytree(self.kept, self.folder)

    def run(self, at=0, with_=0, kinds=EVERY, on=0):
        order = {
            "data": str(self.folder / "lake"), "state": str(self.folder / "state"),
            "folder": str(self.folder), "at": at, "with_": with_, "kinds": kinds, "on": on,
        }  # fmt: skip
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """The library that has operations fail."""
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler: faults come from a small library in C")
    built = tmp_path_factory.mktemp("faults") / "faults.so"
    source = ROOT / "tests/lake/faults.c"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", built, source, "-ldl"], check=True)
    return built


@pytest.fixture(scope="module")
def kept(library, tmp_path_factory):
    """A lake of which some was moved before, with more to move: new, late, and still going on."""
    folder = tmp_path_factory.mktemp("kept")
    settings = Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="UTC", memory_mb=256,
        threads=1, seal_minutes=0,
    )  # fmt: skip
    write(settings, batch(range(1, 20)))
    for number in range(3):
        accept(settings, conversation(f"first{number}", number * 10, NOW))
    with compacting(library) as process:
        assert Compactor(process, folder, folder).run()["code"] == 0
    for number in range(3):
        accept(settings, conversation(f"next{number}", 100 + number * 10, NOW))
    accept(settings, conversation("open", 200, NOW)[:-1])
    late = event(300, "message.created", "first1", NOW, sender="user", content="One thing more")
    accept(settings, [late], recalling(settings))
    return folder


@contextmanager
def compacting(library):
    """Give a process that runs the compactor as it is told."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.lake.faulty"], cwd=ROOT, text=True,
        env={**os.environ, "LD_PRELOAD": str(library)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with process:
        yield process
        process.stdin.close()


@pytest.fixture(scope="module")
def compactor(library, kept, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tried")
    with compacting(library) as process:
        yield Compactor(process, kept, folder / "own")


def places(count, kind):
    """Return at which operations it fails."""
    wanted = KILLS if kind == "the process is killed" else count if IS_SOAK else TRIED
    chance = random.Random(count)  # noqa: S311  the same places each time
    return sorted(chance.sample(range(1, count + 1), min(wanted, count)))


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_fails_readers_see_what_they_saw_and_the_next_run_mends_it(
    compactor, counted, kind
):
    with_, kinds, on = KINDS[kind]
    compactor.renew()
    before = shown(compactor.settings)
    whole = compactor.run(kinds=kinds)
    assert (whole["code"], left(compactor.settings)) == (0, ["open"])
    tried = places(whole["count"], kind)
    counted(f"places of {whole['count']}: {kind}", len(tried))
    for at in tried:
        compactor.renew()
        broken = compactor.run(at, with_, kinds, on)
        expected = (-signal.SIGKILL,) if with_ == KILL else (0, 3)
        assert broken["code"] in expected, (at, broken)
        assert shown(compactor.settings) == before, (at, broken)
        assert_whole(compactor.settings)
        assert compactor.run()["code"] == 0, at
        assert shown(compactor.settings) == before, (at, broken)
        assert left(compactor.settings) == ["open"], (at, broken)
        assert_whole(compactor.settings)
