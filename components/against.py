"""What the period before is called where numbers are compared with it."""

from queries import comparison
from queries.choices import RANGE_WORDS
from queries.engine import Snapshot
from queries.filters import Filters


def words(filters: Filters, snapshot: Snapshot) -> str:
    """Return "the 7 days before" or "8 to 14 Nov 2026"; '' where there is no period before."""
    if filters.range in RANGE_WORDS:
        return f"the {RANGE_WORDS[filters.range]} before"
    earlier = comparison.previous(filters, snapshot)
    if earlier is None:
        return ""
    badges = earlier.badges(filters.tz or snapshot.zone)
    return next(badge.text for badge in badges if badge.field == "range")
