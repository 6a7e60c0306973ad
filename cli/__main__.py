"""`python -m cli`: finds the commands, and turns errors into a sentence and an advice.

A command's module is loaded when it is asked for, so that `serve` does not wait for what only the
others need.
"""

import sys
from importlib import import_module
from typing import Any

import typer
from rich.console import Console
from typer.core import TyperCommand, TyperGroup

from errors import ParleyError

COMMANDS = {
    "serve": "cli.serve",
    "import": "cli.import_",
    "export": "cli.export",
    "formats": "cli.formats",
    "demo": "cli.demo",
    "compact": "cli.compact",
    "simulate": "cli.simulate",
    "key": "cli.key",
    "webhook": "cli.webhook",
    "alert": "cli.alert",
    "doctor": "cli.doctor",
}


class Commands(TyperGroup):
    """The commands by name; each is the `run` of its module, or the group that is its `app`."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002  Typer's signature
        """Return the names in the order of this file."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ANN401, ARG002
        """Return a command, loaded now."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(COMMANDS[cmd_name])
        group: typer.Typer | None = getattr(module, "app", None)
        if group is None:
            group = typer.Typer(pretty_exceptions_enable=False, add_completion=False)
            how = getattr(module, "SETTINGS", None)
            words = getattr(module, "EPILOG", None)
            group.command(cmd_name, context_settings=how, epilog=words)(module.run)
        found = typer.main.get_command(group)
        return found if isinstance(found, TyperCommand | TyperGroup) else None


app = typer.Typer(cls=Commands, pretty_exceptions_enable=False, add_completion=False)


@app.callback()
def parley() -> None:
    """Parley: the analytics dashboard for the conversation sessions of AI agents."""


def main() -> None:
    """Run a command; an error of ours ends with exit code 2, a sentence and an advice."""
    try:
        app(prog_name="python -m cli")
    except ParleyError as error:
        console = Console(stderr=True, highlight=False)
        console.print("Error:", style="bold red", end=" ")
        console.print(error.sentence, markup=False, soft_wrap=True)
        console.print(error.advice, soft_wrap=True, markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
