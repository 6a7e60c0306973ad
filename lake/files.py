"""Stored files: what is known of each, whether it can be trusted, and writing that survives a kill.

A file written by Parley is named by its SHA-256, so that its own name proves its bytes; nothing
else has to be kept in step. Hashes are remembered by (size, mtime, inode) for the process's life.
"""

import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

TABLES = ("sessions", "messages", "events")
MAGIC = b"PAR1"  # ends every Parquet file


@dataclass(frozen=True, order=True)
class StoredFile:
    """A Parquet file of a table: absolute path, period ('2026-11', '2019', 'none'), size, rows."""

    path: str
    period: str
    size: int
    rows: int

    @property
    def digest(self) -> str:
        """The SHA-256 that the file's name promises, or '' for a name that promises none."""
        stem = Path(self.path).stem
        is_digest = len(stem) == 64 and not stem.strip("0123456789abcdef")  # noqa: PLR2004  hex of SHA-256
        return stem if is_digest else ""


@dataclass(frozen=True)
class SetAside:
    """A file that is not read, and why; `period` is '' where a whole table or log is meant."""

    table: str
    path: str
    reason: str
    period: str = ""
    rows: int | None = None
    is_data: bool = True  # False: the totals are whole all the same, as with a damaged log


_verified: dict[str, tuple[tuple[int, int, int], str]] = {}
_verified_lock = threading.Lock()


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file in hex; raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def known_sha256(path: Path) -> str:
    """Return the SHA-256, remembered while size, mtime and inode stay; raises OSError."""
    stat = path.stat()
    mark = (stat.st_size, stat.st_mtime_ns, stat.st_ino)
    with _verified_lock:
        remembered = _verified.get(str(path))
    if remembered is not None and remembered[0] == mark:
        return remembered[1]
    digest = sha256(path)
    with _verified_lock:
        _verified[str(path)] = (mark, digest)
    return digest


def glance(file: StoredFile) -> str | None:
    """Return what is wrong with a file as far as its size and last bytes tell, else None."""
    try:
        size = Path(file.path).stat().st_size
        end = _last_bytes(Path(file.path)) if size == file.size else MAGIC
    except FileNotFoundError:
        return "the file is missing"
    except OSError as error:
        return f"the file cannot be opened ({error.strerror})"
    if size != file.size:
        return f"the file has {size:,} bytes instead of {file.size:,}"
    if end != MAGIC:
        return "the file is not Parquet: its end has been overwritten"
    return None if file.digest else "the file was not written by Parley: its name is no checksum"


def _last_bytes(path: Path) -> bytes:
    with path.open("rb") as stream:
        stream.seek(-len(MAGIC), os.SEEK_END)
        return stream.read()


def verify(file: StoredFile) -> str | None:
    """Return what is wrong with a file after reading all of it, or None if its bytes are right."""
    wrong = glance(file)
    if wrong is not None:
        return wrong
    try:
        digest = known_sha256(Path(file.path))
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return None if digest == file.digest else "the checksum does not match: its bytes have changed"


def sync_folder(folder: Path) -> None:
    """Make the entries of a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Make the bytes of a file durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old bytes or the new ones, never half."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(path)
    sync_folder(path.parent)


def adopt(half_made: Path, folder: Path) -> Path:
    """Move a finished file into `folder` under its SHA-256; returns where it lies now."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{sha256(half_made)}.parquet"
    sync_file(half_made)
    half_made.replace(target)
    sync_folder(folder)
    return target
