"""Draws without a state: each depends only on the seed, a number and what it is for.

So a session is the same in whatever batch it is made, and whatever moment the data ends at. The
mixing is SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
"""

from statistics import NormalDist
from zlib import crc32

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint64]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_GOLDEN = 0x9E3779B97F4A7C15
_WORD = 0xFFFFFFFFFFFFFFFF
_QUANTILES = 4096
_NORMAL = np.array(
    [NormalDist().inv_cdf((step + 0.5) / _QUANTILES) for step in range(_QUANTILES)],
    dtype=np.float64,
)


def mix(values: Bits) -> Bits:
    """Return 64 well spread bits for each of `values`."""
    values = values ^ (values >> np.uint64(30))
    values = values * np.uint64(0xBF58476D1CE4E5B9)
    values = values ^ (values >> np.uint64(27))
    values = values * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


class Dice:
    """Draws for many numbers at once, one a number and purpose."""

    def __init__(self, keys: Bits) -> None:
        """Draw by these keys; `throw` makes them."""
        self._keys = keys

    def spread(self, owner: Ints, position: Ints) -> "Dice":
        """Return dice for rows: `position` within the number at index `owner`."""
        return Dice(mix(self._keys[owner] + position.astype(np.uint64) * np.uint64(_GOLDEN)))

    def bits(self, purpose: str) -> Bits:
        """Return 64 random bits each."""
        return mix(self._keys + np.uint64(crc32(purpose.encode()) * _GOLDEN & _WORD))

    def uniform(self, purpose: str) -> Floats:
        """Return draws in [0, 1)."""
        return (self.bits(purpose) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def normal(self, purpose: str) -> Floats:
        """Return draws of the standard normal distribution, by its quantiles."""
        return _NORMAL[(self.bits(purpose) >> np.uint64(52)).astype(np.int64)]

    def below(self, purpose: str, counts: Ints | int) -> Ints:
        """Return whole numbers in [0, counts), 0 where a count is 0."""
        return (self.uniform(purpose) * counts).astype(np.int64)

    def pick(self, purpose: str, weights: Floats) -> Ints:
        """Return an index each, as often as `weights` says: one row for all, or one row each."""
        edges = np.cumsum(weights, axis=-1)
        edges = edges / edges[..., -1:]
        passed: Ints = np.sum(self.uniform(purpose)[:, None] >= edges, axis=1, dtype=np.int64)
        return passed


def throw(seed: int, numbers: Ints) -> Dice:
    """Return the dice of `numbers`; equal seed and number give equal draws for ever."""
    salt = np.uint64((seed + 1) * _GOLDEN & _WORD)
    return Dice(mix(mix(numbers.astype(np.uint64) + np.uint64(1)) ^ salt))
