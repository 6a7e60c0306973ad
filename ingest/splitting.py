"""Splitting a source into records: lines, elements of a JSON array, or all of it.

Each splitter yields (line, bytes) for what can be one record and a Rejection for what cannot, so
that one bad record never costs the others. Memory is bounded by the longest allowed record.
"""

import re
from collections.abc import Iterator

from ingest.draft import RAW_KEPT, Rejection
from ingest.source import Source

BOM = b"\xef\xbb\xbf"
Piece = tuple[int, bytes] | Rejection

# A whole JSON string, a bracket, or a quote whose string has not ended yet.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\]]', re.DOTALL)
_BETWEEN = b" \t\r\n,"


def too_long(source: Source, line: int, raw: bytes, limit: int) -> Rejection:
    """Return the rejection of a record of more than `limit` bytes."""
    reason = f"longer than {limit / 2**20:g} MiB (PARLEY_IMPORT_LINE_MB)"
    return Rejection(source.name, line, reason, raw[:RAW_KEPT])


def lines(source: Source, limit: int) -> Iterator[Piece]:
    """Yield each line that is not blank, numbered from 1; `limit` in bytes."""
    number, tail, is_skipping = 0, b"", False
    for chunk in source.chunks():
        first, *others = chunk.split(b"\n")
        tail = b"" if is_skipping else tail + first
        if others:
            found = [tail, *others[:-1]]
            for raw in found[is_skipping:]:
                number += 1
                if len(raw) > limit:
                    yield too_long(source, number, raw, limit)
                elif raw and not raw.isspace():
                    yield number, raw.removeprefix(BOM) if number == 1 else raw
            tail, is_skipping = others[-1], False
        if len(tail) > limit:
            number += 1
            yield too_long(source, number, tail, limit)
            tail, is_skipping = b"", True
    if tail and not tail.isspace():
        yield number + 1, tail.removeprefix(BOM) if number == 0 else tail


def whole(source: Source, limit: int) -> Iterator[Piece]:
    """Yield all of the source as one record."""
    raw = b""
    for chunk in source.chunks():
        raw += chunk
        if len(raw) > limit:
            yield too_long(source, 1, raw, limit)
            return
    yield 1, raw.removeprefix(BOM)


def elements(source: Source, limit: int) -> Iterator[Piece]:
    """Yield each element of a top-level JSON array, or each top-level object, with its first line.

    What stands between them and is no separator is rejected, as is an end in their midst. After
    an element that is too long nothing more is read, for its end cannot be told.
    """
    scan = _Scan(source)
    for chunk in source.chunks():
        yield from scan.feed(chunk)
        if scan.open_bytes > limit:
            yield too_long(source, scan.line, scan.rest(), limit)
            return
    if scan.depth > 0 or scan.rest().strip(_BETWEEN):
        yield Rejection(source.name, scan.line, "the file ends in its midst", scan.rest())


class _Scan:
    """Finds the elements of a JSON array in chunks, by its brackets and strings alone."""

    def __init__(self, source: Source) -> None:
        """Begin before the first byte."""
        self._source = source
        self._buffer = b""
        self._at = 0  # how far brackets have been read
        self._done = 0  # how far everything has been handed out
        self._base = 0  # the depth of elements: 1 inside a top-level array
        self.depth = 0
        self.line = 1

    @property
    def open_bytes(self) -> int:
        """How much is held of what has not ended yet."""
        return len(self._buffer) - self._done

    def rest(self) -> bytes:
        """Return the beginning of what has not ended yet."""
        return self._buffer[self._done : self._done + RAW_KEPT]

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """Yield what ends within this chunk."""
        self._buffer = self._buffer[self._done :] + chunk
        self._at -= self._done
        self._done = 0
        for token in _TOKEN.finditer(self._buffer, self._at):
            if token.group() == b'"':  # the string goes on in the next chunk
                break
            self._at = token.end()
            if token.group() in (b"{", b"["):
                yield from self._opens(token.group(), token.start())
            elif token.group() in (b"}", b"]"):
                yield from self._closes(token.end())

    def _opens(self, token: bytes, at: int) -> Iterator[Piece]:
        """Go one level deeper; an element begins at the level of elements."""
        if self.depth == 0:
            yield from self._between(at)
            self._base = 1 if token == b"[" else 0
            self._advance(at + self._base)
        elif self.depth == self._base:
            yield from self._between(at)
        self.depth += 1

    def _closes(self, end: int) -> Iterator[Piece]:
        """Come one level up; at the level of elements one is whole."""
        self.depth = max(self.depth - 1, 0)
        if self.depth < self._base:
            yield from self._between(end - 1)
            self._advance(end)
        elif self.depth == self._base:
            yield self.line, self._buffer[self._done : end]
            self._advance(end)

    def _between(self, until: int) -> Iterator[Piece]:
        """Reject what stands before `until` and is no separator; then go there."""
        stray = self._buffer[self._done : until].removeprefix(BOM).strip(_BETWEEN)
        if stray:
            yield Rejection(self._source.name, self.line, "not an object", stray[:RAW_KEPT])
        self._advance(until)

    def _advance(self, to: int) -> None:
        """Hand out everything before `to`, counting its lines."""
        self.line += self._buffer.count(b"\n", self._done, to)
        self._done = to
