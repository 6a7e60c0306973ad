"""`python -m cli key`: API keys, made, listed, rotated, revoked; a running server hears of it."""

from datetime import timedelta
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

import settings as settings_module
from lake.keys import LONGEST, OVERLAP, Key, Keys, KeyScope

app = typer.Typer(
    name="key", pretty_exceptions_enable=False, add_completion=False, no_args_is_help=True
)

_COLUMNS = [
    Column(name, overflow="fold")
    for name in ("name", "state", "scopes", "agents", "source", "expires", "last used")
]
KeyId = Annotated[str, typer.Argument(help="The id of a key, as `list` shows it.")]
Name = Annotated[str, typer.Argument(help="What it is for, in a few words.")]
Scopes = Annotated[list[KeyScope], typer.Option("--scope", help="What it may do; may be repeated.")]
Agents = Annotated[
    list[str] | None, typer.Option("--agent", help="Only this agent_id; may be repeated.")
]
Source = Annotated[str, typer.Option(help="Where what is written with it comes from.")]
Days = Annotated[int, typer.Option(min=1, max=LONGEST.days, help="How many days it lasts.")]
Overlap = Annotated[
    float, typer.Option(min=0, help="How many hours the old secret stays good beside the new one.")
]


@app.callback()
def run() -> None:
    """Make, list, rotate and revoke API keys."""


@app.command("create")
def create(
    name: Name, scope: Scopes, agent: Agents = None, source: Source = "api", days: Days = 90
) -> None:
    """Make a key and show it, once."""
    settings = settings_module.current()
    key, text = Keys(settings.state).create(
        name, scope, now=settings.clock(), agents=agent, source=source,
        lasting=timedelta(days=days),
    )  # fmt: skip
    _show(key, text)


@app.command("list")
def listed() -> None:
    """Show all keys, but no secret."""
    settings = settings_module.current()
    table = Table(Column("id", no_wrap=True), *_COLUMNS)
    for key in Keys(settings.state).listed():
        table.add_row(
            key.key_id, key.name, key.state(settings.clock()), " ".join(sorted(key.scopes)),
            "all" if key.agents is None else " ".join(sorted(key.agents)), key.source,
            f"{key.expires_at:%Y-%m-%d %H:%M} UTC",
            f"{key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never",
        )  # fmt: skip
    Console(highlight=False, markup=False).print(table)


@app.command("rotate")
def rotate(key_id: KeyId, overlap: Overlap = OVERLAP / timedelta(hours=1)) -> None:
    """Give a key a new secret and show it, once; the old one stays good for a while."""
    settings = settings_module.current()
    key, text = Keys(settings.state).rotate(
        key_id, now=settings.clock(), overlap=timedelta(hours=overlap)
    )
    _show(key, text)


@app.command("revoke")
def revoke(key_id: KeyId) -> None:
    """End a key for good; a running server refuses it within a second or two."""
    settings = settings_module.current()
    key = Keys(settings.state).revoke(key_id, now=settings.clock())
    print(f"The key {key.key_id} ({key.name}) is revoked.")


def _show(key: Key, text: str) -> None:
    """Print a new key; the text alone goes to the standard output, for pipes."""
    told = Console(stderr=True, highlight=False, markup=False)
    told.print(f"The key {key.key_id} ({key.name}) is good until {key.expires_at:%Y-%m-%d %H:%M} "
               "UTC. It is shown this once:")  # fmt: skip
    print(text)
