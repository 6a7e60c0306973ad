"""Rate limits: so many requests a minute, by class of route, for each key or address.

Told on every answer by `RateLimit-Policy` and `RateLimit`, the structured fields of
draft-ietf-httpapi-ratelimit-headers.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from limits import RateLimitItemPerMinute
from limits.strategies import MovingWindowRateLimiter

from api.windows import Windows
from settings import Settings

WINDOW_SECONDS = 60


class Rate(StrEnum):
    """What is counted together."""

    OPEN = "open"  # health, the name of the data, the description of the API
    METRICS = "metrics"
    LIST = "list"
    EXPORT = "export"
    INGEST = "ingest"
    FAILED_KEYS = "failed-keys"  # requests with a key that is none


@dataclass(frozen=True)
class Taken:
    """Whether a request may pass, and what is told about it."""

    is_allowed: bool
    headers: tuple[tuple[bytes, bytes], ...]
    retry_seconds: int  # after that the next one passes


class Limits:
    """The windows of one process; safe to use from many threads."""

    def __init__(self, settings: Settings, windows: Windows | None = None) -> None:
        self._windows = Windows(settings.rate_tracked) if windows is None else windows
        self._limiter = MovingWindowRateLimiter(self._windows)
        self._items = {
            rate: RateLimitItemPerMinute(most, namespace=rate)
            for rate, most in _amounts(settings).items()
        }

    def take(self, rate: Rate, who: str) -> Taken:
        """Count a request of `who`; what is refused does not count."""
        item = self._items[rate]
        is_allowed = self._limiter.hit(item, who)
        stats = self._limiter.get_window_stats(item, who)
        left = max(0, stats.remaining)
        wait = max(1, math.floor(stats.reset_time - self._windows.now()) + 1)
        return Taken(is_allowed, _headers(rate, item.amount, left, wait), wait)


def _amounts(settings: Settings) -> dict[Rate, int]:
    return {
        Rate.OPEN: settings.rate_open,
        Rate.METRICS: settings.rate_metrics,
        Rate.LIST: settings.rate_list,
        Rate.EXPORT: settings.rate_export,
        Rate.INGEST: settings.rate_ingest,
        Rate.FAILED_KEYS: settings.rate_failed_keys,
    }


def _headers(rate: Rate, most: int, left: int, wait: int) -> tuple[tuple[bytes, bytes], ...]:
    """Return the two fields; `t` is when a place becomes free again."""
    return (
        (b"ratelimit-policy", f'"{rate}";q={most};w={WINDOW_SECONDS}'.encode()),
        (b"ratelimit", f'"{rate}";r={left};t={min(wait, WINDOW_SECONDS)}'.encode()),
    )
