"""The list of sessions: filtered, sorted, by page or by cursor."""

from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Request, Response
from pydantic import Field, model_validator

from api import access, answers, paging
from api.answers import Asked
from api.bodies import Body
from api.cursors import Cursor
from api.description import described
from api.needs import requires
from api.parameters import DIGITS, Given, among, read
from api.rows import Row, encoded, written
from api.shapes import SessionList
from lake.keys import KeyScope
from lake.schema import SESSION_COLUMNS
from queries import sessions as questions
from queries import walk
from queries.engine import Snapshot
from queries.filters import Filters
from queries.sessions import FARTHEST, NEWEST, SORTS

router = APIRouter(tags=["sessions"])

TURNS_EACH = 100  # messages, and events, that a session of a list brings along

Sort = Annotated[str, *among(SORTS)]
Column = Annotated[str, *among(SESSION_COLUMNS)]


Page = Annotated[int, Field(ge=1, le=FARTHEST), DIGITS]


class Include(StrEnum):
    """What a session of a list may bring along."""

    MESSAGES = "messages"
    EVENTS = "events"


class Listing(paging.Walk):
    """Options of the list."""

    sort: Annotated[Sort, Field(description="`-` is descending; unknown values come last.")] = (
        NEWEST
    )
    page: Annotated[Page | None, Field(description="From 1; not with `cursor`.")] = None
    fields: Annotated[
        tuple[Column, ...],
        Field(max_length=len(SESSION_COLUMNS), description="Only these columns."),
    ] = ()
    include: Annotated[
        tuple[Include, ...],
        Field(
            max_length=len(Include),
            description=f"The first {TURNS_EACH} of each session; needs `read:transcripts`.",
        ),
    ] = ()

    @model_validator(mode="after")
    def _has_one_place(self) -> "Listing":
        if self.page is not None and self.cursor is not None:
            raise ValueError("page and cursor do not go together")
        return self


@router.get(
    "/sessions", **described(SessionList, options=Listing, filtered=True, summary="List sessions")
)
@requires(KeyScope.READ_SESSIONS)
async def list_sessions(request: Request) -> Response:
    """Return a page of the filtered sessions."""
    viewer = access.viewer(request)
    given = read(request, Listing)
    if given.options.include:
        viewer.require(KeyScope.READ_TRANSCRIPTS)
    filters = given.filters.within(viewer.scope)
    of = paging.list_name(f"sessions {given.options.sort}", filters)
    cursor = paging.begun(given.options.cursor, of)
    asked = Asked(
        f"sessions?{given.name}",
        viewer.scope,
        is_clocked=_is_clocked(filters, given.options),
        tick=None if cursor is None else cursor.tick,
        filtered=filters,
    )
    return await answers.answer(request, asked, partial(_listed, given, filters, cursor, of))


def _is_clocked(filters: Filters, options: Listing) -> bool:
    return filters.is_clocked or "$now" in SORTS[options.sort]


def _listed(
    given: Given[Listing], filters: Filters, cursor: Cursor | None, of: str, snapshot: Snapshot
) -> Body:
    """Return the body of a page, and the query of the next one."""
    options = given.options
    total = questions.count(filters, snapshot)
    rows, has_more = _page(filters, options, cursor, total, snapshot)
    next_cursor = None
    if has_more:
        place = walk.place_of(rows.row(-1, named=True), snapshot, sort=options.sort)
        next_cursor = paging.signed(Cursor(snapshot.tick, place), of)
    meta = paging.meta(
        page=None if cursor is not None else options.page or 1,
        limit=options.limit,
        total=total,
        as_of=answers.as_of(snapshot, is_clocked=_is_clocked(filters, options)),
        next_cursor=next_cursor,
    )
    data = _written(rows, options, snapshot)
    following = given.query(cursor=next_cursor, page=None) if next_cursor else None
    return Body(encoded({"data": data, "meta": meta}), following)


def _page(
    filters: Filters, options: Listing, cursor: Cursor | None, total: int, snapshot: Snapshot
) -> tuple[pl.DataFrame, bool]:
    """Return the rows of a page, and whether there are more after them."""
    size, sort = options.limit, options.sort
    if cursor is None:
        number = options.page or 1
        rows = questions.page(
            filters, snapshot, number=number, size=size, sort=sort, total=total
        )  # fmt: skip
        return rows, not rows.is_empty() and number * size < total
    place, session_id = cursor.place
    rows = walk.after(
        filters, snapshot, (int(place), str(session_id)), size=size + 1, sort=sort
    )  # fmt: skip
    return rows.head(size), rows.height > size


def _written(rows: pl.DataFrame, options: Listing, snapshot: Snapshot) -> list[Row]:
    columns = options.fields or SESSION_COLUMNS
    sessions: list[dict[str, Any]] = rows.to_dicts()
    data = [written(row, columns) for row in sessions]
    for table in options.include if sessions else ():
        found = walk.turns(table, sessions, snapshot, most=TURNS_EACH)
        for row, session in zip(data, sessions, strict=True):
            row[table] = [written(turn) for turn in found[session["session_id"]]]
    return data
