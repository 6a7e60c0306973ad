"""Write docs/metrics.md from the catalogue: `python -m benchmarks.metrics_page`.

A test fails while the page is out of date.
"""

from urllib.parse import urlencode

from lake import bins
from queries import honest, intervals
from queries.catalog import DIMENSIONS, METRICS, Good, Metric, Unit
from queries.filters import Filters
from queries.stacks import STACKS, TOP
from settings import ROOT

PAGE = ROOT / "docs" / "metrics.md"

UNITS = {
    Unit.SESSIONS: "sessions",
    Unit.RATE: "share of one",
    Unit.MILLISECONDS: "milliseconds",
    Unit.NUMBER: "number",
}
GOOD = {Good.UP: "more is better", Good.DOWN: "less is better", Good.NEITHER: ""}

HOURLY = intervals.USUAL[intervals.Interval.HOUR].days
DAILY = intervals.USUAL[intervals.Interval.DAY].days

HEAD = f"""\
# What the numbers mean

This page is made from `queries/catalog.py` by `python -m benchmarks.metrics_page`; change it there.
Every number is of the sessions that the filters leave, and the same on the pages, in the API and in
an export. "Explain" beside a number shows this text, the SQL that was run, and its n.

- **Rates** carry the number of sessions they are about (n) and the 95 % score interval of Wilson.
  Below n = {honest.FEW} they are shown as uncertain. Of no session a count is 0 and a rate unknown.
- **Changes** are against the period of equal length before (as many days before whole days): of a
  rate in points, else as a part of the number before. Rates differ where the interval of their
  difference (Newcombe 1998, method 10) leaves out 0; counts where an even split of their sum would
  be unusual. All else is called noise.
- **Percentiles** are exact, between two values in a straight line. Charts over time and agents
  tell those of very many sessions (twice `PARLEY_CUBE_SESSIONS` or more in the range) from a
  histogram with {bins.A_DOUBLING} bins to each doubling: within half a bin, {bins.WITHIN}, and
  marked ≈ wherever they stand; a change of a bin is noise. Their n is exact.
- **Over time**: hours, days or weeks (from Monday) of the report zone, from the start of the range
  or the first session to its end or now, at most {intervals.MOST:,}: up to {HOURLY} days by hour,
  up to {DAILY} days by day, else by week. The range may cut the first and the last bucket; what
  starts after now is in the last one. Days in which clocks are changed have 23 or 25 hours, and the
  hour that is shown twice is two. Sessions without a start are in no bucket and stand beside the
  chart: card = sum of the buckets + undated.
- **Open during** counts the sessions that were open at some moment of a bucket: from their start,
  which is included, to their end, an active one until now; one without a known end only where it
  starts. Sessions that last through several buckets count in each: not additive, and no link.
- **Stacked** by {", ".join(STACKS)}; of agents the {TOP} with most sessions stand alone,
  all others together. Their link lists them; there is none where they are more than a filter takes.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([HEAD, *_metrics(), *_dimensions()])


def _metrics() -> list[str]:
    lines = ["## Metrics", "", "| name | | unit | what it is | sessions behind it |"]
    lines += ["|---|---|---|---|---|"]
    for metric in METRICS.values():
        unit = ", ".join(filter(None, [UNITS[metric.unit], GOOD[metric.good_direction]]))
        cells = [f"`{metric.name}`", metric.label, unit, metric.definition, _behind(metric)]
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "As SQL over the filtered sessions:", "", "```sql"]
    lines += [f"{metric.sql} as {metric.name}" for metric in METRICS.values()]
    return [*lines, "```", ""]


def _dimensions() -> list[str]:
    lines = ["## Dimensions", "", "| name | | as SQL |", "|---|---|---|"]
    lines += [f"| `{one.name}` | {one.label} | `{one.sql}` |" for one in DIMENSIONS.values()]
    return [*lines, ""]


def _behind(metric: Metric) -> str:
    """Return the filters that leave the sessions behind a metric, as they stand in a URL."""
    query = Filters.model_validate(metric.behind).to_query()
    return f"`{urlencode(query)}`" if query else "all of them"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
