"""The sweep: how many are open at each moment, from when each opens and closes.

Exact: every opening and every closing is a step of one sum in the order of time. Sorting some
millions of numbers is what takes the time; DuckDB's window functions take four times as long for
it.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

ALL = -1  # the stack of everything
GIVEN = ("stack", "carried", "opened_us", "closed_us")
SHAPE = {
    "stack": pl.Int64,
    "slice": pl.Int64,
    "open": pl.Int64,
    "peak": pl.Int64,
    "lasts_us": pl.Int64,
    "since_us": pl.Int64,
}

Steps = npt.NDArray[np.int64]
_NOTHING: Steps = np.empty(0, np.int64)


@dataclass(frozen=True)
class Sweep:
    """The sweep of a period that is cut into slices; what it is made of tells it from others.

    Given are rows of `stack` (from 0 to `stacks` - 1), `carried` (open from the beginning on) and
    the lists `opened_us` and `closed_us`, moments since then; what closes when another opens closes
    first. It returns for ALL together, and for each stack where there are several, two kinds of
    rows. Those with a `slice` tell how many are `open` when it begins, and the `peak` within it.
    Those without one tell, for each number that is `open` at once, how long that lasts together and
    since when it first does.
    """

    length_us: int
    slice_us: int
    stacks: int

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the sweep of each stack, and of all, in the columns of SHAPE."""
        carried = dict.fromkeys(range(self.stacks), 0)
        lines = dict.fromkeys(range(self.stacks), _NOTHING)
        for stack, many, opened, closed in zip(*rows.select(GIVEN), strict=True):
            carried[stack], lines[stack] = many, _line(opened, closed)
        told = {}
        if self.stacks > 1:
            told = {stack: self._told(lines[stack], carried[stack]) for stack in lines}
        occurring = [stack for stack in told if carried[stack] or len(lines[stack])]
        if len(occurring) == 1:
            told[ALL] = told[occurring[0]]
        else:
            every = np.sort(np.concatenate(list(lines.values())))
            told[ALL] = self._told(every, sum(carried.values()))
        return pl.concat(
            _shaped(stack, frame) for stack, frames in sorted(told.items()) for frame in frames
        )

    def _told(self, line: Steps, carried: int) -> tuple[pl.DataFrame, ...]:
        """Return what is told of one stack: its slices and its levels."""
        at_us, opened, lasts_us = self._levels(line, carried)
        starts = np.arange(0, self.length_us, self.slice_us)
        place = np.searchsorted(at_us, starts, side="right") - 1
        # From what is open as a slice begins up to what is open as it ends, both included.
        peaks = np.maximum.reduceat(opened, place)
        at_end = np.searchsorted(at_us, starts[1:], side="left") - 1
        peaks[:-1] = np.maximum(peaks[:-1], opened[at_end])
        slices = pl.DataFrame({"open": opened[place], "peak": peaks}).with_row_index("slice")
        return slices, _lasting(at_us, opened, lasts_us)

    def _levels(self, line: Steps, carried: int) -> tuple[Steps, Steps, Steps]:
        """Return from when on how many are open and for how long, in the order of time."""
        at_us = np.concatenate([[0], line >> 1])
        opened = np.cumsum(np.concatenate([[carried], ((line & 1) << 1) - 1]))
        lasts_us = np.diff(at_us, append=self.length_us)
        # Of several steps at one moment only the last one lasts, and it counts all of them.
        is_last = lasts_us > 0
        return at_us[is_last], opened[is_last], lasts_us[is_last]


def _lasting(at_us: Steps, opened: Steps, lasts_us: Steps) -> pl.DataFrame:
    """Return for each number that is open how long that lasts together, and since when first."""
    many = np.arange(opened.max() + 1)
    since_us = np.empty_like(many)
    since_us[opened[::-1]] = at_us[::-1]  # of several the last one written stays: the first in time
    # In two halves: bincount sums floats, which are exact up to 2 ** 53.
    high, low = (np.bincount(opened, part) for part in (lasts_us >> 24, lasts_us & 0xFFFFFF))
    lasting_us = (high.astype(np.int64) << 24) + low.astype(np.int64)
    levels = pl.DataFrame({"open": many, "lasts_us": lasting_us, "since_us": since_us})
    return levels.filter(pl.col("lasts_us") > 0)


def _line(opened: pl.Series | None, closed: pl.Series | None) -> Steps:
    """Return all steps in the order of time: twice the moment, and one more for an opening."""
    opens, closes = (_NOTHING if given is None else given.to_numpy() for given in (opened, closed))
    return np.sort(np.concatenate([opens * 2 + 1, closes * 2]))


def _shaped(stack: int, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of one stack in the columns of SHAPE, null where it has none."""
    columns = [
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in SHAPE.items()
        if name != "stack"
    ]
    return frame.select(pl.lit(stack, pl.Int64).alias("stack"), *columns)
