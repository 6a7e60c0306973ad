"""How the time of each question grows with the sessions: percentiles, beside the bare limit.

Every question is asked anew, nothing is remembered, each time with another filter out of a few. The
limit of the same run is what DuckDB takes for the numbers of the four cards as one scan of the
native table, without anything of ours. Writes docs/benchmarks.md and its picture.
"""

import math
import platform
import random
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import duckdb

from benchmarks import plotted
from benchmarks.asking import asked
from benchmarks.measure import each, is_made, row, settings
from queries import (
    agents,
    changes,
    concurrency,
    facets,
    metrics,
    returning,
    session,
    sessions,
    trends,
)
from queries.engine import Snapshot
from queries.filters import Filters, Scope
from queries.intervals import Interval
from queries.periods import DAY
from settings import ROOT

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
TIMES = 40
SEED = 11
PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = ROOT / "docs" / "img" / "growth.svg"

# What four cards count, as DuckDB is asked by hand.
SCAN = """
select channel, status, count(*), count(*) filter (where started_at >= $day_ago)
from sessions group by all
"""
DURATIONS = ("duration_median", "duration_p90", "duration_p95")
SEVERAL = Filters.model_validate({"channel": ["phone", "sip"], "status": ["completed"]})
CHOSEN: tuple[Filters, ...] = (
    Filters(),
    Filters.model_validate({"channel": ["web"]}),
    SEVERAL,
    Filters.model_validate({"status": ["failed"]}),
    Filters.model_validate({"type": ["voice"]}),
    Filters.model_validate({"agent": ["agt_atlas"]}),
)
RANGES = ("24h", "7d", "30d")


@dataclass(frozen=True)
class Held:
    """A lake that is asked, and what is known of it."""

    snapshot: Snapshot
    pages: int
    ids: tuple[str, ...]
    chance: random.Random

    @property
    def chosen(self) -> Filters:
        """Some filters that a cube can answer."""
        return self.chance.choice(CHOSEN)

    @property
    def single(self) -> Filters:
        """Some of these, of which no field has several values."""
        return self.chance.choice([each for each in CHOSEN if each is not SEVERAL])

    @property
    def narrow(self) -> Filters:
        """Some filters with a range."""
        return self.chosen.model_copy(update={"range": self.chance.choice(RANGES)})


Ask = Callable[[Held], object]


def _page(held: Held) -> object:
    """Count, cards and rows of a few days, as the Sessions page asks them."""
    week = held.chosen.model_copy(update={"range": "7d"})
    return (
        sessions.page(week, held.snapshot),
        facets.total(week, held.snapshot),
        metrics.cards(week, held.snapshot),
    )


def _series(*names: str, by: str | None = None) -> Ask:
    return lambda held: trends.series(
        names, held.chosen, held.snapshot, interval=Interval.DAY, by=by
    )


def _far(held: Held) -> object:
    return sessions.page(Filters(), held.snapshot, number=held.chance.randint(1, held.pages))


def _found(held: Held) -> object:
    needle = Filters(q=held.chance.choice(held.ids)[:10])
    return sessions.page(needle, held.snapshot), sessions.count(needle, held.snapshot)


QUESTIONS: dict[str, Ask] = {
    "four cards with lines": lambda held: metrics.cards(held.chosen, held.snapshot),
    "first page": lambda held: sessions.page(held.chosen, held.snapshot),
    "any page": _far,
    "longest first": lambda held: sessions.page(held.chosen, held.snapshot, sort="-duration"),
    "7 days: rows, count, cards": _page,
    "one session, all of it": lambda held: session.whole(
        held.chance.choice(held.ids), held.snapshot, Scope()
    ),
    "search by id": _found,
    "volume by channel": _series("sessions", by="channel"),
    "rates": _series("failure_rate", "success_rate"),
    "durations": _series(*DURATIONS),
    "weekday and hour": lambda held: trends.heatmap(held.chosen, held.snapshot),
    "agents": lambda held: agents.table(held.narrow, held.snapshot),
    "open at once": lambda held: concurrency.concurrency(held.single, held.snapshot),
    # Of two channels together none is kept: they are swept anew.
    "open at once, of several": lambda held: concurrency.concurrency(SEVERAL, held.snapshot),
    "repeat contact": lambda held: returning.repeat_contact(held.chosen, held.snapshot),
    "what changed, 30 days": lambda held: changes.changes(
        "failure_rate", held.chosen.model_copy(update={"range": "30d"}), held.snapshot
    ),
}


@dataclass(frozen=True)
class Taken:
    """How long a question takes at a size, in milliseconds."""

    p50: float
    p95: float
    p99: float
    limit: float  # what the bare scan takes at that size

    def __str__(self) -> str:
        """Tell them as in the table."""
        return f"{self.p50:.1f} / {self.p95:.1f} / {self.p99:.1f}"


def run() -> None:
    """Print the figures of each size, then write them down."""
    found: dict[str, dict[int, Taken]] = {name: {} for name in QUESTIONS}
    for size in SIZES:
        if is_made(size):
            for name, taken in _of(size).items():
                found[name][size] = taken
                row(f"{size:,}: {name}", f"{taken} ms", f"{taken.p50 / taken.limit:.1f} x the scan")
    PICTURE.write_text(
        plotted.grown({name: {s: t.p50 for s, t in of.items()} for name, of in found.items()}),
        encoding="utf-8",
    )
    PAGE.write_text(_written(found), encoding="utf-8")


def _of(size: int) -> dict[str, Taken]:
    """Return what each question takes in a lake of so many sessions."""
    with asked(settings(size).model_copy(update={"cache_mb": 0})) as snapshot:
        ids = sessions.page(Filters(), snapshot, number=3, size=200)["session_id"].to_list()
        held = Held(snapshot, max(size // 50, 1), tuple(ids), random.Random(SEED))  # noqa: S311
        limit = statistics.median(each(partial(_scan, held), TIMES))
        return {
            name: summed(each(partial(ask, held), TIMES), limit) for name, ask in QUESTIONS.items()
        }


def summed(times: list[float], limit: float = math.nan) -> Taken:
    """Return the percentiles of some times."""
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    return Taken(statistics.median(times), cuts[94], cuts[98], limit)


def _scan(held: Held) -> object:
    day_ago = (held.snapshot.tick - DAY).replace(tzinfo=None)
    with held.snapshot.publication.cursor() as cursor:
        return cursor.execute(SCAN, {"day_ago": day_ago}).fetchall()


def _written(found: dict[str, dict[int, Taken]]) -> str:
    """Return the page: a row a question, a column a size, and the exponent of the growth."""
    sizes = sorted({size for of in found.values() for size in of})
    heads = [f"{size:,}" for size in sizes]
    lines = [f"| {' | '.join(['question', *heads, 'grows as n^'])} |",
             "|---" + "|---:" * (len(sizes) + 1) + "|"]  # fmt: skip
    for name, of in found.items():
        smaller, larger = of[sizes[-2]], of[sizes[-1]]
        power = math.log10(larger.p50 / smaller.p50) / math.log10(sizes[-1] / sizes[-2])
        lines.append(f"| {name} | {' | '.join(str(of[size]) for size in sizes)} | {power:.2f} |")
    limits = [next(iter(found.values()))[size].limit for size in sizes]
    lines.append(f"| *the bare scan* | {' | '.join(f'{limit:.1f}' for limit in limits)} | |")
    return PAGE_TEXT.format(
        table="\n".join(lines),
        times=TIMES,
        duckdb=duckdb.__version__,
        python=platform.python_version(),
    )


PAGE_TEXT = """\
# How the time of a question grows

Milliseconds, p50 / p95 / p99 of {times} askings, each anew (nothing is remembered) and with another
filter out of a few, from the index of a lake of sample sessions, on two cores. *The bare scan* is
what DuckDB {duckdb} alone takes in the same run for the numbers of the four cards as one scan.
The files behind the index, which are read whole some seconds after each start, are not read here.
Python {python}. Written by `python -m benchmarks growth`; a lake of ten million is measured where
`python -m cli demo --sessions 10000000` has made it in the folder of the benchmarks. Other programs
are asked the same questions by `python -m benchmarks.peers`: [beside peers](benchmarks-peers.md).

{table}

![Time by number of sessions](img/growth.svg)
"""
