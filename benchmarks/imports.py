"""How fast NDJSON is imported, and how much memory that takes."""

import os
import random
import resource
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from benchmarks.measure import FOLDER, row
from settings import ROOT

SEED = 3
WORDS = tuple(
    "order refund invoice please could you tell me about the delivery of my package when will it "  # noqa: SIM905  prose
    "arrive thank you certainly let me look that up for you one moment the number is correct and "
    "payment was received yesterday evening we have booked your table appointment for "
    "tomorrow".split()
)


def run() -> None:
    """Print throughput and resident memory of importing 200 MB and 2 GB."""
    for megabytes in (200, 2000):
        path = FOLDER / f"import-{megabytes}.ndjson"
        if not path.exists():
            write(path, megabytes)
        size = path.stat().st_size / 1e6
        seconds, resident = timed(path)
        row(f"import of {size:,.0f} MB NDJSON", f"{size / seconds:.0f} MB/s", ">= 40 MB/s")
        row(f"import of {size:,.0f} MB NDJSON, resident", f"{resident:,.0f} MB", "<= 1,000 MB")


def timed(path: Path) -> tuple[float, float]:
    """Import a file into an empty lake in a process of its own; returns seconds and peak MB."""
    lake = FOLDER / "imported"
    subprocess.run(["rm", "-rf", str(lake)], check=True)  # noqa: S607
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "cli", "import", str(path), "--data", str(lake)],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PARLEY_STATE": str(FOLDER / "import-state")},
    )  # fmt: skip
    taken = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return taken, max(before, peak) / 1024


def write(path: Path, megabytes: int) -> None:
    """Write sessions of eight messages and three events, about 2 kB each, over 180 days."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dice = random.Random(SEED)  # noqa: S311  text, not secrets
    sentences = [" ".join(dice.choices(WORDS, k=dice.randint(8, 30))) for _ in range(4000)]
    first = datetime(2026, 5, 1, tzinfo=UTC)
    encoder = msgspec.json.Encoder()
    written = number = 0
    with path.open("wb") as stream:
        while written < megabytes * 1_000_000:
            start = first + timedelta(seconds=dice.randint(0, 180 * 86_400))
            written += stream.write(encoder.encode(_session(number, start, dice, sentences)))
            written += stream.write(b"\n")
            number += 1


def _session(
    number: int, start: datetime, dice: random.Random, sentences: list[str]
) -> dict[str, object]:
    at = [start + timedelta(seconds=12 * step) for step in range(12)]
    return {
        "session_id": f"{number:08x}-5f1e-4c11-9a55-{number * 7919:012x}",
        "source": "bench", "agent_id": f"agent-{number % 12}", "agent_name": f"Agent {number % 12}",
        "channel": dice.choice(["web", "phone", "whatsapp", "sip"]), "type": "chat",
        "status": dice.choice(["completed", "completed", "completed", "failed", "cancelled"]),
        "started_at": start, "ended_at": at[-1], "user_id": f"u{number % 50_000}",
        "metadata": {"plan": ["pro"], "language": ["en"], "order_id": [str(number * 31)]},
        "messages": [
            {"seq": seq + 1, "sent_at": at[seq], "sender": ("user", "agent")[seq % 2],
             "content": dice.choice(sentences)} for seq in range(8)
        ],
        "events": [
            {"seq": 9 + step, "at": at[8 + step], "kind": kind, "name": name, "detail": ""}
            for step, (kind, name) in enumerate(
                [("tool_call", "lookup"), ("tool_result", "lookup"), ("disconnected", "")])
        ],
    }  # fmt: skip
