"""Snapshots: one state of the data and one moment, which all questions of a run are about."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lake.publication import Publication
from settings import Settings

TICK_SECONDS = 10


@dataclass(frozen=True)
class Snapshot:
    """What questions read: a publication, and the moment that counts as now."""

    publication: Publication
    tick: datetime  # aware UTC, floored to ten seconds
    zone: str  # the report zone, where the filters name none
    is_lasting: bool = False
    # Where texts have been found, so that all questions of a run look one up once.
    found: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The name of this state of the data at this moment."""
        publication = self.publication
        state = publication.settled_name if self.is_lasting else publication.name
        return f"{state}~{self.tick:%Y%m%dT%H%M%S}"

    @property
    def lasting(self) -> "Snapshot":
        """The same for what live sessions do not change, or too little to ask again for each.

        Answers hold until the next cold commit, and for the minute of the tick at most.
        """
        return replace(self, is_lasting=True)

    @property
    def minute(self) -> "Snapshot":
        """As `lasting`, at the beginning of the minute."""
        return replace(self.lasting, tick=self.tick.replace(second=0))

    def day(self, zone: str | None = None) -> date:
        """Return the day of the tick in a zone, the report zone by default."""
        return self.tick.astimezone(ZoneInfo(zone or self.zone)).date()


def snapshot_of(publication: Publication, settings: Settings) -> Snapshot:
    """Return what is read of a publication now."""
    now = settings.clock().astimezone(UTC)
    second = now.second - now.second % TICK_SECONDS
    return Snapshot(publication, now.replace(second=second, microsecond=0), settings.zone)
