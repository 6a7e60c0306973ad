"""What an import may be told, beside the files."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from models import Status


@dataclass(frozen=True)
class Period:
    """From `start` until before `end`, both in UTC."""

    start: datetime
    end: datetime

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Return the period of `FROM..TO`: days (both whole, in UTC) or RFC 3339 times.

        Raises ValueError with a sentence when the text is none.
        """
        first, dots, last = text.partition("..")
        if not dots:
            raise ValueError(f"{text!r} is not FROM..TO, such as 2026-01-01..2026-03-31")
        period = cls(_moment(first, timedelta()), _moment(last, timedelta(days=1)))
        if period.start >= period.end:
            raise ValueError(f"{text!r} ends before it starts")
        return period


def _moment(text: str, whole_day: timedelta) -> datetime:
    """Return the time of `text`; a day means its midnight and `whole_day`."""
    moment = datetime.fromisoformat(text.strip())
    if len(text.strip()) <= len("2026-01-01"):
        return datetime.combine(moment.date(), time(), UTC) + whole_day
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


@dataclass(frozen=True)
class Options:
    """How an import treats what its sources leave open."""

    now: datetime  # becomes updated_at where a source states none
    line_limit: int = 16 * 1024 * 1024  # bytes; a longer record is rejected alone
    assume_times: Period | None = None
    default_status: Status | None = None
