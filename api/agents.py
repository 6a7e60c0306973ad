"""The agents of the filtered sessions, each with its numbers."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api import access, answers, paging
from api.answers import Asked
from api.bodies import Body
from api.description import described
from api.limits import Rate
from api.needs import requires
from api.numbers import query
from api.parameters import DIGITS, Given, Options, among, read
from api.rows import Row, encoded
from api.shapes_metrics import AgentList
from lake.keys import KeyScope
from queries import agents as questions
from queries.agents import METRIC_NAMES, MOST_SESSIONS, SORTS
from queries.catalog import METRICS
from queries.engine import Snapshot
from queries.filters import Filters
from queries.sessions import FARTHEST

router = APIRouter(tags=["agents"])

_TOLD = ("agent_id", "agent_name", "share", "failure_rate_low", "failure_rate_high", "before",
         "change", "is_noise", "is_uncertain")  # fmt: skip


class Table(Options):
    """Options of the table of agents."""

    limit: paging.Limit = paging.USUAL
    page: Annotated[int, Field(ge=1, le=FARTHEST, description="From 1."), DIGITS] = 1
    sort: Annotated[
        Annotated[str, *among(SORTS)],
        Field(description="`-` descends; rates of few sessions come last."),
    ] = MOST_SESSIONS


@router.get("/agents", **described(AgentList, options=Table, filtered=True, summary="List agents"))
@requires(KeyScope.READ_METRICS, Rate.METRICS)
async def list_agents(request: Request) -> Response:
    """Return a page of the agents; shares are those of all agents, whichever are chosen."""
    viewer = access.viewer(request)
    given = read(request, Table)
    filters = given.filters.within(viewer.scope)
    asked = Asked(f"agents?{given.name}", viewer.scope, is_clocked=True, cache=answers.BRIEFLY)
    path = f"{request.scope.get('root_path', '')}/sessions"
    return await answers.answer(request, asked, partial(_listed, given, filters, path))


def _listed(given: Given[Table], filters: Filters, path: str, snapshot: Snapshot) -> Body:
    options = given.options
    table = questions.table(filters, snapshot, sort=options.sort)
    first = options.limit * (options.page - 1)
    rows = table.slice(first, options.limit) if first < table.height else table.clear()
    has_more = first + options.limit < table.height
    meta = paging.meta(
        page=options.page,
        limit=options.limit,
        total=table.height,
        as_of=snapshot.tick,
        next_cursor=None,
        has_more=has_more,
    )
    data = [_agent(row, filters, path) for row in rows.iter_rows(named=True)]
    following = given.query(page=str(options.page + 1)) if has_more else None
    return Body(encoded({"data": data, "meta": meta}), following)


def _agent(row: Row, filters: Filters, path: str) -> dict[str, Any]:
    link = questions.link(row["agent_id"], filters)
    return {
        **{name: row[name] for name in _TOLD},
        "approximate": row["is_near"],
        "metrics": {name: row[name] for name in METRIC_NAMES},
        "n": {name: row[f"{name}_n"] for name in METRIC_NAMES if not METRICS[name].is_count},
        "links": {"sessions": None if link is None else f"{path}?{query(link)}"},
    }
