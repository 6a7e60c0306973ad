"""Percentiles of trends and of agents from the bins of lake/histograms.py, where these can answer.

Each is within half a bin of the exact one. Where they cannot answer (see queries/planner.py)
nothing is returned, and the sessions are asked one by one, exactly.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from lake import histograms as lake
from queries import placing
from queries.catalog import Dimension, Metric
from queries.engine import Snapshot, shaped
from queries.filters import Filters
from queries.percentiles import PLACED, Halves, Percentiles
from queries.question import Question
from queries.stacks import Stack
from queries.statement import Statement


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
            found[measure] = _over_time(_ask(question, Percentiles(metrics, PLACED), snapshot))
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
    return OverTime(told.head(-1), told.drop(PLACED).row(-1, named=True))


def _placed(
    measure: str, placed: Placed, stack: Stack, snapshot: Snapshot
) -> Question | None:  # fmt: skip
    statements = [placing.bins(measure, kind, stack) for kind in lake.KINDS]
    return _answered(statements, placed.filters, snapshot, placed.given)


@dataclass(frozen=True)
class Grouped:
    """What is asked for percentiles of each value of a dimension: a question for each measure."""

    dimension: str
    questions: Mapping[tuple[Metric, ...], Question]

    @property
    def names(self) -> frozenset[str]:
        """The metrics that are told."""
        return frozenset(metric.name for metrics in self.questions for metric in metrics)

    def ask(self, snapshot: Snapshot) -> pl.DataFrame:
        """Return a row for each value, with NAME and NAME_n."""
        frames = [
            # The last row is of all of them.
            _ask(question, Percentiles(metrics, (self.dimension,)), snapshot).head(-1)
            for metrics, question in self.questions.items()
        ]
        return pl.concat(frames, how="align_full")


def grouped(
    asked: Sequence[Metric], dimension: Dimension, filters: Filters, snapshot: Snapshot,
    **given: Any,  # noqa: ANN401
) -> Grouped | None:  # fmt: skip
    """Return what tells the percentiles among metrics of each value of a dimension.

    None where not all of them are told by histograms.
    """
    found = {}
    for measure, metrics in _measures(asked).items():
        statements = [placing.bins_by(measure, kind, dimension) for kind in lake.KINDS]
        question = _answered(statements, filters, snapshot, given)
        if question is None:
            return None
        found[metrics] = question
    return Grouped(dimension.name, found) if found else None


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
    statements = [placing.all_bins(measure, kind) for kind in lake.KINDS]
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
