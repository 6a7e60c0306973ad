"""The strip of data health: how fast live events are seen, and what is odd in them.

What is counted since the start is of this process; the rest is asked of the data.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import observed
from components import changes
from components.assets import Data, element
from components.times import milliseconds
from lake.publication import Publication
from observed import Taken
from queries.health import BEHIND

SLOW_SECONDS = 60.0  # later than this what was sent should have been seen

_strip = element("health_strip")


def show(
    publication: Publication, summary: Mapping[str, Any], *, out_of_order: int, now: datetime
) -> None:
    """Render six facts; `summary` and `out_of_order` are answers of `queries.health`."""
    aside = sum(item.is_data for item in publication.set_aside)
    repeated = observed.taken_so_far(Taken.DUPLICATE)
    facts = [
        _lag(observed.lag()),
        _last(publication, summary["newest_updated_at"]),
        _count(
            "Without an end", summary["without_end"], "Ended sessions without an end time.",
            change=changes.to(BEHIND["without_end"]),
        ),
        _count("Duplicates", repeated, "Events sent again since the start; each counts once."),
        _count("Out of order", out_of_order, "Sessions of 24 hours with a message older than the "
               "one before it."),
        _count("Quarantined", aside, "Files set aside, which do not answer.", is_wrong=aside > 0),
    ]  # fmt: skip
    _strip(key="health_strip", data={"now": milliseconds(now), "facts": facts})


def _lag(seconds: float | None) -> Data:
    """Return how late the newest live events were seen."""
    is_slow = seconds is not None and seconds > SLOW_SECONDS
    text = "From the time of an event until it is shown, the newest ones."
    ms = None if seconds is None else round(seconds * 1000)
    return {"label": "Lag", "ms": ms, "text": text, "is_wrong": is_slow}


def _last(publication: Publication, updated_at: datetime | None) -> Data:
    """Return when the last event came; of imported sessions, when the newest one changed."""
    live = publication.live
    at = updated_at if live is None else live.heard_at
    text = "When the newest one came." if live else "The newest change of a session; none is live."
    return {"label": "Last event", "at": at and milliseconds(at), "text": text, "is_wrong": False}


def _count(
    label: str, count: int, text: str, *, change: Data | None = None, is_wrong: bool = False
) -> Data:
    return {"label": label, "count": count, "text": text, "change": change, "is_wrong": is_wrong}
