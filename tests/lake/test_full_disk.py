"""A disk that is really full: reads go on, writes get 507, and it recovers by itself."""

import shutil
import subprocess
import sys

import pytest

from settings import ROOT

UNSHARE = ("unshare", "--mount", "--map-root-user")
PATIENCE = 120  # a hang guard, in seconds


@pytest.fixture(scope="module")
def own_mounts():
    """The command that gives a process mounts of its own, where that is allowed."""
    found = shutil.which(UNSHARE[0])
    command = [found, *UNSHARE[1:]]
    mount = "mount -t tmpfs -o size=1m small /mnt"
    if found is None or subprocess.run([*command, "sh", "-c", mount], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    return command


def test_on_a_full_disk_reads_go_on_and_writes_are_refused_until_there_is_room(
    own_mounts, tmp_path
):
    told = subprocess.run(
        [*own_mounts, sys.executable, "-m", "tests.lake.full", tmp_path], cwd=ROOT, check=False,
        capture_output=True, text=True, timeout=PATIENCE,
    )  # fmt: skip
    assert "fine" in told.stdout, told.stderr[-3000:]
