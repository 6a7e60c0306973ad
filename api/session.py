"""One session: what is known of it, its messages, its events."""

from functools import partial
from typing import Annotated

import polars as pl
from fastapi import APIRouter, Path, Request, Response

from api import access, answers, paging
from api.access import Viewer
from api.answers import Asked
from api.bodies import Body
from api.cursors import Cursor
from api.description import described
from api.needs import requires
from api.parameters import Options, read
from api.rows import Row, encoded, written
from api.shapes import MessageList, SessionAnswer
from lake.keys import KeyScope
from queries import session as questions
from queries.engine import Snapshot

router = APIRouter(tags=["sessions"])

FIRST = 100  # messages that come with a session

# Whatever the id looks like: one that no session can have is one that is not there.
SessionId = Annotated[str, Path(description="The whole id.")]


class Messages(paging.Walk):
    """Options of the messages of one session."""

    limit: paging.Limit = FIRST


@router.get(
    "/sessions/{session_id}",
    **described(SessionAnswer, options=Options, missing=True, summary="Read a session"),
)
@requires(KeyScope.READ_SESSIONS)
async def read_session(request: Request, session_id: SessionId) -> Response:
    """Return a session with its first messages and all of its events."""
    viewer = access.viewer(request)
    read(request, Options, filtered=False)
    may_read = KeyScope.READ_TRANSCRIPTS in viewer.scopes
    asked = Asked(f"session {may_read} {session_id}", viewer.scope, is_clocked=False)
    build = partial(_session, session_id, viewer, may_read=may_read)
    return await answers.answer(request, asked, build)


@router.get(
    "/sessions/{session_id}/messages",
    **described(MessageList, options=Messages, missing=True, summary="Read the messages"),
)
@requires(KeyScope.READ_TRANSCRIPTS)
async def list_messages(request: Request, session_id: SessionId) -> Response:
    """Return messages of a session in order, on from a cursor."""
    viewer = access.viewer(request)
    options = read(request, Messages, filtered=False).options
    cursor = paging.begun(options.cursor, _of(session_id, viewer))
    asked = Asked(
        f"messages {session_id} {options.limit} {options.cursor}", viewer.scope, is_clocked=False
    )
    build = partial(_messages, session_id, viewer, options, cursor)
    return await answers.answer(request, asked, build)


def _of(session_id: str, viewer: Viewer) -> str:
    agents = viewer.scope.agents
    return f"messages {session_id} {'*' if agents is None else sorted(agents)}"


def _session(session_id: str, viewer: Viewer, snapshot: Snapshot, *, may_read: bool) -> Body:
    if not may_read:
        known = questions.information(session_id, snapshot, viewer.scope)
        meta = _meta(Messages(), None, known["message_count"], None, snapshot)
        answer = {**written(known), "messages": None, "events": None}
        return Body(encoded({"data": answer, "meta": meta}))
    whole = questions.whole(session_id, snapshot, viewer.scope)
    messages, meta = _turned(whole.messages, _of(session_id, viewer), Messages(), None, snapshot)
    answer = written(whole.information)
    answer["messages"] = [written(row) for row in messages.iter_rows(named=True)]
    answer["events"] = [written(row) for row in whole.events.iter_rows(named=True)]
    return Body(encoded({"data": answer, "meta": meta}))


def _messages(
    session_id: str, viewer: Viewer, options: Messages, cursor: Cursor | None, snapshot: Snapshot
) -> Body:
    all_of_it = questions.messages(session_id, snapshot, viewer.scope)
    rows, meta = _turned(all_of_it, _of(session_id, viewer), options, cursor, snapshot)
    data = [written(row) for row in rows.iter_rows(named=True)]
    following = meta["next_cursor"]
    query = None if following is None else f"limit={options.limit}&cursor={following}"
    return Body(encoded({"data": data, "meta": meta}), query)


def _turned(
    rows: pl.DataFrame, walk: str, options: Messages, cursor: Cursor | None, snapshot: Snapshot
) -> tuple[pl.DataFrame, Row]:
    """Return those of all messages that a page of a walk has, and where they stand."""
    after = rows if cursor is None else rows.filter(pl.col("seq") > int(cursor.place[0]))
    page = after.head(options.limit)
    following = None
    if after.height > page.height:
        place = (int(page["seq"][-1]),)
        following = paging.signed(Cursor(snapshot.tick, place), walk)
    return page, _meta(options, cursor, rows.height, following, snapshot)


def _meta(
    options: Messages, cursor: Cursor | None, total: int, following: str | None, snapshot: Snapshot
) -> Row:
    return paging.meta(
        page=None if cursor is not None else 1,
        limit=options.limit,
        total=total,
        as_of=answers.as_of(snapshot, is_clocked=False),
        next_cursor=following,
    )
