"""What lies in the data folder right now: which files answer, and which are set aside and why."""

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from errors import LakeError
from lake import delta, manifest
from lake.files import TABLES, SetAside, StoredFile, glance, sha256, verify
from lake.kinds import Kind, kind_of, newest_version
from lake.manifest import Manifest, ManifestError


@dataclass(frozen=True)
class Cold:
    """A state of the data folder: its kind, its commit's name, the files that may be read."""

    folder: Path
    kind: Kind
    name: str
    files: dict[str, tuple[StoredFile, ...]]
    set_aside: tuple[SetAside, ...] = ()
    manifest: Manifest | None = None
    dated: frozenset[str] = frozenset()  # of a plain folder: tables that state starts as they are

    def without(self, damaged: Iterable[SetAside]) -> "Cold":
        """Return the same state with more files set aside, under another name."""
        more = tuple(item for item in damaged if item not in self.set_aside)
        gone = {item.path for item in more}
        files = {
            table: tuple(file for file in self.files[table] if file.path not in gone)
            for table in TABLES
        }
        mark = hashlib.blake2b("\0".join(sorted(gone)).encode(), digest_size=4).hexdigest()
        name = f"{self.name}+{mark}" if more else self.name
        return replace(self, name=name, files=files, set_aside=self.set_aside + more)

    def committed_at(self) -> datetime | None:
        """Return when this state was written, aware UTC; None where there is no data."""
        written = [file.path for file in self.files["sessions"]]
        if self.manifest is not None and self.kind is Kind.DELTA:
            written = [str(self.folder / manifest.NAME)]
        seen = [path.stat().st_mtime for path in map(Path, written) if path.exists()]
        return datetime.fromtimestamp(max(seen), UTC) if seen else None


NOTHING: dict[str, tuple[StoredFile, ...]] = dict.fromkeys(TABLES, ())


def read(folder: Path) -> Cold:
    """Return the present state of a data folder; files are only glanced at. Raises LakeError."""
    kind = kind_of(folder)
    if kind is Kind.EMPTY:
        return Cold(folder, kind, "empty", NOTHING)
    if kind is Kind.PLAIN:
        return _plain(folder)
    held, complaints = _newest(folder)
    state = Cold(folder, kind, held.name, held.files, complaints, held)
    return state.without(check(state, thorough=False))


def check(
    state: Cold, *, thorough: bool, tables: tuple[str, ...] = TABLES, at_once: int = 1
) -> tuple[SetAside, ...]:
    """Return the files that cannot be trusted: by size, or by all their bytes if `thorough`.

    So many are read `at_once` then; hashing leaves other threads their turn.
    """
    if state.kind is not Kind.DELTA:
        return ()
    files = [(table, file) for table in tables for file in state.files[table]]
    if thorough:
        with ThreadPoolExecutor(at_once) as pool:
            told = list(pool.map(verify, [file for _, file in files]))
    else:
        told = [glance(file) for _, file in files]
    return tuple(
        SetAside(table, file.path, wrong, file.period, file.rows)
        for (table, file), wrong in zip(files, told, strict=True)
        if wrong is not None
    )


def by_period(state: Cold) -> list[tuple[StoredFile, ...]]:
    """Return the sessions files by period, in the order in which an index takes them in.

    The newest period comes first, what has no start last.
    """
    periods: dict[str, list[StoredFile]] = {}
    for file in state.files["sessions"]:
        periods.setdefault("" if file.period == "none" else file.period, []).append(file)
    return [tuple(files) for _, files in sorted(periods.items(), reverse=True)]


def stamp(folder: Path) -> tuple[object, ...]:
    """Return a value that changes when the folder's content may have: names, sizes, times."""
    if not folder.is_dir():
        return ()
    entries = [folder / manifest.NAME]
    for table in TABLES:
        entries += sorted((folder / table / "_delta_log").glob("*.json"))
        entries += sorted((folder / table).glob("**/*.parquet"))
    found = []
    for path in entries:
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((str(path), stat.st_size, stat.st_mtime_ns))
    return tuple(found)


def _newest(folder: Path) -> tuple[Manifest, tuple[SetAside, ...]]:
    """Return manifest or log, whichever is whole and newer, and what is wrong with the other."""
    complaint = ""
    try:
        held = manifest.load(folder)
        if held is None:
            complaint = f"{manifest.NAME} is missing"
    except ManifestError as error:
        held = None
        complaint = str(error)
    newest = newest_version(folder, "sessions")
    if held is not None and newest <= held.versions["sessions"]:
        return held, _log_damage(folder, held)
    try:
        told = delta.read(folder)
    except delta.LOG_ERRORS as error:
        broken = SetAside("log", str(folder / "sessions/_delta_log"), f"cannot be read: {error}")
        if held is None:
            raise LakeError(
                f"Neither the manifest nor the Delta logs of {folder} can be read: {error}"
            ) from error
        return held, (broken,)
    if not complaint:
        return told, ()
    reason = f"{complaint}; the files are read as the Delta logs name them"
    return told, (SetAside("manifest", str(folder / manifest.NAME), reason, is_data=False),)


def _log_damage(folder: Path, held: Manifest) -> tuple[SetAside, ...]:
    """Return the commits of the Delta logs that are gone or are not what they were."""
    found = []
    for name, digest in held.log.items():
        path = folder / name
        try:
            wrong = None if sha256(path) == digest else "its bytes have changed"
        except OSError as error:
            wrong = f"it cannot be read ({error.strerror})"
        if wrong is not None:
            reason = f"{wrong}; the files are read as the manifest names them"
            found.append(SetAside("log", str(path), reason, is_data=False))
    return tuple(found)


def _plain(folder: Path) -> Cold:
    """Return the state of a folder of plain Parquet; its commit is the hash of its listing."""
    files = {
        table: tuple(
            StoredFile(str(path), "", path.stat().st_size, 0)
            for path in sorted((folder / table).glob("**/*.parquet"))
        )
        for table in TABLES
    }
    digest = hashlib.blake2b(repr(stamp(folder)).encode(), digest_size=8).hexdigest()
    return Cold(folder, Kind.PLAIN, f"plain-{digest}", files)
