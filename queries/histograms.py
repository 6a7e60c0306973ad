"""Percentiles of trends and of agents from the bins of lake/histograms.py, where these can answer.

Each is within half a bin of the exact one: as `quantile_cont` goes from one value to the next in a
straight line, with the middle of its bin for every value. Where they cannot answer (see
queries/planner.py) nothing is returned, and the sessions are asked one by one, exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from lake import bins
from queries import placing
from queries.catalog import Dimension, Metric
from queries.engine import Snapshot, shaped
from queries.filters import Filters
from queries.question import Question
from queries.stacks import Stack
from queries.statement import Statement

Counts = npt.NDArray[np.int64]
Lengths = npt.NDArray[np.float64]

_PLACE = ("place", "stack")
KINDS = ("days", "agent_days", "hours")  # that with the fewest cells first


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
        told, place = Percentiles(self.metrics, _PLACE), pl.col("place")
        is_before = place < self.place
        rest = answer.filter(~is_before).with_columns(place - self.place)
        return pl.concat([told(answer.filter(is_before)), told(rest)])


@dataclass(frozen=True)
class OverTime:
    """The percentiles of a measure by place and stack, and of all sessions, by column."""

    frame: pl.DataFrame
    whole: Mapping[str, Any]


Found = dict[str, OverTime]  # by measure


@dataclass(frozen=True)
class Placed:
    """Filters, and the parameters of the buckets in which what they leave is placed."""

    filters: Filters
    given: Mapping[str, Any]


def over_time(
    asked: Sequence[Metric], placed: Placed, stack: Stack, snapshot: Snapshot
) -> Found:  # fmt: skip
    """Return the percentiles among metrics, as far as histograms answer."""
    found = {}
    for measure, metrics in _measures(asked).items():
        question = _placed(measure, placed, stack, snapshot)
        if question is not None:
            found[measure] = _over_time(_ask(question, Percentiles(metrics, _PLACE), snapshot))
    return found


def with_before(
    asked: Sequence[Metric], both: tuple[Placed, Placed], whole: Placed, stack: Stack,
    snapshot: Snapshot,
) -> tuple[Found, Found] | None:  # fmt: skip
    """Return the same of a period and of the one before it, `both` asked as one: the `whole`.

    Its buckets are those of the period before, then those of the present. For most of what a
    question costs is to ask it. None where the one or the other would not be asked of histograms.
    """
    now, before = Found(), Found()
    for measure, metrics in _measures(asked).items():
        questions = [_placed(measure, each, stack, snapshot) for each in (*both, whole)]
        if None in questions or questions[-1] is None:
            return None
        shape = Halves(metrics, len(both[1].given["edges"]))
        told = _ask(questions[-1], shape, snapshot)
        end = told["stack"].is_null().arg_max()
        at = 0 if end is None else end + 1
        before[measure], now[measure] = _over_time(told[:at]), _over_time(told[at:])
    return now, before


def _over_time(told: pl.DataFrame) -> OverTime:
    return OverTime(told.head(-1), told.drop(_PLACE).row(-1, named=True))


def _placed(
    measure: str, placed: Placed, stack: Stack, snapshot: Snapshot
) -> Question | None:  # fmt: skip
    statements = [placing.bins(measure, kind, stack) for kind in KINDS]
    return _answered(statements, placed.filters, snapshot, placed.given)


def grouped(
    asked: Sequence[Metric], dimension: Dimension, filters: Filters, snapshot: Snapshot,
    **given: Any,  # noqa: ANN401
) -> pl.DataFrame | None:  # fmt: skip
    """Return the percentiles among metrics of each value of a dimension, as NAME and NAME_n.

    None where not all of them are told by histograms.
    """
    frames = []
    for measure, metrics in _measures(asked).items():
        statements = [placing.bins_by(measure, kind, dimension) for kind in KINDS]
        question = _answered(statements, filters, snapshot, given)
        if question is None:
            return None
        told = _ask(question, Percentiles(metrics, (dimension.name,)), snapshot)
        frames.append(told.head(-1))  # the last row is of all of them
    return pl.concat(frames, how="align_full") if frames else None


def wholes(asked: Sequence[Metric], filters: Filters, snapshot: Snapshot) -> dict[str, Any]:
    """Return NAME and NAME_n of the percentiles among metrics, as far as histograms answer."""
    told: dict[str, Any] = {}
    for metrics in _measures(asked).values():
        question = whole_question(metrics[0], filters, snapshot)
        if question is not None:
            told |= _ask(question, Percentiles(metrics), snapshot).row(0, named=True)
    return told


def whole_question(metric: Metric, filters: Filters, snapshot: Snapshot) -> Question | None:
    """Return what is asked for a percentile of all sessions; None where no histogram answers."""
    if metric.quantile is None:
        return None
    measure, _ = metric.quantile
    statements = [placing.all_bins(measure, kind) for kind in KINDS]
    return _answered(statements, filters, snapshot, {})


def whole(metric: Metric, question: Question, snapshot: Snapshot) -> dict[str, Any]:
    """Return the answer to such a question: NAME and NAME_n."""
    return _ask(question, Percentiles((metric,)), snapshot).row(0, named=True)


def _measures(asked: Sequence[Metric]) -> dict[str, tuple[Metric, ...]]:
    """Return the percentiles among metrics by what they are of."""
    found: dict[str, tuple[Metric, ...]] = {}
    for metric in asked:
        if metric.quantile is not None:
            measure, _ = metric.quantile
            found[measure] = (*found.get(measure, ()), metric)
    return found


def _answered(
    statements: Sequence[Statement], filters: Filters, snapshot: Snapshot, given: Mapping[str, Any]
) -> Question | None:
    """Return the first question that its histogram answers."""
    for statement in statements:
        question = Question(statement, filters, given)
        if question.plan(snapshot).cube is not None:
            return question
    return None


def _ask(question: Question, shape: Percentiles | Halves, snapshot: Snapshot) -> pl.DataFrame:
    """Return the percentiles, which alone are remembered."""
    return shaped(shape, question.statement, question.filters, snapshot, **question.given)


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
