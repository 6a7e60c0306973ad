"""Percentiles of charts over time from the bins of lake/histograms.py, where these can answer.

Each is within half a bin of the exact one: as `quantile_cont` goes from one value to the next in a
straight line, with the middle of its bin for every value. Where they cannot answer (see
queries/planner.py) nothing is returned, and the sessions are asked one by one, exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from lake import bins
from queries import placing
from queries.catalog import Metric
from queries.engine import Snapshot, shaped
from queries.filters import Filters
from queries.question import Question
from queries.stacks import Stack
from queries.statement import Statement

_PLACE = ("place", "stack")
_N, _MIDDLE = pl.col("n"), pl.col("middle")


@dataclass(frozen=True)
class Percentiles:
    """What is made of bins: the metrics of one measure, and the n of each, by some columns.

    The bins are in order. Without columns one row, without a bin null and 0.
    """

    metrics: tuple[Metric, ...]
    by: tuple[str, ...] = ()

    def __call__(self, answer: pl.DataFrame, /) -> pl.DataFrame:
        """Return the columns of `by`, then NAME and NAME_n of each metric."""
        middles = {number: bins.middle(number) for number in answer["bin"].unique()}
        told = answer.lazy().with_columns(
            middle=pl.col("bin").replace_strict(middles, return_dtype=pl.Float64)
        )
        made = [part for metric in self.metrics for part in _columns(metric)]
        if not self.by:
            return told.select(made).collect()
        return told.group_by(self.by, maintain_order=True).agg(made).collect()


def over_time(
    asked: Sequence[Metric], filters: Filters, snapshot: Snapshot,
    given: Mapping[str, Any], stack: Stack,
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """Return by measure the percentiles among metrics, by place and stack; what can be answered."""
    found = {}
    for measure, metrics in _measures(asked).items():
        days, hours = (
            placing.bins(measure, stack, has_agents=has_agents) for has_agents in (True, False)
        )
        question = _answered(days, hours, filters, snapshot, given)
        if question is not None:
            found[measure] = _ask(question, Percentiles(metrics, _PLACE), snapshot)
    return found


def whole(asked: Sequence[Metric], filters: Filters, snapshot: Snapshot) -> dict[str, Any]:
    """Return the percentiles among metrics with their n, by column; what can be answered."""
    found: dict[str, Any] = {}
    for metrics in _measures(asked).values():
        question = whole_question(metrics[0], filters, snapshot)
        if question is not None:
            found |= _ask(question, Percentiles(metrics), snapshot).row(0, named=True)
    return found


def whole_question(metric: Metric, filters: Filters, snapshot: Snapshot) -> Question | None:
    """Return what `whole` asks of a metric; None where no histogram answers."""
    if metric.quantile is None:
        return None
    measure, _ = metric.quantile
    days, hours = (placing.all_bins(measure, has_agents=each) for each in (True, False))
    return _answered(days, hours, filters, snapshot, {})


def _measures(asked: Sequence[Metric]) -> dict[str, tuple[Metric, ...]]:
    """Return the percentiles among metrics by what they are of."""
    found: dict[str, tuple[Metric, ...]] = {}
    for metric in asked:
        if metric.quantile is not None:
            measure, _ = metric.quantile
            found[measure] = (*found.get(measure, ()), metric)
    return found


def _answered(
    days: Statement, hours: Statement, filters: Filters, snapshot: Snapshot,
    given: Mapping[str, Any],
) -> Question | None:  # fmt: skip
    """Return the first question that its histogram answers: of days, which are fewer cells."""
    for statement in (days, hours):
        question = Question(statement, filters, given)
        if question.plan(snapshot).cube is not None:
            return question
    return None


def _ask(question: Question, shape: Percentiles, snapshot: Snapshot) -> pl.DataFrame:
    """Return the percentiles, which alone are remembered."""
    return shaped(shape, question.statement, question.filters, snapshot, **question.given)


def _columns(metric: Metric) -> list[pl.Expr]:
    """Return a percentile of the bins, as `quantile_cont` has it, and how many there are."""
    _, place = metric.quantile or ("", 0.0)
    rank = (_N.sum() - 1) * place
    low, high = (_MIDDLE.filter(_N.cum_sum() > at).first() for at in (rank.floor(), rank.ceil()))
    value = low + (high - low) * (rank - rank.floor())
    return [value.alias(metric.name), _N.sum().alias(f"{metric.name}_n")]
