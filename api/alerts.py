"""Alerts: rules that are watched; made, tried over the last days, read, changed, removed."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, TypeVar

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from alerts.desk import Change, Desk
from alerts.wishes import Wish
from api import access, alert_rows, paging, service
from api.answers import named
from api.description import described
from api.limits import Rate
from api.needs import requires
from api.parameters import DIGITS, Options, read
from api.rows import Row
from api.shapes_alerts import (
    AlertAnswer,
    AlertChange,
    AlertHistory,
    AlertList,
    AlertTry,
    AlertWish,
    TriedAnswer,
)
from api.small import SmallBody
from api.webhooks import done, shown, told
from lake.alert_rows import Alert
from lake.keys import KeyScope
from queries import backtest, engine
from queries.sessions import FARTHEST

router = APIRouter(tags=["alerts"], route_class=SmallBody)

AlertId = Annotated[str, Path(description="`alert_id`, as the list has it.")]
WHAT = "alert"
A_TRY = "A try"  # the name of a rule that is not kept

T = TypeVar("T")


class Part(Options):
    """Which part of a history."""

    limit: paging.Limit = paging.USUAL
    page: Annotated[int, Field(ge=1, le=FARTHEST, description="From 1."), DIGITS] = 1


@router.get("/alerts", **described(AlertList, options=Options, summary="List alerts"))
@requires(KeyScope.READ_METRICS)
async def list_alerts(request: Request) -> Response:
    """Return all of them; to a key of some agents those that are about no others."""
    read(request, Options, filtered=False)
    data = await _at(request, lambda held: [_row(each) for each in held.listed()])
    meta = paging.meta(
        page=1, limit=paging.MOST, total=len(data), as_of=service.current().settings.clock(),
        next_cursor=None,
    )  # fmt: skip
    return named(request, {"data": data, "meta": meta})


@router.post(
    "/alerts",
    **told(AlertAnswer, "Make an alert", status=201, is_one=False, takes_body=True, what=WHAT),
)
@requires(KeyScope.ADMIN)
async def make_alert(request: Request, wish: AlertWish) -> Response:
    """Return the alert; the program looks at it within a minute."""
    read(request, Options, filtered=False)
    row = await _at(request, lambda held: _row(held.add(_wish(wish, wish.name))))
    return done(row, status=HTTPStatus.CREATED)


@router.post(
    "/alerts/backtest",
    **told(TriedAnswer, "Try an alert", is_one=False, takes_body=True, what=WHAT),
)
@requires(KeyScope.READ_METRICS, Rate.METRICS)
async def try_alert(request: Request, wish: AlertTry) -> Response:
    """Return when a rule would have fired in the last 30 days; nothing is kept."""
    read(request, Options, filtered=False)
    with engine.snapshot() as snapshot:

        def tried(held: Desk) -> Row:
            found = backtest.backtest(held.rule(_wish(wish, A_TRY)), snapshot)
            return alert_rows.tried(found, _page())

        return done(await _at(request, tried))


@router.get("/alerts/{alert_id}", **shown(AlertAnswer, "Read an alert", what=WHAT))
@requires(KeyScope.READ_METRICS)
async def read_alert(request: Request, alert_id: AlertId) -> Response:
    """Return an alert, and what was found at the last look."""
    read(request, Options, filtered=False)
    row = await _at(request, lambda held: _row(held.one(alert_id)))
    return named(request, {"data": row})


@router.patch(
    "/alerts/{alert_id}", **told(AlertAnswer, "Change an alert", takes_body=True, what=WHAT)
)
@requires(KeyScope.ADMIN)
async def change_alert(request: Request, alert_id: AlertId, change: AlertChange) -> Response:
    """Return the alert; one that fires by the rule before is resolved."""
    read(request, Options, filtered=False)
    wanted = Change(
        change.name, change.metric, change.filter, change.window, change.condition,
        change.threshold, change.resolve, change.least_n, change.is_enabled,
    )  # fmt: skip
    return done(await _at(request, lambda held: _row(held.change(alert_id, wanted))))


@router.delete("/alerts/{alert_id}", **told(None, "Remove an alert", status=204, what=WHAT))
@requires(KeyScope.ADMIN)
async def remove_alert(request: Request, alert_id: AlertId) -> Response:
    """Forget an alert with its history; one that fires is resolved."""
    read(request, Options, filtered=False)
    await _at(request, lambda held: held.remove(alert_id))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.get(
    "/alerts/{alert_id}/history", **shown(AlertHistory, "Read what has fired", Part, what=WHAT)
)
@requires(KeyScope.READ_METRICS)
async def read_history(request: Request, alert_id: AlertId) -> Response:
    """Return when an alert has fired and was resolved, newest first."""
    options = read(request, Part, filtered=False).options
    offset = options.limit * (options.page - 1)

    def asked(held: Desk) -> tuple[list[Row], int]:
        found, total = held.history(alert_id, offset=offset, limit=options.limit)
        alert = held.one(alert_id)
        return [alert_rows.event(alert, each, _page()) for each in found], total

    data, total = await _at(request, asked)
    meta = paging.meta(
        page=options.page, limit=options.limit, total=total, next_cursor=None,
        as_of=service.current().settings.clock(), has_more=offset + len(data) < total,
    )  # fmt: skip
    return named(request, {"data": data, "meta": meta})


async def _at(request: Request, work: Callable[[Desk], T]) -> T:
    """Return what is done at the desk, as who asks sees it, in a thread."""
    viewer = access.viewer(request)
    held = Desk(service.current().settings, viewer.scope.agents, viewer.title)
    return await service.current().asking.run(lambda: work(held))


def _wish(given: AlertTry, name: str) -> Wish:
    return Wish(
        name, given.metric, given.window, given.condition, given.threshold, given.filter,
        given.resolve, given.least_n,
    )  # fmt: skip


def _row(found: Alert) -> Row:
    return alert_rows.alert(found, _page())


def _page() -> str:
    return service.current().settings.page_url
