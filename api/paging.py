"""Pages of answers: the options that every list takes, and what is told of where it stands."""

import math
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api import service
from api.cursors import PATTERN, Cursor
from api.parameters import DIGITS, Options
from api.rows import moment

MOST = 1000
USUAL = 50

Limit = Annotated[int, Field(ge=1, le=MOST, description="Rows of a page."), DIGITS]
Text = Annotated[str, Field(pattern=PATTERN)]


class Walk(Options):
    """Options of a list that is walked by cursor."""

    limit: Limit = USUAL
    cursor: Annotated[
        Text | None, Field(description="From `meta.next_cursor`; leads on from there.")
    ] = None


def begun(cursor: str | None, of: str) -> Cursor | None:
    """Return the cursor of a request, None at the start of a walk; raises CursorError."""
    return None if cursor is None else service.current().cursors.read(cursor, of)


def signed(cursor: Cursor, of: str) -> str:
    """Return a cursor as it is handed out."""
    return service.current().cursors.write(cursor, of)


def meta(
    *, limit: int, total: int, as_of: datetime, next_cursor: str | None, page: int | None = None
) -> dict[str, Any]:
    """Return where a page stands; there is more where there is a cursor."""
    return {
        "page": page,
        "limit": limit,
        "total_items": total,
        "total_pages": math.ceil(total / limit),
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None,
        "as_of": moment(as_of),
    }
