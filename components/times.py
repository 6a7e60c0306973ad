"""Moments on their way to the browser, which shows them in the viewer's zone."""

from datetime import UTC, datetime


def utc(moment: datetime) -> datetime:
    """Return a moment as aware UTC; answers of questions are naive and mean UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def milliseconds(moment: datetime) -> int:
    """Return a moment as browsers count it: since 1970, in milliseconds."""
    return int(utc(moment).timestamp() * 1000)
