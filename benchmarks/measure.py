"""How figures are taken: repeated runs, medians, and lakes that are kept between runs."""

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from settings import ROOT, Settings

SOON = 1_000_000  # sessions that are made within half a minute
FOLDER = Path(os.environ.get("PARLEY_BENCH", ROOT / "data" / "state" / "bench"))


def settings(sessions: int) -> Settings:
    """Return settings of a lake with so many sample sessions, made now if it is not there."""
    folder = FOLDER / f"{sessions}"
    found = Settings(data=folder / "lake", state=folder / "state", demo="off")
    if not (folder / "lake" / "manifest.json").exists():
        make(sessions, folder / "lake")
    return found


def is_made(sessions: int) -> bool:
    """Return whether a lake of so many is there: one that takes minutes is not made by itself."""
    return sessions <= SOON or (FOLDER / f"{sessions}" / "lake" / "manifest.json").exists()


def make(sessions: int, into: Path) -> float:
    """Make a lake of sample sessions; returns the seconds that it took."""
    shutil.rmtree(into, ignore_errors=True)
    started = time.perf_counter()
    command = [
        sys.executable,
        "-m",
        "cli",
        "demo",
        "--sessions",
        str(sessions),
        "--into",
        str(into),
    ]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def milliseconds(work: Callable[[], object], *, times: int = 15) -> tuple[float, float]:
    """Return median and worst wall time of `work` in milliseconds, after one run that warms up."""
    found = each(work, times)
    return statistics.median(found), max(found)


def each(work: Callable[[], object], times: int) -> list[float]:
    """Return the wall time of each of some runs in milliseconds, after one that warms up."""
    work()
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return taken


def row(what: str, figure: str, bound: str) -> None:
    """Print one figure beside its bound."""
    print(f"{what:<58} {figure:>24}   {bound}", flush=True)
