"""What was sent to a webhook: the log, one message with its attempts, and sending again."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import Field

from api import hook_rows, paging, service
from api.answers import named
from api.needs import requires
from api.parameters import DIGITS, Options, read
from api.shapes_webhooks import DeliveryAnswer, DeliveryList, HookPeriod, ReplayAnswer
from api.small import SmallBody
from api.webhooks import WebhookId, at, done, shown, told
from lake.deliveries import MessageState
from lake.keys import KeyScope
from queries.sessions import FARTHEST

router = APIRouter(tags=["webhooks"], route_class=SmallBody)

MessageId = Annotated[str, Path(description="`message_id`, as the list has it.")]


class Log(Options):
    """Options of the list of messages."""

    limit: paging.Limit = paging.USUAL
    page: Annotated[int, Field(ge=1, le=FARTHEST, description="From 1."), DIGITS] = 1
    state: Annotated[MessageState | None, Field(description="Only those that stand so.")] = None


@router.get("/webhooks/{webhook_id}/deliveries", **shown(DeliveryList, "List what was sent", Log))
@requires(KeyScope.ADMIN)
async def list_deliveries(request: Request, webhook_id: WebhookId) -> Response:
    """Return a page of the messages, newest first; without what they say."""
    options = read(request, Log, filtered=False).options
    limit, offset = options.limit, options.limit * (options.page - 1)
    found, total = await at(
        request,
        lambda held: held.sent(webhook_id, state=options.state, offset=offset, limit=limit),
    )
    meta = paging.meta(
        page=options.page, limit=limit, total=total, as_of=service.current().settings.clock(),
        next_cursor=None, has_more=offset + len(found) < total,
    )  # fmt: skip
    return named(request, {"data": [hook_rows.delivery(each) for each in found], "meta": meta})


@router.get(
    "/webhooks/{webhook_id}/deliveries/{message_id}", **shown(DeliveryAnswer, "Read what was sent")
)
@requires(KeyScope.ADMIN)
async def read_delivery(request: Request, webhook_id: WebhookId, message_id: MessageId) -> Response:
    """Return a message with what it says, and each attempt with what was answered."""
    read(request, Options, filtered=False)
    message, attempts = await at(request, lambda held: held.message(webhook_id, message_id))
    return named(request, {"data": hook_rows.whole(message, attempts)})


@router.post(
    "/webhooks/{webhook_id}/deliveries/{message_id}/replay",
    **told(ReplayAnswer, "Send a message again"),
)
@requires(KeyScope.ADMIN)
async def replay_delivery(
    request: Request, webhook_id: WebhookId, message_id: MessageId
) -> Response:
    """Have a message sent again under its id, from its first attempt on."""
    read(request, Options, filtered=False)
    await at(request, lambda held: held.replay(webhook_id, message_id))
    return done({"replayed": 1})


@router.post(
    "/webhooks/{webhook_id}/replay",
    **told(ReplayAnswer, "Send the messages of a period again", takes_body=True),
)
@requires(KeyScope.ADMIN)
async def replay_period(request: Request, webhook_id: WebhookId, period: HookPeriod) -> Response:
    """Have all messages that were written in a period sent again; returns how many."""
    read(request, Options, filtered=False)
    count = await at(
        request,
        lambda held: held.replay_period(
            webhook_id, period.after, period.before, only_failed=period.only_failed
        ),
    )
    return done({"replayed": count})
