"""A process whose runs of the compactor fail at one file operation: `python -m tests.lake.faulty`.

Started with the library of `faults.c` in LD_PRELOAD. It loads everything once and has each run done
by a fork of its own: a line of JSON comes in, a line of JSON goes out.
"""

import ctypes
import json
import logging
import os
import signal
import sys
import threading
import time
from contextlib import suppress

from errors import ParleyError
from lake import compactor, delta
from settings import Settings

PATIENCE = 60  # a hang guard, in seconds
DONE, TOLD, FAULT = 0, 3, 4  # how a run ends: done, with an error that is told, with another one

faults = ctypes.CDLL(None)


def compact(data, state, folder, at, with_, kinds, on):
    """Run the compactor once; returns how it ended, and how many operations were counted."""
    settings = Settings(
        data=data, state=state, demo="off", zone="UTC", memory_mb=256, threads=1, seal_minutes=0,
    )  # fmt: skip
    faults.faults_arm(folder.encode(), at, with_, kinds, on)
    told, unheard = "", []
    threading.excepthook = unheard.append
    try:
        compactor.run(settings, is_nightly=True)
    except ParleyError as error:
        told = f"{type(error).__name__}: {error}"
    count = faults.faults_disarm()
    assert not unheard, f"a thread has failed, and nobody was told: {unheard}"
    return told, count


def forked(order):
    """Do one run in a fork; returns what it has come to."""
    back, out = os.pipe()
    child = os.fork()
    if not child:
        os.close(back)
        ended = FAULT
        try:
            told, count = compact(**order)
            os.write(out, json.dumps({"told": told[:500], "count": count}).encode())
            ended = TOLD if told else DONE
        finally:
            os._exit(ended)
    os.close(out)
    end = time.monotonic() + PATIENCE
    while not (waited := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(child, signal.SIGABRT)
        time.sleep(0.002)
    with os.fdopen(back) as stream:
        told = stream.read()
    answer = {"told": "", "count": 0}
    with suppress(ValueError):
        answer |= json.loads(told)
    return answer | {"code": os.waitstatus_to_exitcode(waited[1])}


def main():
    logging.disable()
    delta.KEPT_HOURS = 0  # there is something to delete
    for line in sys.stdin:
        sys.stdout.write(json.dumps(forked(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
