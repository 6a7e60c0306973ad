"""What sample data is made from: the same parameters give the same data."""

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from settings import Zone

DAYS_MOST = 3660
SEED_MOST = 2**32 - 1


class Parameters(BaseModel):
    """How many sessions in how many days before `end`, with the rhythm of `zone`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sessions: int = Field(20_000, ge=0)
    days: int = Field(90, ge=1, le=DAYS_MOST)
    seed: int = Field(7, ge=0, le=SEED_MOST)
    end: AwareDatetime
    zone: Zone

    @property
    def end_us(self) -> int:
        """The end in microseconds since 1970, cut to whole milliseconds."""
        return int(self.end.timestamp() * 1000) * 1000

    @property
    def live(self) -> int:
        """How many of the last sessions run at the end, whatever the hour."""
        return min(max(self.sessions // 400, 4), 40, self.sessions // 4)

    @property
    def stuck(self) -> int:
        """How many sessions before those were never ended."""
        return min(max(self.sessions // 4000, 3), 9, self.sessions // 8)
