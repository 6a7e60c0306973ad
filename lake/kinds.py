"""What a data folder is: empty, a Parley lake (three Delta tables), or plain Parquet.

Told by names alone, without the libraries that read them, so that the command line starts at once.
"""

import sqlite3
from contextlib import closing
from enum import StrEnum
from pathlib import Path

from errors import LakeError
from lake import manifest
from lake.files import TABLES


class Kind(StrEnum):
    """What a data folder is."""

    EMPTY = "empty"
    DELTA = "delta"
    PLAIN = "plain"


def kind_of(folder: Path) -> Kind:
    """Say what a data folder is; raises LakeError for a folder that is none of the three."""
    if has_log(folder) or (folder / manifest.NAME).exists():
        return Kind.DELTA
    if any((folder / "sessions").glob("*.parquet")):
        return Kind.PLAIN
    strange = [path.name for path in _listing(folder) if not path.name.startswith(".")]
    if not set(strange) <= set(TABLES):
        raise LakeError(
            f"{folder} holds {min(strange)!r}, and no sessions.",
            advice="Set PARLEY_DATA to an empty folder, to a Parley lake, or to a folder with "
            "sessions/ and messages/ of Parquet files.",
        )
    return Kind.EMPTY


def has_live(state: Path) -> bool:
    """Say whether the journal of a state folder holds a session, without opening anything else."""
    path = state / "journal.db"
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path, timeout=1.0)) as connection:
            return connection.execute("select 1 from sessions limit 1").fetchone() is not None
    except sqlite3.Error:
        return False


def has_log(lake: Path, table: str = "sessions") -> bool:
    """Say whether a table has a Delta log."""
    return (lake / table / "_delta_log").is_dir()


def newest_version(lake: Path, table: str) -> int:
    """Return the highest commit number in a table's log by its file names alone, -1 for none."""
    numbers = [
        int(path.stem)
        for path in (lake / table / "_delta_log").glob("*.json")
        if path.stem.isdigit()
    ]
    return max(numbers, default=-1)


def _listing(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []
