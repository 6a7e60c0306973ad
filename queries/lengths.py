"""Pages by duration: in which bins of the histograms the rows of a page lie, at any depth.

To sort all sessions by a length that is computed costs a look at each. How many last longer than a
bin is a sum of cells, so that only those of a bin or two need to be sorted; where these are still
many, their ids alone, and then the page is looked up. Active sessions, which last until the tick,
are in no histogram: they are few, and counted by bin where they are asked for.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from lake import bins
from queries import histograms, placing
from queries.catalog import METRICS
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.placing import EFFECTIVE_BIN
from queries.question import Question
from queries.where import NUMBERED

FEW = 2_000  # rows whose wide columns are sorted as fast as they are looked up afterwards
_ENDED = METRICS["duration_median"]  # a metric of the lengths of what has ended
# The plain comparison first: the other is computed of what it leaves only. An edge of a bin may be
# told to lie in the next one (lake/bins.py), so it leaves those of both neighbours too.
_WITHIN = f"""(duration_ms between $least_ms and $most_ms or duration_ms is null)
    and {EFFECTIVE_BIN} between $least_bin and $most_bin"""


@dataclass(frozen=True)
class Among:
    """The bins that hold the rows of a page, how many they hold, and how many come before it."""

    least: int
    most: int
    rows: int
    offset: int

    @property
    def given(self) -> dict[str, int]:
        """The parameters of the condition that leaves the rows of these bins."""
        return {
            "least_bin": self.least, "most_bin": self.most,
            "least_ms": bins.bounds(self.least - 1)[0], "most_ms": bins.bounds(self.most + 1)[1],
        }  # fmt: skip


def among(
    filters: Filters, snapshot: Snapshot, first: int, last: int, *, is_longest_first: bool
) -> Among | None:  # fmt: skip
    """Return where rows `first` to `last` (from 0) lie; None where no histogram tells.

    Nor does one tell of a page with sessions without a duration, which come last both ways.
    """
    question = histograms.whole_question(_ENDED, filters, snapshot)
    if question is None:
        return None
    active = Question(placing.active_bins(), filters).ask(snapshot)
    counted = pl.concat([question.ask(snapshot), active]).drop_nulls("bin")
    held = counted.group_by("bin").agg(pl.col("n").sum()).sort("bin", descending=is_longest_first)
    reached = np.cumsum(held["n"].to_numpy())
    begin, end = (int(np.searchsorted(reached, row, side="right")) for row in (first, last))
    if end >= len(reached):
        return None
    before = int(reached[begin - 1]) if begin else 0
    least, most = sorted(int(held["bin"][place]) for place in (begin, end))
    return Among(least, most, int(reached[end]) - before, first - before)


def page(
    found: Among, filters: Filters, snapshot: Snapshot, size: int, order: str
) -> Question:  # fmt: skip
    """Return what is asked for a page; `order` is the SQL of its sort."""
    whole, rest = sql("session_page").ordered(order), {"limit": size, "offset": found.offset}
    if found.rows <= FEW:
        return Question(whole.where(_WITHIN), filters, {**found.given, **rest})
    narrow = sql("session_numbers").where(_WITHIN).ordered(order)
    rows = Question(narrow, filters, {**found.given, **rest}).ask(snapshot)
    given = {"numbers": tuple(rows["session_no"].to_list()), "limit": size, "offset": 0}
    return Question(whole.where(NUMBERED), filters, given)
