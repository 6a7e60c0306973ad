"""What a file of an export is called."""

import re
from datetime import datetime

from queries.filters import Filters

MAX_LENGTH = 120


def filename(filters: Filters, at: datetime, suffix: str) -> str:
    """Return a name that tells moment (UTC) and filters, in characters that every system takes."""
    parts = [f"sessions_{at:%Y-%m-%dT%H-%MZ}"]
    parts += [f"{name}-{value}" for name, value in filters.without("tz").to_query()]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", "_".join(parts))[:MAX_LENGTH].rstrip("-_") + suffix
