"""Grams: the pieces of a text of three and of five bytes, and the rows of bits that stand for them.

A text that holds a needle holds each gram of it. So who knows of a block of sessions which grams it
has, as a bit in the row of each, finds the blocks that may hold a needle by an AND of a few rows. A
gram of three has one of `SHORT_ROWS` rows, one of five one of as many as there are others: both by
a hash, so that a bit may stand for another gram, and none is ever missing. For needles that are
shorter pairs of bytes have rows too, two of ASCII one of their own, and single bytes one each: ids
have hardly any letters.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

SHORT, LONG = 3, 5  # bytes
SHORT_ROWS = 2**16
PAIR_ROWS, BYTE_ROWS = 2**14, 2**8
LEAST_ROWS, MOST_ROWS = 2**10, 2**21  # of grams of five
ROOM = 4  # rows for each gram of a block, so that few bits are set: measured, a tenth to a sixth
ASKED = 12  # grams of a needle that are looked at; more make no difference

_FACTOR = np.uint64(0x9E3779B97F4A7C15)  # of Fibonacci hashing (Knuth, volume 3, 6.4)

Bytes = npt.NDArray[np.uint8]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Texts:
    """Texts one after the other: their bytes, and where each ends."""

    data: Bytes
    ends: Rows

    @classmethod
    def of(cls, texts: pa.ChunkedArray) -> "Texts":
        """Return texts of Arrow, which are shared and not copied where that can be."""
        whole = pa.concat_arrays(texts.cast(pa.large_binary()).chunks or [_NONE])
        _, offsets, data = whole.buffers()
        edges = np.frombuffer(offsets, np.int64)[whole.offset : whole.offset + len(whole) + 1]
        first, last = (int(edges[0]), int(edges[-1])) if len(edges) else (0, 0)
        held = np.frombuffer(data, np.uint8)[first:last] if last > first else _EMPTY
        return cls(held, edges[1:] - first)

    def parts(self, edges: Rows) -> Iterator["Texts"]:
        """Yield the texts before each of some numbers of texts, from the one before on."""
        first = 0
        for last in edges.tolist():
            begin = int(self.ends[first - 1]) if first else 0
            ends = self.ends[first:last] - begin
            yield Texts(self.data[begin : begin + int(ends[-1])] if len(ends) else _EMPTY, ends)
            first = last

    def rows(self, long_rows: int) -> Rows:
        """Return the rows of all grams: of threes, then of fives, pairs and single bytes."""
        return np.concatenate([*self.large(long_rows), self.small(long_rows)])

    def large(self, long_rows: int) -> tuple[Rows, Rows]:
        """Return the row of each gram of three, and of each of five."""
        left, wide = self._left(), self.data.astype(np.uint64)
        short = wide[:-2] | wide[1:-1] << np.uint64(8) | wide[2:] << np.uint64(16)
        long = short[:-2] | short[2:] << np.uint64(16)
        return (
            _hashed(short[left[: len(short)] >= SHORT], SHORT_ROWS),
            _hashed(long[left[: len(long)] >= LONG], long_rows) + SHORT_ROWS,
        )

    def small(self, long_rows: int) -> Rows:
        """Return the rows of pairs and of single bytes, once each."""
        left, seven = self._left(), self.data.astype(np.uint16) & np.uint16(0x7F)
        pairs = (seven[:-1] | seven[1:] << np.uint16(7))[left[:-1] > 1]
        first = SHORT_ROWS + long_rows
        return np.concatenate(
            [_seen(pairs, PAIR_ROWS) + first, _seen(self.data, BYTE_ROWS) + first + PAIR_ROWS]
        )

    def _left(self) -> Rows:
        """Return how many bytes there are from each on to the end of its text."""
        lengths = np.diff(self.ends, prepend=0)
        return np.repeat(self.ends, lengths) - np.arange(len(self.data))


_NONE = pa.array([], pa.large_binary())
_EMPTY: Bytes = np.zeros(0, np.uint8)


def room(length: int, blocks: int) -> int:
    """Return how many rows grams of five have where so many bytes are the text of some blocks."""
    wanted = max(length, 1) * ROOM // max(blocks, 1)
    return min(max(1 << wanted.bit_length() - 1, LEAST_ROWS), MOST_ROWS)


def height(long_rows: int) -> int:
    """Return how many rows there are of all grams."""
    return SHORT_ROWS + long_rows + PAIR_ROWS + BYTE_ROWS


def asked(needle: bytes, long_rows: int) -> Rows:
    """Return the rows that tell where a needle may be; none of an empty one."""
    texts = Texts(np.frombuffer(needle, np.uint8), np.array([len(needle)]))
    if len(needle) < SHORT:
        return np.unique(texts.small(long_rows))
    short, long = texts.large(long_rows)
    return np.unique(np.concatenate([_spread(long, ASKED), _spread(short, SHORT)]))


def _seen(numbers: npt.NDArray[np.uint16] | Bytes, most: int) -> Rows:
    """Return numbers below `most` in order, once each."""
    is_seen = np.zeros(most, bool)
    is_seen[numbers] = True
    return np.flatnonzero(is_seen)


def _spread(rows: Rows, most: int) -> Rows:
    """Return at most so many rows, from all over."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(int)]


def _hashed(grams: npt.NDArray[np.uint64], rows: int) -> Rows:
    """Return the row of each gram; `rows` is a power of two."""
    shift = np.uint64(64 - (rows.bit_length() - 1))
    return ((grams * _FACTOR) >> shift).astype(np.int64)
