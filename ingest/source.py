"""Opening what a path names: plain files, .gz, each member of a .zip, folders and all in them.

What a file is, its first bytes say, never its suffix. Nothing is ever unpacked to disk, and
nothing is held whole in memory.
"""

import gzip
import hashlib
import lzma
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property, partial
from io import BufferedIOBase
from pathlib import Path
from typing import IO, NamedTuple, cast

from errors import UnreadableSourceError

CHUNK = 1024 * 1024
HEAD = 64 * 1024  # what a format may see to recognise a file
GZIP_MAGIC = b"\x1f\x8b"
ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")

# What the packers raise for damaged bytes, a password (RuntimeError), a method that is lacking.
_UNREADABLE = (
    OSError,
    EOFError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)

Streams = tuple[BufferedIOBase, IO[bytes]]  # the content, and the file on disk beneath
Opener = Callable[[], AbstractContextManager[Streams]]


class Source:
    """One readable stream with a name; it can be opened again and again, also while open."""

    def __init__(self, name: str, open_stream: Opener, size: int, *, is_alone: bool) -> None:
        """Keep how to open the content, and the file on disk beneath it."""
        self.name = name
        self.size = size  # bytes, packed as they are in the file; unpacked of a member
        self.is_alone = is_alone  # no other one is in the same file
        self.position = 0  # bytes of the file on disk that have been read
        self._open = open_stream

    @property
    def stem(self) -> str:
        """The bare file name, without folders and suffixes."""
        return Path(self.name.removesuffix(".gz")).stem

    def chunks(self, size: int = CHUNK) -> Iterator[bytes]:
        """Yield the content from its start, in chunks of about `size` bytes.

        Raises UnreadableSourceError where it breaks off, after everything before.
        """
        parts: list[bytes] = []
        held = 0
        try:
            with self._open() as (stream, raw):
                while part := stream.read1(size):
                    self.position = raw.tell()
                    parts.append(part)
                    held += len(part)
                    if held >= size:
                        yield b"".join(parts)
                        parts, held = [], 0
        except _UNREADABLE as error:
            yield b"".join(parts)
            raise UnreadableSourceError(f"{self.name} cannot be read: {_because(error)}") from error
        if parts:
            yield b"".join(parts)

    @cached_property
    def head(self) -> bytes:
        """The first bytes, at most `HEAD`, without a byte order mark."""
        return next(self.chunks(HEAD), b"")[:HEAD].removeprefix(b"\xef\xbb\xbf")

    @cached_property
    def sha256(self) -> str:
        """The hash of the unpacked content, so that a packed copy is the same file."""
        digest = hashlib.sha256()
        position = self.position
        for chunk in self.chunks():
            digest.update(chunk)
        self.position = position
        return digest.hexdigest()


def inside(path: Path) -> Iterator[Source]:
    """Yield what the file at `path` holds: itself, or each member of a .zip.

    A source can be read until the next one is taken. Raises UnreadableSourceError.
    """
    try:
        with path.open("rb") as raw:
            magic = raw.read(4)
        if magic in ZIP_MAGICS:
            yield from _members(path)
        else:
            is_packed = magic.startswith(GZIP_MAGIC)
            opener = partial(_gzip if is_packed else _plain, path)
            yield Source(str(path), opener, path.stat().st_size, is_alone=True)
    except _UNREADABLE as error:
        raise UnreadableSourceError(f"{path} cannot be opened: {_because(error)}") from error


def _members(path: Path) -> Iterator[Source]:
    """Yield each file inside a .zip."""
    with path.open("rb") as raw, zipfile.ZipFile(raw) as archive:
        for member in archive.infolist():
            if not member.is_dir():
                opener = partial(_member, archive, member, raw)
                name = f"{path}:{member.filename}"
                yield Source(name, opener, member.file_size, is_alone=False)


@contextmanager
def _plain(path: Path) -> Iterator[Streams]:
    """Open a plain file."""
    with path.open("rb") as raw:
        yield raw, raw


@contextmanager
def _gzip(path: Path) -> Iterator[Streams]:
    """Open a .gz, and the file beneath."""
    with path.open("rb") as raw, gzip.GzipFile(fileobj=raw, mode="rb") as stream:
        yield stream, raw


@contextmanager
def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, raw: IO[bytes]) -> Iterator[Streams]:
    """Open a member of a .zip, and the .zip beneath."""
    with archive.open(member) as stream:
        yield cast("BufferedIOBase", stream), raw


class Found(NamedTuple):
    """A file to import, and whether it was named itself, not only a folder around it."""

    path: Path
    is_named: bool


def files(paths: Iterable[Path]) -> list[Found]:
    """Return the files that `paths` name, each once; folders give all files within, sorted.

    A path that does not exist stays in the list: opening it says why it cannot be read.
    """
    found: dict[Path, Found] = {}
    for path in paths:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file():
                    found.setdefault(file.resolve(), Found(file, is_named=False))
        else:
            found[path.resolve()] = Found(path, is_named=True)
    return list(found.values())


def _because(error: BaseException) -> str:
    """Return the reason of an operating system's or a library's error, without the path."""
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return reason or type(error).__name__
