"""`python -m cli`: registers the commands, and turns errors into a sentence and an advice."""

import sys

import typer
from rich.console import Console

from cli import demo, doctor, formats, import_, serve
from errors import ParleyError

app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Parley: the analytics dashboard for the conversation sessions of AI agents.",
)
app.command("serve")(serve.run)
app.command("import")(import_.run)
app.command("formats")(formats.run)
app.command("demo")(demo.run)
app.command("doctor")(doctor.run)


def main() -> None:
    """Run a command; an error of ours ends with exit code 2, a sentence and an advice."""
    try:
        app()
    except ParleyError as error:
        console = Console(stderr=True, highlight=False)
        console.print("Error:", style="bold red", end=" ")
        console.print(error.sentence, markup=False, soft_wrap=True)
        console.print(error.advice, soft_wrap=True, markup=False)
        sys.exit(2)


if __name__ == "__main__":
    main()
