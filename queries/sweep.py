"""The sweep: how many are open at each moment, from when each opens and closes.

Exact: every opening and every closing is a step of one sum in the order of time. Sorting some
millions of numbers is what takes the time; DuckDB's window functions take four times as long for
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import polars as pl

ALL = -1  # the stack of everything
GIVEN = ("stack", "opened_us", "closed_us")
SHAPE = {
    "stack": pl.Int64,
    "slice": pl.Int64,
    "open": pl.Int64,
    "peak": pl.Int64,
    "lasts_us": pl.Int64,
    "since_us": pl.Int64,
}
# A step is one number: the stack above all, then twice the moment, and one more for an opening.
_STACK = 59  # bits below it: nine thousand years
_WITHIN = (1 << _STACK) - 1
_NULL = -1  # where a row has no such number; none of them is negative
_EXACT = 1 << 53  # up to here floats count without a gap

Steps = npt.NDArray[np.int64]


class Told(NamedTuple):
    """What is told of one stack over a stretch of time."""

    opened: Steps  # by slice: how many are open when it begins
    peaks: Steps  # by slice: the most within it
    lasting_us: Steps  # by number, from nought to the highest: how long so many are open
    since_us: int  # when the highest first is

    @property
    def rows(self) -> Steps:
        """The slices and then the levels, a row a column of SHAPE but `stack`."""
        levels = np.flatnonzero(self.lasting_us)
        nothing, none = np.full_like(self.opened, _NULL), np.full_like(levels, _NULL)
        since = none.copy()
        since[-1] = self.since_us
        slices = [np.arange(len(self.opened)), self.opened, self.peaks, nothing, nothing]
        return np.hstack([slices, [none, levels, none, self.lasting_us[levels], since]])


@dataclass(frozen=True)
class Stretch:
    """A stretch of time that is cut into slices, of which the first may have begun before it.

    Moments are microseconds since its beginning.
    """

    length_us: int
    slice_us: int
    begun_us: int = 0  # of the first slice, what lies before

    @property
    def starts(self) -> Steps:
        """The moments at which slices begin; the first one at nought."""
        found = np.arange(-self.begun_us, self.length_us, self.slice_us)
        found[0] = 0
        return found

    def told(self, steps: Steps, carried: int) -> Told:
        """Return what is told of one stack.

        Of its steps within the stretch, twice the moment and one more for an opening, in order.
        """
        at_us, opened = _levels(steps, carried)
        starts = self.starts
        # Of several steps at one moment the last one counts all: with it begins what is open.
        first = np.searchsorted(at_us, starts, side="right") - 1
        end = np.searchsorted(at_us, starts[1:], side="left")
        spans = np.empty(2 * len(starts) - 1, np.int64)
        spans[::2], spans[1::2] = first, end
        peaks = np.maximum.reduceat(opened, spans)[::2]
        lasting_us, since_us = self._lasting(at_us, opened[:-1])
        return Told(opened[first], peaks, lasting_us, since_us)

    def _lasting(self, at_us: Steps, opened: Steps) -> tuple[Steps, int]:
        """Return by number how long so many are open, and since when the highest first is."""
        lasts_us = np.empty_like(at_us)
        np.subtract(at_us[1:], at_us[:-1], out=lasts_us[:-1])
        lasts_us[-1] = self.length_us - at_us[-1]
        if self.length_us < _EXACT:  # bincount sums floats
            lasting_us = np.bincount(opened, lasts_us).astype(np.int64)
        else:
            halves = lasts_us >> 24, lasts_us & 0xFFFFFF
            high, low = (np.bincount(opened, half) for half in halves)
            lasting_us = (high.astype(np.int64) << 24) + low.astype(np.int64)
        most = int(np.flatnonzero(lasting_us)[-1])
        return lasting_us[: most + 1], int(at_us[np.argmax((opened == most) & (lasts_us > 0))])


@dataclass(frozen=True)
class Sweep(Stretch):
    """The sweep of a stretch of time; what it is made of tells it from others.

    Given are in any order `stack` (from 0 to `stacks` - 1, at most 16), `opened_us`, `closed_us`;
    what does not open or close within the stretch lies before or at the end. What closes when
    another opens closes first. It returns for ALL together, and for each stack where there are
    several, two kinds of rows. Those with a `slice` tell how many are `open` when it begins, and
    the `peak` within it. Those without one tell, for each number that is `open` at once, how long
    that lasts together, and of the highest since when it first does.
    """

    stacks: int = 1

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the sweep of each stack, and of all, in the columns of SHAPE."""
        stack, opened, closed = (rows[name].to_numpy() for name in GIVEN)
        carried = np.bincount(stack[opened <= 0], minlength=self.stacks)
        steps = self._steps(stack.astype(np.int64) << _STACK, opened, closed)
        edges = np.searchsorted(steps, np.arange(self.stacks + 1) << _STACK)
        of = [slice(*found) for found in pairwise(edges.tolist())]
        told = {}
        if self.stacks > 1:
            told = {
                place: self.told(steps[found] & _WITHIN, int(carried[place]))
                for place, found in enumerate(of)
            }
        occurring = [place for place in told if carried[place] or of[place].start < of[place].stop]
        if len(occurring) == 1:
            told[ALL] = told[occurring[0]]
        else:
            steps &= _WITHIN
            steps.sort()
            told[ALL] = self.told(steps, int(carried.sum()))
        return shaped(told)

    def _steps(self, stack: Steps, opened: Steps, closed: Steps) -> Steps:
        """Return what opens and closes within the period, stack by stack in the order of time."""
        opens, closes = opened > 0, closed < self.length_us
        steps = np.concatenate(
            [stack[opens] + opened[opens] * 2 + 1, stack[closes] + closed[closes] * 2]
        )
        steps.sort()
        return steps


def _levels(steps: Steps, carried: int) -> tuple[Steps, Steps]:
    """Return the moments of the steps, and how many are open from each; a nought at the end."""
    at_us, opened = np.empty(len(steps) + 1, np.int64), np.empty(len(steps) + 2, np.int64)
    at_us[0], opened[0] = 0, carried
    np.right_shift(steps, 1, out=at_us[1:])
    changes = opened[1:-1]
    np.bitwise_and(steps, 1, out=changes)
    changes *= 2
    changes -= 1
    np.cumsum(opened[:-1], out=opened[:-1])
    opened[-1] = 0
    return at_us, opened


def shaped(told: Mapping[int, Told]) -> pl.DataFrame:
    """Return what is told of stacks in the columns of SHAPE; one frame, for each takes time."""
    rows = {stack: found.rows for stack, found in sorted(told.items())}
    stacks = [np.full(found.shape[1], stack) for stack, found in rows.items()]
    columns = np.vstack([np.concatenate(stacks), np.hstack([*rows.values()])])
    frame = pl.DataFrame(dict(zip(SHAPE, columns, strict=True)), SHAPE)
    known = [pl.when(pl.col(name) != _NULL).then(pl.col(name)) for name in SHAPE if name != "stack"]
    return frame.with_columns(known)
