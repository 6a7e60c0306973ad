"""The manifest: which files are the lake, as of the newest sessions commit.

The Delta logs are the tables' truth for every other reader. The manifest repeats what they say,
with a checksum over itself and over the log files, so that Parley starts without replaying logs and
notices a log that was cut, changed or lost (a lost newest commit would otherwise silently show the
state before it). It is written after the sessions commit; where it is older than the logs, the
logs win. The reason is told in docs/decisions/0003.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lake.files import TABLES, StoredFile, sha256, write_whole

NAME = "manifest.json"


@dataclass(frozen=True)
class Manifest:
    """The Delta versions that belong together, and the files of each table."""

    versions: dict[str, int]
    files: dict[str, tuple[StoredFile, ...]]
    log: dict[str, str] = field(default_factory=dict)  # path below the lake -> SHA-256
    journal_position: int = 0  # up to here the journal is contained; no journal is kept yet

    @property
    def name(self) -> str:
        """The name of this cold commit: it changes whenever a file does."""
        digest = hashlib.blake2b(digest_size=6)
        for table in TABLES:
            for file in sorted(self.files[table]):
                digest.update(f"{table}\0{file.path}\0{file.size}\n".encode())
        return f"{self.versions['sessions']}-{digest.hexdigest()}"


class ManifestError(Exception):
    """The manifest cannot be used; the sentence says why."""


def log_digests(lake: Path) -> dict[str, str]:
    """Return the SHA-256 of each commit in the Delta logs, by its path below the lake."""
    return {
        path.relative_to(lake).as_posix(): sha256(path)
        for table in TABLES
        for path in sorted((lake / table / "_delta_log").glob("*.json"))
    }


def save(lake: Path, manifest: Manifest) -> None:
    """Write the manifest of a lake, whole or not at all."""
    body = {
        "versions": manifest.versions,
        "journal_position": manifest.journal_position,
        "files": {
            table: [
                [Path(file.path).relative_to(lake).as_posix(), file.period, file.size, file.rows]
                for file in sorted(files)
            ]
            for table, files in manifest.files.items()
        },
        "log": manifest.log,
    }
    write_whole(lake / NAME, _sealed(body))


def load(lake: Path) -> Manifest | None:
    """Return the manifest of a lake, None where there is none; raises ManifestError."""
    try:
        body: dict[str, Any] = json.loads((lake / NAME).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise ManifestError(f"{NAME} cannot be read: {error}") from error
    if not isinstance(body, dict) or "sha256" not in body:
        raise ManifestError(f"{NAME} is not a manifest")
    sealed = body.pop("sha256")
    if json.loads(_sealed(body))["sha256"] != sealed:
        raise ManifestError(f"{NAME} has been changed: its checksum does not match")
    files = {
        table: tuple(
            StoredFile(str(lake / path), period, size, rows) for path, period, size, rows in entries
        )
        for table, entries in body["files"].items()
    }
    return Manifest(body["versions"], files, body["log"], body["journal_position"])


def _sealed(body: dict[str, Any]) -> bytes:
    """Return the JSON text of a manifest with the SHA-256 of its content in it."""
    text = json.dumps(body, sort_keys=True, separators=(",", ":"))
    seal = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps({**body, "sha256": seal}, sort_keys=True, indent=1).encode()
