"""Webhooks: who is told of what; made, read, changed, given another secret, removed, tried."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, Field

from api import access, hook_rows, paging, service
from api.answers import named
from api.description import described
from api.needs import requires
from api.parameters import DIGITS, Options, read
from api.rows import Row, encoded
from api.shapes import Problem
from api.shapes_webhooks import (
    DeliveryAnswer,
    HookAnswer,
    HookChange,
    HookFilter,
    HookList,
    HookWish,
    NewHookAnswer,
)
from api.small import MOST_BYTES, SmallBody
from hooks.desk import Change, Desk
from lake.keys import KeyScope
from lake.subscriptions import OVERLAP, Subscription

router = APIRouter(tags=["webhooks"], route_class=SmallBody)

WebhookId = Annotated[str, Path(description="`webhook_id`, as the list has it.")]
LONGEST_HOURS = 168
SECRET = {"Cache-Control": "no-store"}  # of an answer that holds one

T = TypeVar("T")


class Turning(Options):
    """How a secret follows another."""

    overlap_hours: Annotated[
        int,
        Field(ge=0, le=LONGEST_HOURS, description="How long the secret before signs beside it."),
        DIGITS,
    ] = OVERLAP // timedelta(hours=1)


def told(
    model: type[BaseModel] | None, summary: str, options: type[Options] = Options, *,
    status: int = HTTPStatus.OK, is_one: bool = True, takes_body: bool = False,
    what: str = "webhook",
) -> dict[str, Any]:  # fmt: skip
    """Return what the decorator of a route that changes something is told."""
    found = described(HookAnswer, options=options, summary=summary)
    answers = found["responses"]
    answer = {"description": "It is done."} if model is None else {**answers[200], "model": model}
    del answers[200], answers[304]
    answers[int(status)] = answer
    if is_one:
        answers[404] = {"model": Problem, "description": f"There is no such {what}."}
    if takes_body:
        answers[409] = {"model": Problem, "description": "There are as many as there may be."}
        answers[413] = {"model": Problem, "description": f"It has more than {MOST_BYTES:,} bytes."}
    extra = found["openapi_extra"]
    extra["parameters"] = [each for each in extra["parameters"] if each["in"] != "header"]
    return {**found, "status_code": int(status)}


def shown(
    model: type[BaseModel], summary: str, options: type[Options] = Options, what: str = "webhook"
) -> dict[str, Any]:
    """Return what the decorator of a route that reads one webhook is told."""
    found = described(model, options=options, summary=summary)
    found["responses"][404] = {"model": Problem, "description": f"There is no such {what}."}
    return found


async def at(request: Request, work: Callable[[Desk], T]) -> T:
    """Return what is done at the desk, as who asks sees it, in a thread."""
    held = desk(request)
    return await service.current().asking.run(lambda: work(held))


def desk(request: Request) -> Desk:
    """Return the webhooks as who asks sees them."""
    return Desk(service.current().settings, access.viewer(request).scope.agents)


@router.get("/webhooks", **described(HookList, options=Options, summary="List webhooks"))
@requires(KeyScope.ADMIN)
async def list_webhooks(request: Request) -> Response:
    """Return all of them; to a key of some agents those that tell of no others."""
    read(request, Options, filtered=False)
    data = await at(request, lambda held: [_row(held, each) for each in held.listed()])
    meta = paging.meta(
        page=1, limit=paging.MOST, total=len(data), as_of=service.current().settings.clock(),
        next_cursor=None,
    )  # fmt: skip
    return named(request, {"data": data, "meta": meta})


@router.post(
    "/webhooks",
    **told(NewHookAnswer, "Make a webhook", status=201, is_one=False, takes_body=True),
)
@requires(KeyScope.ADMIN)
async def make_webhook(request: Request, wish: HookWish) -> Response:
    """Return the webhook with its secret, which is shown this once."""
    read(request, Options, filtered=False)

    def make(held: Desk) -> Row:
        found, secret = held.add(
            wish.url, wish.types, filter=given(wish.filter), description=wish.description
        )
        return {**_row(held, found), "secret": secret}

    return done(await at(request, make), status=HTTPStatus.CREATED)


@router.get("/webhooks/{webhook_id}", **shown(HookAnswer, "Read a webhook"))
@requires(KeyScope.ADMIN)
async def read_webhook(request: Request, webhook_id: WebhookId) -> Response:
    """Return a webhook, and how its queue stands."""
    read(request, Options, filtered=False)
    row = await at(request, lambda held: _row(held, held.one(webhook_id)))
    return named(request, {"data": row})


@router.patch("/webhooks/{webhook_id}", **told(NewHookAnswer, "Change a webhook", takes_body=True))
@requires(KeyScope.ADMIN)
async def change_webhook(request: Request, webhook_id: WebhookId, change: HookChange) -> Response:
    """Return the webhook; one with another address has another secret, shown this once."""
    read(request, Options, filtered=False)
    wanted = Change(
        change.url, change.types, None if change.filter is None else given(change.filter),
        change.description, change.is_enabled,
    )  # fmt: skip

    def make(held: Desk) -> Row:
        found, secret = held.change(webhook_id, wanted)
        return {**_row(held, found), "secret": secret}

    return done(await at(request, make))


@router.delete("/webhooks/{webhook_id}", **told(None, "Remove a webhook", status=204))
@requires(KeyScope.ADMIN)
async def remove_webhook(request: Request, webhook_id: WebhookId) -> Response:
    """Forget a webhook, what waits for it, and its log."""
    read(request, Options, filtered=False)
    await at(request, lambda held: held.remove(webhook_id))
    return Response(status_code=HTTPStatus.NO_CONTENT)


@router.post(
    "/webhooks/{webhook_id}/rotate", **told(NewHookAnswer, "Give a webhook a secret", Turning)
)
@requires(KeyScope.ADMIN)
async def rotate_webhook(request: Request, webhook_id: WebhookId) -> Response:
    """Return the webhook with its new secret; both sign for a while."""
    hours = read(request, Turning, filtered=False).options.overlap_hours

    def make(held: Desk) -> Row:
        found, secret = held.rotate(webhook_id, overlap=timedelta(hours=hours))
        return {**_row(held, found), "secret": secret}

    return done(await at(request, make))


@router.post("/webhooks/{webhook_id}/test", **told(DeliveryAnswer, "Send a test"))
@requires(KeyScope.ADMIN)
async def try_webhook(request: Request, webhook_id: WebhookId) -> Response:
    """Send a message of the type `webhook.test` at once, and return what came back."""
    read(request, Options, filtered=False)
    message, attempt = await desk(request).tried(webhook_id)
    return done(hook_rows.whole(message, [attempt]))


def given(found: HookFilter) -> dict[str, list[str]]:
    """Return a filter as texts; only what is set."""
    return {name: list(map(str, values)) for name, values in found if values}


def done(row: Mapping[str, Any], *, status: int = HTTPStatus.OK) -> Response:
    """Return what was done; nobody keeps it, for it may hold a secret."""
    return Response(encoded({"data": row}), status, headers=SECRET, media_type="application/json")


def _row(held: Desk, found: Subscription) -> Row:
    return hook_rows.webhook(found, held.standing(found.subscription_id), datetime.now(UTC))
