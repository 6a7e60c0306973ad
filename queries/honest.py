"""Honest small numbers: intervals of rates, and whether a difference is more than noise.

Pure arithmetic at 95 %; `z` is the quantile of the normal distribution that belongs to it.
"""

from functools import lru_cache
from math import sqrt

import polars as pl

Z = 1.959964
FEW = 30  # below this a rate says little
MANY = 8192  # pairs of numbers whose difference is remembered: a page asks the same again


def wilson(hits: int, n: int, z: float = Z) -> tuple[float, float]:
    """Return the score interval of a rate; all that a rate can be where n is 0.

    Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference,
    JASA 22 (1927), without continuity correction.
    """
    if n == 0:
        return 0.0, 1.0
    rate, square = hits / n, z * z / n
    middle = (rate + square / 2) / (1 + square)
    half = z / (1 + square) * sqrt((rate * (1 - rate) + square / 4) / n)
    return max(middle - half, 0.0), min(middle + half, 1.0)


def is_uncertain(n: int) -> bool:
    """Return whether a number about so few sessions is shown as uncertain."""
    return n < FEW


def difference(hits: int, n: int, other_hits: int, other_n: int) -> tuple[float, float]:
    """Return the interval of a rate less another one; all that it can be where an n is 0.

    Source: R. G. Newcombe, Interval estimation for the difference between independent proportions:
    comparison of eleven methods, Statistics in Medicine 17 (1998), method 10.
    """
    if n == 0 or other_n == 0:
        return -1.0, 1.0
    rate, other = hits / n, other_hits / other_n
    low, high = wilson(hits, n)
    other_low, other_high = wilson(other_hits, other_n)
    below = sqrt((rate - low) ** 2 + (other_high - other) ** 2)
    above = sqrt((high - rate) ** 2 + (other - other_low) ** 2)
    return rate - other - below, rate - other + above


@lru_cache(MANY)
def rates_differ(hits: int, n: int, other_hits: int, other_n: int) -> bool:
    """Return whether the interval of the difference of two rates leaves out 0."""
    low, high = difference(hits, n, other_hits, other_n)
    return not low <= 0 <= high


@lru_cache(MANY)
def counts_differ(count: int, other: int) -> bool:
    """Return whether two counts over equal lengths of time differ by more than chance.

    Given their sum, each of two Poisson counts of one rate is binomial with one half; they differ
    where the score interval of the share leaves out one half. Source: J. Przyborowski and H.
    Wilenski, Homogeneity of results in testing samples from Poisson series, Biometrika 31 (1940).
    """
    low, high = wilson(count, count + other)
    return not low <= 1 / 2 <= high


def with_bounds(frame: pl.DataFrame, rate: str) -> pl.DataFrame:
    """Return a frame that has RATE_hits and RATE_n with RATE_low and RATE_high, null where n is 0.

    The same arithmetic as `wilson`, for a whole column.
    """
    hits, n = pl.col(f"{rate}_hits"), pl.col(f"{rate}_n")
    share, square = hits / n, Z * Z / n
    middle = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * ((share * (1 - share) + square / 4) / n).sqrt()
    known = pl.when(n > 0)
    return frame.with_columns(
        known.then((middle - half).clip(0.0, 1.0)).alias(f"{rate}_low"),
        known.then((middle + half).clip(0.0, 1.0)).alias(f"{rate}_high"),
    )
