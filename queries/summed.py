"""The numbers of a whole range as the sums of what stands in its chart.

Counts, rates and means of a series add up to those of its range: the sum of the buckets and of the
undated is the number of the card (docs/metrics.md). So where the series is known, nothing is asked.
Percentiles do not add up.
"""

from typing import Any

import polars as pl

from queries.catalog import Metric
from queries.trends import Series


def of(metric: Metric, series: Series) -> dict[str, Any] | None:
    """Return a metric's columns over all buckets, groups and undated; None for a percentile.

    NAME, and what a metric that is no count comes with: NAME_n, of a rate NAME_hits.
    """
    name, n = metric.name, f"{metric.name}_n"
    if metric.quantile is not None:
        return None
    frames = (series.frame, series.undated)
    if metric.is_count:
        return {name: _sum(frames, pl.col(name))}
    counted = f"{name}_hits"
    # A mean is a whole number of messages over sessions: rounding finds that number again.
    parts = pl.col(counted) if metric.hits else (pl.col(name) * pl.col(n)).round()
    total, part = _sum(frames, pl.col(n)), _sum(frames, parts)
    found = {name: part / total if total else None, n: total}
    return found | {counted: part} if metric.hits else found


def _sum(frames: tuple[pl.DataFrame, ...], column: pl.Expr) -> int:
    """Return the sum of a column of whole numbers."""
    return sum(int(frame.select(column.sum()).item() or 0) for frame in frames)
