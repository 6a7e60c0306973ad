"""Shapes of answers made of bins: percentiles of each part, and of all of them together.

As `quantile_cont` goes from one value to the next in a straight line, with the middle of its bin
for every value, so that each is within half a bin of the exact one.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from lake import bins
from queries.catalog import Metric

Counts = npt.NDArray[np.int64]
Lengths = npt.NDArray[np.float64]

PLACED = ("place", "stack")


@dataclass(frozen=True)
class Percentiles:
    """What is made of bins, in order: the metrics of one measure, and how many each is about.

    By the columns of `by`, in whose order the bins are; at last of all of them together, with nulls
    in these columns.
    """

    metrics: tuple[Metric, ...]
    by: tuple[str, ...] = ()

    def __call__(self, answer: pl.DataFrame, /) -> pl.DataFrame:
        """Return the columns of `by`, then NAME and NAME_n of each metric: of no bin null and 0."""
        number, n = answer["bin"].to_numpy(), answer["n"].to_numpy()
        least = int(number.min()) if len(number) else 0
        of_all = self._told(*_added(number, n, least), np.zeros(1, np.int64))
        if not self.by:
            return of_all
        heads = answer.select(self.by)
        starts = np.flatnonzero(np.diff(_runs(heads), prepend=-1))
        middles = _middles(least, int(number.max()) if len(number) else 0)
        parts = heads[starts].hstack(self._told(n, middles[number - least], starts))
        return pl.concat([parts, heads.clear(1).hstack(of_all)])

    def _told(self, n: Counts, values: Lengths, starts: Counts) -> pl.DataFrame:
        """Return the columns of the metrics of each run of values; `n` is how many there are."""
        columns: dict[str, pl.Series] = {}
        size = np.add.reduceat(n, starts) if len(n) else np.zeros(len(starts), np.int64)
        for metric in self.metrics:
            _, place = metric.quantile or ("", 0.0)
            told = _quantiles(n, values, starts, place) if len(n) else [None] * len(starts)
            columns[metric.name] = pl.Series(told, dtype=pl.Float64)
            columns[f"{metric.name}_n"] = pl.Series(size, dtype=pl.Int64)
        return pl.DataFrame(columns)


@dataclass(frozen=True)
class Halves:
    """Percentiles by place and stack, those of the places before one, then those from it on.

    The places of both are counted from 0; at the end of each is what all of them are together.
    """

    metrics: tuple[Metric, ...]
    place: int

    def __call__(self, answer: pl.DataFrame, /) -> pl.DataFrame:
        """Return what `Percentiles` does of the one and of the other."""
        told, place = Percentiles(self.metrics, PLACED), pl.col("place")
        is_before = place < self.place
        rest = answer.filter(~is_before).with_columns(place - self.place)
        return pl.concat([told(answer.filter(is_before)), told(rest)])


def _added(number: Counts, n: Counts, least: int) -> tuple[Counts, Lengths]:
    """Return how many there are of each bin from the least on, and the middles of these."""
    total = np.bincount(number.astype(np.int64) - least, n).astype(np.int64)
    return total, _middles(least, least + len(total) - 1)


@lru_cache(maxsize=64)
def _middles(least: int, most: int) -> Lengths:
    return np.array([bins.middle(number) for number in range(least, most + 1)], np.float64)


def _runs(heads: pl.DataFrame) -> Counts:
    """Return a number for each row, that of the one before where they are equal."""
    return heads.select(pl.struct(heads.columns).rle_id().cast(pl.Int64)).to_series().to_numpy()


def _quantiles(n: Counts, values: Lengths, starts: Counts, place: float) -> Lengths:
    """Return a quantile of each run of values, as `quantile_cont` has it."""
    reached = np.cumsum(n)
    before = reached[starts] - n[starts]
    rank = (np.add.reduceat(n, starts) - 1) * place
    low, high = (
        values[np.searchsorted(reached, before + at.astype(np.int64), side="right")]
        for at in (np.floor(rank), np.ceil(rank))
    )
    between: Lengths = low + (high - low) * (rank - np.floor(rank))
    return between
