"""Levels: how many are open at once in each hour, and for how long, group by group.

What opens and closes comes in parts of whole hours, in the order of time. A cell is made only of
what changes: an hour in which nothing opens or closes has none, for as many stay open as before it.
So cells grow with the changes, and not with the time that somebody stays.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

HOUR_US = 3_600_000_000

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Steps:
    """What opens (1) and closes (-1) within some whole hours, in the order of time."""

    at_us: Numbers  # since 1970
    change: Numbers
    code: Numbers  # of what it is, which belongs to one group of each grouping


@dataclass
class Grouping:
    """One way to group, and how many of each group are open where the next part begins."""

    group_of: npt.NDArray[np.uint16]  # by code, counted from 0 within the grouping
    numbers: Numbers  # of its groups among those of all groupings
    carried: Numbers = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nothing open."""
        self.carried = np.zeros(len(self.numbers), np.int64)

    def cells(self, steps: Steps) -> tuple[Numbers, Numbers]:
        """Return the cells of hours and those of levels, a column a cell.

        Rows of hours are group, hour, open, peak, peak_at, stay: when the hour begins, the most
        within it, when that is first reached, and how many are open at its end. Rows of levels are
        group, hour, open, lasts: how long exactly so many are open in it. All are microseconds.
        """
        places = self.group_of[steps.code]
        order = np.argsort(places, kind="stable")  # a radix sort: of 16 bits
        group: Numbers = places[order].astype(np.int64)
        at_us = steps.at_us[order]
        begins = _begins(group)
        level = _segmented(np.cumsum(steps.change[order]), begins, self.carried[group[begins]])
        # Of several steps at one moment the last one counts all: with it begins what is open.
        is_last = np.append((group[1:] != group[:-1]) | (at_us[1:] != at_us[:-1]), True)
        group, at_us, level = group[is_last], at_us[is_last], level[is_last]
        begins = _begins(group)
        before = np.empty_like(level)
        before[1:] = level[:-1]
        before[begins] = self.carried[group[begins]]
        ends = np.append(begins[1:], len(group)) - 1
        self.carried[group[ends]] = level[ends]
        group = self.numbers[group]
        return _hours(group, at_us, level, before), _levels(group, at_us, level, before)


def _begins(group: Numbers) -> Numbers:
    """Return where each group begins, of at least one row."""
    return np.append(0, np.flatnonzero(group[1:] != group[:-1]) + 1)


def _segmented(running: Numbers, begins: Numbers, carried: Numbers) -> Numbers:
    """Return a running sum as one that begins anew in each group, with what is carried into it."""
    offset = carried - np.append(0, running[begins[1:] - 1])
    found: Numbers = running + np.repeat(offset, np.diff(np.append(begins, len(running))))
    return found


def _runs(group: Numbers, span: Numbers) -> tuple[Numbers, Numbers]:
    """Return where each span of time of each group begins, and how many rows it has."""
    is_first = (group[1:] != group[:-1]) | (span[1:] != span[:-1])
    begins = np.append(0, np.flatnonzero(is_first) + 1)
    return begins, np.diff(np.append(begins, len(group)))


def _hours(group: Numbers, at_us: Numbers, level: Numbers, before: Numbers) -> Numbers:
    """Return the cells of hours."""
    hour = at_us // HOUR_US
    begins, counts = _runs(group, hour)
    hour_us = hour[begins] * HOUR_US
    opened = np.where(at_us[begins] == hour_us, level[begins], before[begins])
    peak = np.maximum(np.maximum.reduceat(level, begins), opened)
    reached = np.flatnonzero(level == np.repeat(peak, counts))
    # The first at or after the beginning of the hour; where there is none, it began with the most.
    first = np.append(reached, 0)[np.searchsorted(reached, begins)]
    peak_at = np.where(opened == peak, hour_us, at_us[first])
    return np.stack([group[begins], hour_us, opened, peak, peak_at, level[begins + counts - 1]])


def _levels(group: Numbers, at_us: Numbers, level: Numbers, before: Numbers) -> Numbers:
    """Return the cells of levels, counted in rows from the lowest of each hour on."""
    hour = at_us // HOUR_US
    begins, counts = _runs(group, hour)
    until = np.empty_like(at_us)
    until[:-1] = at_us[1:]
    until[begins + counts - 1] = (hour[begins] + 1) * HOUR_US
    lowest = np.minimum(np.minimum.reduceat(level, begins), before[begins])
    highest = np.maximum(np.maximum.reduceat(level, begins), before[begins])
    sizes = highest - lowest + 1
    rows = np.append(0, np.cumsum(sizes))
    offset = rows[:-1] - lowest
    lasts = np.bincount(level + np.repeat(offset, counts), until - at_us, rows[-1])
    lasts[before[begins] + offset] += at_us[begins] - hour[begins] * HOUR_US
    told = np.flatnonzero(lasts)
    run = np.searchsorted(rows, told, side="right") - 1
    opened = told - offset[run]
    return np.stack(
        [group[begins[run]], hour[begins[run]] * HOUR_US, opened, lasts[told].astype(np.int64)]
    )
