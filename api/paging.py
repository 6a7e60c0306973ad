"""Pages of answers: the options that every list takes, and what is told of where it stands."""

import math
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from api import service
from api.cursors import PATTERN, Cursor
from api.parameters import DIGITS, Options
from api.rows import moment
from queries.filters import Filters

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


def list_name(what: str, filters: Filters) -> str:
    """Return what a cursor is bound to: a list, its filters, and which agents may be seen."""
    agents = filters.scope.agents
    seen = "*" if agents is None else repr(sorted(agents))
    return f"{what} {filters.to_query()} {seen}"


def meta(
    *, limit: int, total: int | None, as_of: datetime, next_cursor: str | None,
    page: int | None = None, has_more: bool | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return where a page stands; where nothing is said there is more if there is a cursor."""
    return {
        "page": page,
        "limit": limit,
        "total_items": total,
        "total_pages": None if total is None else math.ceil(total / limit),
        "next_cursor": next_cursor,
        "has_more": next_cursor is not None if has_more is None else has_more,
        "as_of": moment(as_of),
    }
