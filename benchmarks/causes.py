"""How fast the index answers what looks for causes: open at once, repeat contact, what changed."""

from benchmarks.asking import Ask, figures
from components.lens import METRICS
from queries import changes, concurrency, returning
from queries.filters import Filters

BOUND = 350  # milliseconds

EVER = Filters(tz="Europe/Berlin")
WEEK = Filters.model_validate({"range": "7d", "tz": "Asia/Kolkata"})
MONTH = Filters.model_validate({"range": "30d", "tz": "America/St_Johns"})
PHONE = Filters.model_validate({"range": "30d", "channel": ["phone"]})


def run() -> None:
    """Print the figures."""
    figures(QUESTIONS, BOUND)


def _once(filters: Filters, by: str | None = "channel", capacity: int | None = None) -> Ask:
    return lambda held: concurrency.concurrency(filters, held, by=by, capacity=capacity)


def _back(filters: Filters) -> Ask:
    return lambda held: returning.repeat_contact(filters, held)


def _changed(metric: str, filters: Filters, *by: str) -> Ask:
    dimensions = by or changes.SPLITS
    return lambda held: changes.changes(metric, filters, held, dimensions=dimensions)


QUESTIONS: dict[str, Ask] = {
    "open at once": _once(EVER),
    "open at once, together": _once(EVER, by=None),
    "open at once, by agent, a capacity": _once(EVER, by="agent", capacity=100),
    "open at once, 30 days": _once(MONTH),
    "open at once, 7 days": _once(WEEK),
    "repeat contact": _back(EVER),
    "repeat contact, 30 days": _back(MONTH),
    "repeat contact, 30 days, phone": _back(PHONE),
    **{f"what changed, 30 days: {name}": _changed(name, MONTH) for name in METRICS},
    "what changed, 7 days: failure_rate": _changed("failure_rate", WEEK),
    "what changed by metadata, 30 days": _changed("failure_rate", MONTH, changes.METADATA),
    "what changed by hour and weekday, 30 days": _changed("failure_rate", MONTH, *changes.BY_HOUR),
    "what changed by values, 30 days": _changed("failure_rate", MONTH, *changes.BY_VALUE),
}
