"""The server's share in moving sessions: starts the compactor as a child, hourly and nightly.

A child, because sorting a month would take memory and the interpreter from those who wait for a
page. It is ended with the server; what it had begun the next one does anew.
"""

import os
import subprocess
import sys
import threading
import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

import structlog

import observed
from lake.kinds import has_live
from observed import CompactionKind
from settings import ROOT, Settings

EVERY_SECONDS = 3600.0
FIRST_SECONDS = 60.0  # after the start, which has more urgent things to do
NIGHT = 3  # the hour, in the report zone, from which on the nightly run is due
COMMAND = [sys.executable, "-m", "cli", "compact"]

log = structlog.get_logger()


class Compacting:
    """Starts a run when one is due; `start` it once, `close` it once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._child: subprocess.Popen[bytes] | None = None
        self._tidied: date = self._day()  # when the nightly run was last done
        self._thread = threading.Thread(target=self._go_on, name="compacting", daemon=True)

    def start(self) -> None:
        """Begin, unless it is switched off."""
        if self._settings.compact:
            self._thread.start()

    def close(self) -> None:
        """End the thread, and a child that runs."""
        self._stop.set()
        if self._child is not None:
            self._child.terminate()
        if self._thread.is_alive():
            self._thread.join()

    def _go_on(self) -> None:
        wait = FIRST_SECONDS
        while not self._stop.wait(wait):
            wait = EVERY_SECONDS
            if has_live(self._settings.state):
                self.run()

    def run(self) -> int:
        """Have a child do what is due; returns its exit code."""
        begun = time.monotonic()
        is_nightly = self._tidied < self._day() and self._now().hour >= NIGHT
        told = ["--nightly"] if is_nightly else []
        self._child = subprocess.Popen([*COMMAND, *told], cwd=ROOT, env=self._environment())  # noqa: S603  ours
        if self._stop.is_set():
            self._child.terminate()
        code = self._child.wait()
        self._child = None
        kind = CompactionKind.NIGHTLY if is_nightly else CompactionKind.HOURLY
        observed.compaction(kind, time.monotonic() - begun, is_done=code == 0)
        if is_nightly and code == 0:
            self._tidied = self._day()
        if code != 0 and not self._stop.is_set():
            log.warning("live sessions could not be moved", code=code)
        return code

    def _environment(self) -> dict[str, str]:
        """Return the environment of a child: it reads the same settings."""
        own = (
            "data", "state", "zone", "memory_mb", "temp_mb", "threads", "seal_minutes",
            "stale_hours",
        )  # fmt: skip
        told = {f"PARLEY_{name.upper()}": str(getattr(self._settings, name)) for name in own}
        return {**os.environ, **told}

    def _now(self) -> datetime:
        return self._settings.clock().astimezone(ZoneInfo(self._settings.zone))

    def _day(self) -> date:
        return self._now().date()
