"""Sample data: how fast it is made, alone and with the lake. `python -m benchmarks.demo [N]`."""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.measure import make, row
from ingest.demo import generate

SESSIONS = 1_000_000


def generation(sessions: int) -> None:
    """Make the batches and forget them."""
    started = time.perf_counter()
    messages = events = 0
    for batch in generate(sessions, end=datetime.now(UTC), zone="Europe/Berlin"):
        messages += len(batch.messages)
        events += len(batch.events)
    seconds = time.perf_counter() - started
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = f"{sessions:,} sessions, {messages:,} messages, {events:,} events"
    row(f"Sample data alone: {told}", f"{seconds:.1f} s", "40 s for a million")
    row("Sample data alone: resident at most", f"{resident:,.0f} MB", "")


def lake(sessions: int) -> None:
    """Make a lake of them by the command line."""
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder:
        seconds = make(sessions, Path(folder) / "lake")
    resident = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    row(f"Sample data as a lake: {sessions:,} sessions", f"{seconds:.1f} s", "120 s for a million")
    row("Sample data as a lake: resident at most", f"{resident:,.0f} MB", "")


def run(sessions: int = SESSIONS) -> None:
    """Print how long a million sessions take, alone and as a lake."""
    generation(sessions)
    lake(sessions)


if __name__ == "__main__":
    run(int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS)
