"""The names of what answers depend on: while it stays, so does the answer."""

from datetime import UTC, datetime

from lake.publication import Publication
from queries.filters import Filters
from queries.statement import Statement


def name_of(filters: Filters, publication: Publication) -> str:
    """Return the name of what filtered sessions depend on; live ones change only what has them.

    Sessions that all start before the first live one are history.
    """
    before, horizon = filters.started_before, publication.horizon
    is_before = before is not None and (
        horizon is None or before.astimezone(UTC).replace(tzinfo=None) <= horizon
    )
    is_settled = is_before and not filters.returned
    return publication.settled_name if is_settled else publication.name


def state_name(statement: Statement, filters: Filters, publication: Publication) -> str:
    """Return the name of what an answer depends on."""
    return name_of(filters, publication) if statement.is_of_filtered else publication.name


def lasting_name(name: str, publication: Publication, tick: datetime) -> str:
    """Return a name that stays with the cold state: that one, or one of this state and a minute."""
    settled = publication.settled_name
    return name if name == settled else f"{settled}~{tick:%Y%m%dT%H%M}"
