"""What is kept of how many are open, as the middle of a sweep, and the whole of its parts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lake.levels import HOUR_US
from queries.sweep import Steps, Stretch, Told


class Part(NamedTuple):
    """What is told of a part of a period."""

    first: int  # the slice that it begins in
    since_us: int  # when it begins, since the period does
    told: Told


def whole(parts: Sequence[Part], slices: int) -> Told:
    """Return what is told of a period by its parts, in order, of which there are some."""
    opened, peaks = np.zeros(slices, np.int64), np.zeros(slices, np.int64)
    most = max(len(part.told.lasting_us) for part in parts)
    lasting_us, since_us = np.zeros(most, np.int64), 0
    for first, begins_us, told in reversed(parts):  # of a slice in two the first one begins it
        places = slice(first, first + len(told.opened))
        opened[places] = told.opened
        peaks[places] = np.maximum(peaks[places], told.peaks)
        lasting_us[: len(told.lasting_us)] += told.lasting_us
        if len(told.lasting_us) == most:
            since_us = begins_us + told.since_us
    return Told(opened, peaks, lasting_us, since_us)


@dataclass(frozen=True)
class Kept:
    """The kept hours of a group, in order: the columns of queries/sql/open_hours.sql.

    Moments are microseconds since 1970.
    """

    hour_us: Steps
    opened: Steps
    peaks: Steps
    peak_us: Steps
    stay: Steps

    def before(self, moment_us: int) -> int:
        """Return how many are open just before a whole hour."""
        place = int(np.searchsorted(self.hour_us, moment_us))
        return int(self.stay[place - 1]) if place else 0

    def told(self, starts: Steps, end_us: int, levels: Steps, lasts_us: Steps) -> Told:
        """Return what is told from the first of `starts`, whole hours, to an end, which is one too.

        Given are its kept levels, and how long they last.
        """
        hours = slice(*np.searchsorted(self.hour_us, [starts[0], end_us]))
        place = np.searchsorted(self.hour_us, starts)
        # When an hour begins in which nothing changes, as many are open as before it.
        opened = np.append(0, self.stay)[place]
        is_kept = np.append(self.hour_us, -1)[place] == starts
        opened[is_kept] = self.opened[place[is_kept]]
        peaks = opened.copy()
        of = np.searchsorted(starts, self.hour_us[hours], side="right") - 1
        np.maximum.at(peaks, of, self.peaks[hours])
        most = int(peaks.max())
        since_us = int(starts[0])
        if opened[0] < most:
            since_us = int(self.peak_us[hours][np.argmax(self.peaks[hours] == most)])
        lasting_us = np.zeros(most + 1, np.int64)
        np.add.at(lasting_us, levels, lasts_us)
        np.add.at(lasting_us, *self._between(hours, starts[0], end_us))
        return Told(opened, peaks, lasting_us, since_us - int(starts[0]))

    def _between(self, hours: slice, after_us: int, before_us: int) -> tuple[Steps, Steps]:
        """Return how many are open in the hours of which nothing is kept, and for how long."""
        found = self.hour_us[hours]
        gaps_us = np.append(found, before_us) - np.append(after_us, found + HOUR_US)
        stay = np.append(self.before(after_us), self.stay[hours])
        return stay[gaps_us > 0], gaps_us[gaps_us > 0]


@dataclass(frozen=True)
class Joint:
    """A period of which a middle is kept, in microseconds since 1970, and its slices."""

    after_us: int
    held_after_us: int
    held_before_us: int
    before_us: int
    slice_us: int
    begun_us: int  # of the first slice, what lies before the period
    slices: int

    def told(self, steps: Steps, kept: Kept, levels: Steps, lasts_us: Steps) -> Told:
        """Return what is told of the whole.

        Given are the steps at both ends, as `queries.sweep.Stretch` takes them, the kept hours,
        and the kept levels with how long they last.
        """
        parts = []
        first_us, end_us = (
            held - self.after_us for held in (self.held_after_us, self.held_before_us)
        )
        if first_us > 0:
            own = steps[: np.searchsorted(steps, 2 * first_us)]
            carried = kept.before(self.held_after_us) - 2 * int((own & 1).sum()) + len(own)
            stretch = Stretch(first_us, self.slice_us, self.begun_us)
            parts.append(Part(0, 0, stretch.told(own, carried)))
        if first_us < end_us:
            starts = self._starts(first_us, end_us) + self.after_us
            told = kept.told(starts, self.held_before_us, levels, lasts_us)
            parts.append(Part(self._place(first_us), first_us, told))
        if self.before_us > self.held_before_us:
            own = steps[np.searchsorted(steps, 2 * end_us) :] - 2 * end_us
            begun_us = (end_us + self.begun_us) % self.slice_us
            stretch = Stretch(self.before_us - self.held_before_us, self.slice_us, begun_us)
            told = stretch.told(own, kept.before(self.held_before_us))
            parts.append(Part(self._place(end_us), end_us, told))
        return whole(parts, self.slices)

    def _place(self, moment_us: int) -> int:
        """Return in which slice a moment lies."""
        return (moment_us + self.begun_us) // self.slice_us

    def _starts(self, first_us: int, end_us: int) -> Steps:
        """Return where slices begin between two moments, of which the first is one."""
        places = np.arange(self._place(first_us), self._place(end_us - 1) + 1)
        starts = places * self.slice_us - self.begun_us
        starts[0] = first_us
        return starts
