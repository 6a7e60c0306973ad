"""`python -m cli webhook`: who is told of what; a running server sends and hears of each change."""

import asyncio
from datetime import datetime, timedelta
from typing import Annotated

import typer
from pydantic import AwareDatetime, TypeAdapter, ValidationError
from rich.console import Console
from rich.table import Column, Table

import settings as settings_module
from errors import FilterError
from hooks import wishes
from hooks.desk import Desk
from lake.deliveries import MessageState, Standing
from lake.hook_refusals import HookRefusedError
from lake.hook_types import HookType
from lake.subscriptions import OVERLAP, Subscription

app = typer.Typer(
    name="webhook", pretty_exceptions_enable=False, add_completion=False, no_args_is_help=True
)

_COLUMNS = [Column(name, overflow="fold") for name in ("address", "state", "types", "filter",
                                                       "waiting", "given up", "last")]  # fmt: skip
_LOG = ("type", "session", "state", "tries", "written", "answer")
_MOMENT = TypeAdapter[AwareDatetime](AwareDatetime)

HookId = Annotated[str, typer.Argument(help="The id of a webhook, as `list` shows it.")]
MessageId = Annotated[str | None, typer.Argument(help="The id of a message, as `log` shows it.")]
Url = Annotated[str, typer.Argument(help="An https address of the public Internet.")]
Types = Annotated[
    list[HookType], typer.Option("--type", help="What it is told of; may be repeated.")
]
Filters = Annotated[
    list[str] | None,
    typer.Option(
        "--filter",
        help=f"Only sessions with this, as NAME:VALUE; names are {', '.join(wishes.FIELDS)}, "
        "such as channel:web or metadata:plan=pro; may be repeated.",
    ),
]
Description = Annotated[str, typer.Option(help="What it is for, in a few words.")]
Overlap = Annotated[
    float, typer.Option(min=0, help="How many hours the old secret signs beside the new one.")
]
State = Annotated[MessageState | None, typer.Option(help="Only messages that stand so.")]
Limit = Annotated[int, typer.Option(min=1, max=1000, help="At most so many.")]
After = Annotated[str | None, typer.Option(help="Written at or after, as 2026-11-22T14:00:00Z.")]
Before = Annotated[str | None, typer.Option(help="Written before.")]
Failed = Annotated[bool, typer.Option("--failed", help="Only what was given up.")]


@app.callback()
def run() -> None:
    """Tell others what happens in the sessions: webhooks, what was sent, and sending again."""


@app.command("add")
def add(url: Url, type: Types, filter: Filters = None, description: Description = "") -> None:  # noqa: A002  the names of the options
    """Make a webhook and show its secret, once."""
    found, secret = _desk().add(url, type, filter=_given(filter or []), description=description)
    _show(found, secret)


@app.command("list")
def listed() -> None:
    """Show all webhooks, but no secret."""
    desk = _desk()
    table = Table(Column("id", no_wrap=True), *_COLUMNS)
    for found in desk.listed():
        standing = desk.standing(found.subscription_id)
        table.add_row(
            found.subscription_id, _words(found.wanted.url, found.wanted.description),
            _words(found.state, found.reason), " ".join(sorted(found.wanted.types)),
            _filter(found), str(standing.waiting), str(standing.given_up), _last(standing),
        )  # fmt: skip
    Console(highlight=False, markup=False).print(table)


@app.command("test")
def test(webhook_id: HookId) -> None:
    """Send a test at once, and show what came back; exit code 1 where it has not arrived."""
    message, attempt = asyncio.run(_desk().tried(webhook_id))
    console = Console(highlight=False, markup=False)
    told = attempt.error or f"It has arrived: the receiver answered {attempt.status}."
    console.print(f"{message.message_id}: {told} ({attempt.duration_ms} ms)", soft_wrap=True)
    if attempt.answer:
        console.print(ascii(attempt.answer), soft_wrap=True)
    if attempt.error:
        raise typer.Exit(1)


@app.command("rotate")
def rotate(webhook_id: HookId, overlap: Overlap = OVERLAP / timedelta(hours=1)) -> None:
    """Give a webhook another secret and show it, once; the old one signs beside it for a while."""
    _show(*_desk().rotate(webhook_id, overlap=timedelta(hours=overlap)))


@app.command("remove")
def remove(webhook_id: HookId) -> None:
    """Forget a webhook, what waits for it, and its log."""
    _desk().remove(webhook_id)
    print(f"The webhook {webhook_id} is removed.")


@app.command("log")
def log(webhook_id: HookId, state: State = None, limit: Limit = 20) -> None:
    """Show what was sent, newest first, and what was answered last."""
    desk = _desk()
    found, total = desk.sent(webhook_id, state=state, limit=limit)
    table = Table(Column("id", no_wrap=True), *_LOG)
    for message in found:
        _, attempts = desk.message(webhook_id, message.message_id)
        last = attempts[-1] if attempts else None
        table.add_row(
            message.message_id, message.type, message.session_id or "", message.state,
            str(message.tries), f"{message.created_at:%Y-%m-%d %H:%M:%S} UTC",
            "" if last is None else last.error or str(last.status),
        )  # fmt: skip
    console = Console(highlight=False, markup=False)
    console.print(table)
    console.print(f"{len(found)} of {total}")


@app.command("replay")
def replay(
    webhook_id: HookId, message_id: MessageId = None, after: After = None, before: Before = None,
    failed: Failed = False,  # noqa: FBT002  a switch of the command line
) -> None:  # fmt: skip
    """Have one message sent again, or all that were written in a period."""
    desk, count = _desk(), 1
    if message_id is not None:
        desk.replay(webhook_id, message_id)
    elif after is None or before is None:
        raise HookRefusedError(
            "A replay is of one message or of a period.",
            advice="Name a message, or give --after and --before.",
        )
    else:
        period = _moment("after", after), _moment("before", before)
        count = desk.replay_period(webhook_id, *period, only_failed=failed)
    print(f"{count} waiting to be sent again; a running server sends.")


def _desk() -> Desk:
    return Desk(settings_module.current())


def _given(texts: list[str]) -> dict[str, list[str]]:
    """Return filters by name; raises FilterError for what is none."""
    given: dict[str, list[str]] = {}
    for text in texts:
        name, colon, value = text.partition(":")
        if not colon:
            raise FilterError(f"A filter reads NAME:VALUE, not {text[:80]!r}.")
        given.setdefault(name, []).append(value)
    return given


def _moment(name: str, text: str) -> datetime:
    try:
        return _MOMENT.validate_python(text)
    except ValidationError as error:
        raise FilterError(f"{name}: a time reads 2026-11-22T18:00:00Z.") from error


def _filter(found: Subscription) -> str:
    texts = wishes.texts(found.wanted.conditions)
    return " ".join(f"{name}:{value}" for name, values in texts.items() for value in values)


def _words(first: str, second: str) -> str:
    return f"{first}\n{second}" if second else first


def _last(standing: Standing) -> str:
    if standing.last_at is None:
        return "never"
    answer = "no answer" if standing.last_status is None else str(standing.last_status)
    return f"{answer}, {standing.last_at:%Y-%m-%d %H:%M} UTC"


def _show(found: Subscription, secret: str) -> None:
    """Print a new secret; it alone goes to the standard output, for pipes."""
    told = Console(stderr=True, highlight=False, markup=False)
    told.print(f"The webhook {found.subscription_id} tells {found.wanted.url}. Its secret is shown "
               "this once:", soft_wrap=True)  # fmt: skip
    print(secret)
