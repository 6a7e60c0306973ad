"""The metrics of the filtered sessions: cards, numbers, groups, and how they go over time."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from api import access, answers, numbers
from api.answers import Asked
from api.bodies import Body
from api.description import described
from api.limits import Rate
from api.needs import requires
from api.parameters import Given, Options, among, read
from api.rows import encoded
from api.shapes_metrics import MetricsAnswer
from lake.keys import KeyScope
from queries.catalog import DIMENSIONS, METRICS
from queries.engine import Snapshot
from queries.filters import Filters
from queries.intervals import Interval

router = APIRouter(tags=["metrics"])

AUTO = "auto"
PREVIOUS = "previous"
SPARKLINES = "sparklines"

Name = Annotated[str, *among(METRICS)]


class Measures(Options):
    """Options of the metrics."""

    metric: Annotated[
        tuple[Name, ...],
        Field(
            max_length=len(METRICS),
            description="Only these. Without it all of them as numbers, `sessions` over time.",
        ),
    ] = ()
    interval: Annotated[
        Annotated[str, *among([*Interval, AUTO])] | None,
        Field(description="Adds `series`; a longer one where there would be too many buckets."),
    ] = None
    group_by: Annotated[
        Annotated[str, *among(DIMENSIONS)] | None,
        Field(description="Adds `groups`; with `interval` one of channel, type, status, agent."),
    ] = None
    compare: Annotated[
        Annotated[str, *among([PREVIOUS])] | None,
        Field(description="Adds the period of the same length before, where there is one."),
    ] = None
    include: Annotated[
        tuple[Annotated[str, *among([SPARKLINES])], ...],
        Field(max_length=1, description="Adds `series` to the cards: what the page draws."),
    ] = ()


@router.get(
    "/sessions/metrics",
    **described(MetricsAnswer, options=Measures, filtered=True, summary="Read the metrics"),
)
@requires(KeyScope.READ_METRICS, Rate.METRICS)
async def read_metrics(request: Request) -> Response:
    """Return the numbers of the filtered sessions, each with what it counts and its sessions."""
    viewer = access.viewer(request)
    given = read(request, Measures)
    filters = given.filters.within(viewer.scope)
    asked = Asked(
        f"metrics?{given.name}", viewer.scope, is_clocked=True, cache=answers.BRIEFLY
    )  # fmt: skip
    root = request.scope.get("root_path", "")
    return await answers.answer(request, asked, partial(_measured, given, filters, root))


def _measured(given: Given[Measures], filters: Filters, root: str, snapshot: Snapshot) -> Body:
    options = given.options
    asked = numbers.Numbers(filters, snapshot, f"{root}/sessions")
    names = options.metric or tuple(METRICS)
    is_compared = options.compare == PREVIOUS
    data: dict[str, Any] = {
        "cards": asked.cards(has_lines=SPARKLINES in options.include),
        "metrics": asked.metrics(names, is_compared=is_compared),
    }
    if options.group_by is not None:
        data["groups"] = asked.groups(options.group_by, names, is_compared=is_compared)
    meta = asked.meta(names)
    if options.interval is not None:
        interval = None if options.interval == AUTO else Interval(options.interval)
        over_time = options.metric or ("sessions",)
        data["series"] = asked.series(
            over_time, interval, options.group_by, is_compared=is_compared
        )
    return Body(encoded({"data": data, "meta": meta}))
