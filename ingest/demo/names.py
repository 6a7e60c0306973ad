"""Identifiers as text, made for many sessions at once without a Python loop."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingest.demo.dice import Bits

_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_CODE = np.frombuffer(b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ", dtype=np.uint8)  # none looks alike
_DASH = ord("-")
Letters = npt.NDArray[np.uint8]


def _digits(bits: Bits, count: int) -> Letters:
    """Return `count` hexadecimal digits for each of `bits`, one row each."""
    shifts = np.arange(count, dtype=np.uint64) * np.uint64(4)
    return _HEX[((bits[:, None] >> shifts) & np.uint64(15)).astype(np.int64)]


def _text(letters: Letters) -> pa.Array:
    """Return one string for each row of ASCII letters."""
    rows, width = letters.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    data = np.ascontiguousarray(letters)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


def hexadecimal(bits: Bits, count: int = 16) -> pa.Array:
    """Return `count` (at most 16) hexadecimal digits for each of `bits`."""
    return _text(_digits(bits, count))


def code(bits: Bits, count: int = 6) -> pa.Array:
    """Return `count` (at most 12) capital letters and digits, as in a booking reference."""
    shifts = np.arange(count, dtype=np.uint64) * np.uint64(5)
    return _text(_CODE[((bits[:, None] >> shifts) & np.uint64(31)).astype(np.int64)])


def uuids(high: Bits, low: Bits) -> pa.Array:
    """Return version 4 UUIDs in their usual writing (RFC 9562, section 5.4)."""
    digits = np.hstack([_digits(high, 16), _digits(low, 16)])
    digits[:, 12] = ord("4")
    digits[:, 16] = _HEX[8 + ((low & np.uint64(3)).astype(np.int64))]
    return _text(np.insert(digits, [8, 12, 16, 20], _DASH, axis=1))
