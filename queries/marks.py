"""MARKS: whatever is drawn and stands for sessions, with the link to exactly these.

A mark may exist only if its rows are a Filters value. Each is entered here, and a test asks for the
rows of all of them, follows their links and counts. What a chart shows beyond that, such as how
many sessions were open at once, is no mark and has no link.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from queries import comparison, ghosts, intervals, links, trends
from queries.catalog import DIMENSIONS, METRICS, Metric
from queries.engine import Snapshot
from queries.filters import Filters
from queries.stacks import STACKS

Row = dict[str, Any]


@dataclass(frozen=True)
class Mark:
    """A kind of mark.

    `rows` are the marks under some filters, each with its number of `sessions` and what `link`
    needs to know of it. `link` is None where no filters can name these sessions: nothing is to be
    clicked there.
    """

    name: str
    sentence: str
    rows: Callable[[Filters, Snapshot], list[Row]]
    link: Callable[[Row, Filters, Snapshot], Filters | None]


def _bucket(by: str | None) -> Mark:
    """Return the mark of a bar of the volume chart: a bucket, and a group where it is stacked."""

    def rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
        series = _series(["sessions"], filters, snapshot, by)
        return _placed(series)

    def link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:
        inside = filters if by is None else links.group(by, row["group"], filters, snapshot)
        series = _series(["sessions"], filters, snapshot, by)
        return inside and links.bucket(series, row["place"], inside)

    name = "bucket" if by is None else f"bucket_by_{by}"
    return Mark(name, "A bar of the volume chart.", rows, link)


def _ghost(by: str | None) -> Mark:
    """Return the mark of a bar of the period before, behind those of the volume chart."""

    def rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
        ghost = _before(filters, snapshot, by)
        return [] if ghost is None else _placed(ghost)

    def link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:
        ghost, inside = _before(filters, snapshot, by), comparison.previous(filters, snapshot)
        if inside is not None and by is not None:
            inside = links.group(by, row["group"], inside, snapshot, among=filters)
        return (
            None if ghost is None or inside is None else links.bucket(ghost, row["place"], inside)
        )

    name = "ghost" if by is None else f"ghost_by_{by}"
    return Mark(name, "A bar of the period before.", rows, link)


def _undated(by: str | None) -> Mark:
    """Return the mark of the sessions without a start, beside a chart over time."""

    def rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
        return _series(["sessions"], filters, snapshot, by).undated.to_dicts()

    def link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:
        inside = filters if by is None else links.group(by, row["group"], filters, snapshot)
        return inside and links.undated(inside)

    name = "undated" if by is None else f"undated_by_{by}"
    return Mark(name, "The sessions without a start, beside a chart over time.", rows, link)


def _point(metric: Metric) -> Mark:
    """Return the mark of a point of a metric over time."""

    def rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
        return [
            {**row, "sessions": _about(metric, row)}
            for row in _placed(_series([metric.name], filters, snapshot, None))
        ]

    def link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:
        inside = links.behind(metric, filters)
        series = _series([metric.name], filters, snapshot, None)
        return inside and links.bucket(series, row["place"], inside)

    return Mark(f"{metric.name}_point", f"{metric.label} at a time.", rows, link)


def _number(metric: Metric) -> Mark:
    """Return the mark of a metric as one number, and of the same in the period before."""

    def rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
        earlier = comparison.previous(filters, snapshot)
        return [
            {"of": period, "sessions": _about(metric, question.ask(snapshot).row(0, named=True))}
            for period, asked in (("present", filters), ("before", earlier))
            if asked is not None
            for question in [comparison.question([metric], asked)]
        ]

    def link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:
        is_present = row["of"] == "present"
        asked = filters if is_present else comparison.previous(filters, snapshot)
        return asked and links.behind(metric, asked)

    return Mark(f"{metric.name}_number", f"{metric.label} as a number.", rows, link)


def _part(dimension: str) -> Mark:
    """Return the mark of a bar or slice of a distribution."""

    def rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
        return trends.distribution(dimension, filters, snapshot).to_dicts()

    def link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:  # noqa: ARG001
        return links.part(dimension, row[dimension], filters)

    return Mark(f"part_by_{dimension}", f"A part of the sessions by {dimension}.", rows, link)


def _cells(filters: Filters, snapshot: Snapshot) -> list[Row]:
    return trends.heatmap(filters, snapshot).to_dicts()


def _cell(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:  # noqa: ARG001
    return links.cell(row["weekday"], row["hour"], filters)


def _series(
    names: list[str], filters: Filters, snapshot: Snapshot, by: str | None
) -> trends.Series:
    interval = intervals.chosen(filters, snapshot)
    return trends.series(names, filters, snapshot, interval=interval, by=by)


def _before(filters: Filters, snapshot: Snapshot, by: str | None) -> trends.Series | None:
    interval = intervals.chosen(filters, snapshot)
    return ghosts.ghost(["sessions"], filters, snapshot, interval=interval, by=by)


def _placed(series: trends.Series) -> list[Row]:
    """Return the rows of a series with the place of their bucket."""
    rows = series.frame.to_dicts()
    return [{**row, "place": number // len(series.groups)} for number, row in enumerate(rows)]


def _about(metric: Metric, row: Row) -> int:
    """Return how many sessions a link of a metric leads to."""
    if metric.is_count:
        return int(row[metric.name])
    return int(row[f"{metric.name}_hits"] if metric.hits else row[f"{metric.name}_n"])


MARKS: dict[str, Mark] = {
    mark.name: mark
    for mark in (
        *(_bucket(by) for by in (None, *STACKS)),
        *(_ghost(by) for by in (None, *STACKS)),
        *(_undated(by) for by in (None, *STACKS)),
        *(_point(metric) for metric in METRICS.values()),
        *(_number(metric) for metric in METRICS.values()),
        *(_part(dimension) for dimension in DIMENSIONS),
        Mark("cell", "A cell of the heatmap: an hour of a weekday.", _cells, _cell),
    )
}


def enter(mark: Mark) -> None:
    """Add a mark of another question to the registry."""
    MARKS[mark.name] = mark
