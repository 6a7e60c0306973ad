"""How fast the index answers what Analytics asks, at a million sessions, anew and remembered."""

from benchmarks.asking import Ask, figures
from queries import comparison, explain, ghosts, metrics, trends
from queries.filters import Filters
from queries.intervals import Interval
from queries.stacks import STACKS

ANEW = 150  # milliseconds

EVER = Filters(tz="Europe/Berlin")
WEEK = Filters.model_validate({"range": "7d", "tz": "Asia/Kolkata"})
MONTH = Filters.model_validate({"range": "30d", "tz": "America/St_Johns"})
RATES = ("success_rate", "failure_rate", "cancel_rate", "handoff_rate")
DURATIONS = ("duration_median", "duration_p95")
CARDS = ("sessions", "failed", *RATES, *DURATIONS, "first_response_median")


def run() -> None:
    """Print the figures."""
    figures(QUESTIONS, ANEW)


def _series(filters: Filters, interval: Interval, by: str | None, *names: str) -> Ask:
    return lambda held: trends.series(names, filters, held, interval=interval, by=by)


def _open(filters: Filters, interval: Interval, by: str | None) -> Ask:
    return lambda held: trends.open_during(filters, held, interval=interval, by=by)


def _by(dimension: str) -> Ask:
    return lambda held: trends.distribution(dimension, EVER, held)


QUESTIONS: dict[str, Ask] = {
    "volume by day": _series(EVER, Interval.DAY, None, "sessions"),
    **{f"volume by day, {by}": _series(EVER, Interval.DAY, by, "sessions") for by in STACKS},
    "volume by hour, all time": _series(EVER, Interval.HOUR, "channel", "sessions"),
    "volume by hour, 7 days": _series(WEEK, Interval.HOUR, "channel", "sessions"),
    "volume by week": _series(EVER, Interval.WEEK, "channel", "sessions"),
    "rates by day": _series(EVER, Interval.DAY, None, *RATES),
    "durations by day": _series(EVER, Interval.DAY, None, *DURATIONS),
    "durations by hour, 7 days": _series(WEEK, Interval.HOUR, None, *DURATIONS),
    "volume, rates and durations by day": _series(EVER, Interval.DAY, None, *CARDS),
    "open during, by day": _open(EVER, Interval.DAY, None),
    "open during, by day, channel": _open(EVER, Interval.DAY, "channel"),
    "open during, by hour, 7 days": _open(WEEK, Interval.HOUR, "channel"),
    "heatmap": lambda held: trends.heatmap(EVER, held),
    **{f"all metrics by {by}": _by(by) for by in STACKS},
    "summary of all metrics": lambda held: metrics.summary(EVER, held),
    "nine cards against 30 days before": lambda held: comparison.compared(CARDS, MONTH, held),
    "ghost of 30 days by day": lambda held: ghosts.ghost(
        ["sessions"], MONTH, held, interval=Interval.DAY
    ),
    "explain a rate": lambda held: explain.explain_metric("failure_rate", EVER, held),
    "explain the volume chart": lambda held: explain.explain_series(
        ["sessions"], EVER, held, interval=Interval.DAY, by="channel"
    ),
}
