"""How fast the index answers what Analytics asks, at a million sessions, anew and remembered."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from benchmarks.measure import milliseconds, row, settings
from lake.serving import Lake
from queries import comparison, explain, metrics, trends
from queries.engine import Snapshot, running, snapshot
from queries.filters import Filters
from queries.intervals import Interval
from queries.stacks import STACKS
from settings import Settings

SIZE = 1_000_000
ANEW, REMEMBERED = 150, 5  # milliseconds

EVER = Filters(tz="Europe/Berlin")
WEEK = Filters.model_validate({"range": "7d", "tz": "Asia/Kolkata"})
MONTH = Filters.model_validate({"range": "30d", "tz": "America/St_Johns"})
RATES = ("success_rate", "failure_rate", "cancel_rate", "handoff_rate")
DURATIONS = ("duration_median", "duration_p95")
CARDS = ("sessions", "failed", *RATES, *DURATIONS, "first_response_median")

Ask = Callable[[Snapshot], object]


def run() -> None:
    """Print the figures, each question asked anew, then each from the cache."""
    found = settings(SIZE)
    for cache_mb, bound in ((0, ANEW), (found.cache_mb, REMEMBERED)):
        with _asked(found.model_copy(update={"cache_mb": cache_mb})) as held:
            for name, ask in QUESTIONS.items():
                middle, worst = milliseconds(partial(ask, held), times=9)
                figure = f"{middle:.1f} (worst {worst:.1f}) ms"
                row(f"{name}{'' if bound == ANEW else ', remembered'}", figure, f"<= {bound} ms")


@contextmanager
def _asked(found: Settings) -> Iterator[Snapshot]:
    """Hold a snapshot of the index."""
    lake = Lake(found)
    lake.start()
    try:
        with running(lake, found):
            while True:
                with snapshot() as held:
                    if held.publication.kind == "index":
                        yield held
                        return
                time.sleep(0.05)
    finally:
        lake.close()


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
    "ghost of 30 days by day": lambda held: comparison.ghost(
        ["sessions"], MONTH, held, interval=Interval.DAY
    ),
    "explain a rate": lambda held: explain.explain_metric("failure_rate", EVER, held),
    "explain the volume chart": lambda held: explain.explain_series(
        ["sessions"], EVER, held, interval=Interval.DAY, by="channel"
    ),
}
