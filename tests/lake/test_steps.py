"""Building in steps: what a killed process has done of an index is gone on with."""

import signal
import subprocess
import sys

import pytest

from lake import cold, cube_checks, index
from lake.steps import Steps
from settings import ROOT
from tests.lake.lakes import batch, write

# Builds an index and is killed in a step, before or after that is done.
KILLED = """
import os, signal, sys
from lake import cold, index
from lake.steps import Steps
from settings import Settings

settings = Settings.model_validate_json(sys.argv[1])
at, when = int(sys.argv[2]), sys.argv[3]
take, taken = Steps.take, []

def counted(steps, step):
    taken.append(step)
    work = step.work
    if len(taken) == at and when == "within":
        object.__setattr__(step, "work", lambda: (work(), os.kill(os.getpid(), signal.SIGKILL)))
    take(steps, step)
    if len(taken) == at:
        os.kill(os.getpid(), signal.SIGKILL)

Steps.take = counted
index.build(settings, cold.read(settings.data.resolve()), lambda _: None)
"""


@pytest.fixture
def own(own_settings):
    """Return settings of a lake of two months, with cubes."""
    settings = own_settings.model_copy(update={"cube_sessions": 1})
    write(settings, batch(range(50)))
    return settings


@pytest.fixture
def steps(own):
    """Return the names of the steps in which its index is built."""
    return named(own, [])


def named(settings, done):
    """Build the index; returns the names of the steps, those that did something in `done`."""
    names, take = [], Steps.take

    def told(steps, step):
        names.append(step.name)
        work = step.work
        object.__setattr__(step, "work", lambda: (done.append(step.name), work()))
        take(steps, step)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Steps, "take", told)
        index.build(settings, cold.read(settings.data.resolve()), lambda _: None)
    return names


def killed(settings, at, when):
    """Build the index in a process that is killed in or after one of its steps."""
    command = [sys.executable, "-c", KILLED, settings.model_dump_json(), str(at), when]
    found = subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)
    assert -signal.SIGKILL == found.returncode, found.stderr


def told(settings):
    """Return what the index holds, and how many cells are wrong."""
    built = index.open_built(settings, cold.read(settings.data.resolve()))
    assert built is not None
    with built.cursor() as cursor:
        sessions = cursor.execute("select * exclude (session_no) from sessions order by 1")
        found = sessions.fetchall(), cube_checks.wrong(cursor)
    built.retire()
    return found


@pytest.mark.parametrize("when", ["within", "after"])
def test_a_build_that_is_killed_at_every_step_goes_on_where_it_was(own, steps, when):
    whole = told(own)
    index.discard(own, cold.read(own.data.resolve()))

    for at in range(1, len(steps)):
        killed(own, at, when)
    done = []
    assert steps == named(own, done)

    assert done == steps[len(steps) - (2 if when == "within" else 1) :]
    assert whole == told(own)
    assert 0 == whole[1]
    assert 1 == len(list(own.index.iterdir()))


def test_what_is_half_built_of_other_cells_is_built_anew(own, steps):
    index.discard(own, cold.read(own.data.resolve()))
    killed(own, len(steps) - 1, "after")
    elsewhere = own.model_copy(update={"zone": "Asia/Kolkata"})

    done = []
    named(elsewhere, done)

    assert done == steps
    assert 1 == len(list(own.index.iterdir()))


def test_a_damaged_half_built_index_is_built_anew(own, steps):
    index.discard(own, cold.read(own.data.resolve()))
    killed(own, len(steps) - 1, "after")
    (half_built,) = own.index.glob("*.building")
    half_built.write_bytes(b"x" * 5000)

    done = []
    named(own, done)

    assert done == steps
