"""Events across sessions: what has happened, newest first."""

from dataclasses import dataclass
from urllib.parse import quote

from fastapi import APIRouter, Request, Response

from api import access, answers, paging
from api.answers import Asked
from api.bodies import Body
from api.cursors import Cursor
from api.description import described
from api.needs import requires
from api.parameters import Given, read
from api.rows import Row, encoded, written
from api.shapes import EventList
from lake.keys import KeyScope
from queries import activity
from queries.engine import Snapshot
from queries.filters import Filters

router = APIRouter(tags=["events"])


@router.get(
    "/events",
    **described(EventList, options=paging.Walk, filtered=True, summary="List events"),
)
@requires(KeyScope.READ_TRANSCRIPTS)
async def list_events(request: Request) -> Response:
    """Return events of the filtered sessions, newest first; `event` chooses their kinds too."""
    viewer = access.viewer(request)
    given = read(request, paging.Walk)
    filters = given.filters.within(viewer.scope)
    of = paging.list_name("events", filters)
    cursor = paging.begun(given.options.cursor, of)
    asked = Asked(
        f"events?{given.name}",
        viewer.scope,
        is_clocked=filters.is_clocked,
        tick=None if cursor is None else cursor.tick,
    )
    walk = _Walk(given, filters, cursor, of, request.scope.get("root_path", ""))
    return await answers.answer(request, asked, walk.body)


@dataclass(frozen=True)
class _Walk:
    """A request for events, understood."""

    given: Given[paging.Walk]
    filters: Filters
    cursor: Cursor | None
    of: str  # the list that cursors are bound to
    root: str

    def body(self, snapshot: Snapshot) -> Body:
        """Return the body of a page, and the query of the next one."""
        limit = self.given.options.limit
        before = None if self.cursor is None else activity.Cursor.read(str(self.cursor.place[0]))
        found = activity.page(self.filters, snapshot, before=before, size=limit)
        following = None
        if found.older is not None:
            following = paging.signed(Cursor(snapshot.tick, (str(found.older),)), self.of)
        meta = paging.meta(
            page=None if self.cursor is not None else 1,
            limit=limit,
            total=None,
            as_of=answers.as_of(snapshot, is_clocked=self.filters.is_clocked),
            next_cursor=following,
        )
        data = [self._event(row) for row in found.rows.iter_rows(named=True)]
        query = None if following is None else self.given.query(cursor=following)
        return Body(encoded({"data": data, "meta": meta}), query)

    def _event(self, row: Row) -> Row:
        path = f"{self.root}/sessions/{quote(row['session_id'])}"
        return {**written(row), "links": {"session": path}}
