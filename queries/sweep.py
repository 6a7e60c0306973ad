"""The sweep: how many are open at each moment, from when each opens and closes.

Exact: every opening and every closing is a step of one sum in the order of time. Sorting some
millions of numbers is what takes the time; DuckDB's window functions take twice as long for it.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

THREADS = 2  # of a sweep: one for the whole, one for its stacks
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

_NOTHING = pl.Series(dtype=pl.Int64)


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
        stacks, carried, opened, closed = rows.select(GIVEN)
        many = dict.fromkeys(range(self.stacks), 0) | dict(zip(stacks, carried, strict=True))
        lines = dict.fromkeys(range(self.stacks), _NOTHING)
        with ThreadPoolExecutor(THREADS) as pool:
            lines |= dict(zip(stacks, pool.map(_line, opened, closed), strict=True))
            told = [pool.submit(self._told, ALL, [*lines.values()], sum(many.values()))]
            if self.stacks > 1:
                told += [pool.submit(self._told, each, [lines[each]], many[each]) for each in lines]
            return pl.concat(part for parts in told for part in parts.result())

    def _told(
        self, stack: int, lines: Sequence[pl.Series], carried: int
    ) -> tuple[pl.DataFrame, ...]:  # fmt: skip
        """Return what is told of one stack, or of several together: its slices and its levels."""
        levels = self._levels(lines[0] if len(lines) == 1 else pl.concat(lines).sort(), carried)
        starts = pl.int_range(0, self.length_us, self.slice_us, eager=True)
        place = levels["at_us"].search_sorted(starts, side="right") - 1
        within = levels.group_by(slice=pl.col("at_us") // self.slice_us).agg(
            peak=pl.col("open").max()
        )
        opened = levels["open"].gather(place)
        slices = pl.DataFrame({"slice": pl.int_range(len(opened), eager=True), "open": opened})
        slices = slices.join(within, "slice", "left", maintain_order="left").with_columns(
            peak=pl.max_horizontal("open", "peak")
        )
        lasting = levels.group_by("open").agg(
            lasts_us=pl.col("lasts_us").sum(), since_us=pl.col("at_us").min()
        )
        return tuple(_shaped(stack, frame) for frame in (slices, lasting))

    def _levels(self, line: pl.Series, carried: int) -> pl.DataFrame:
        """Return from when on how many are open and for how long, in the order of time."""
        steps = pl.DataFrame({"line": line}).select(
            at_us=pl.col("line") // 2,
            open=((pl.col("line") & 1) * 2 - 1).cum_sum() + carried,
        )
        first = pl.DataFrame({"at_us": [0], "open": [carried]})
        following = pl.col("at_us").shift(-1, fill_value=self.length_us)
        # Of several steps at one moment only the last one lasts, and it counts all of them.
        return (
            pl.concat([first, steps])
            .with_columns(lasts_us=following - pl.col("at_us"))
            .filter(pl.col("lasts_us") > 0)
        )


def _line(opened: pl.Series | None, closed: pl.Series | None) -> pl.Series:
    """Return all steps in the order of time: twice the moment, and one more for an opening."""
    opened, closed = (_NOTHING if given is None else given for given in (opened, closed))
    return pl.concat([opened * 2 + 1, closed * 2]).sort()


def _shaped(stack: int, frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame of one stack in the columns of SHAPE, null where it has none."""
    columns = [
        pl.col(name).cast(kind) if name in frame.columns else pl.lit(None, kind).alias(name)
        for name, kind in SHAPE.items()
        if name != "stack"
    ]
    return frame.select(pl.lit(stack, pl.Int64).alias("stack"), *columns)
