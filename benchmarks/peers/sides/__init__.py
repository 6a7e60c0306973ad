"""The sides that are compared: every module here has `SIDES`; the listing is the register."""

from importlib import import_module
from pathlib import Path

from benchmarks.peers.side import Side


def all_sides() -> tuple[Side, ...]:
    """Return all sides: ours, tracing peers, the others."""
    names = sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))
    found = [side for name in names for side in import_module(f"{__name__}.{name}").SIDES]
    return tuple(sorted(found, key=lambda side: (not side.is_ours, not side.is_tracing)))
