"""`python -m cli compact`: moves sealed live sessions to the lake, once."""

from typing import Annotated

import typer

import settings as settings_module
from lake import compactor

Nightly = Annotated[
    bool,
    typer.Option(help="Also late changes to old sessions, and each month's files become one."),
]


def run(*, nightly: Nightly = False) -> None:
    """Move live sessions that have ended and are quiet to the lake; a server does so by itself."""
    done = compactor.run(settings_module.current(), is_nightly=nightly)
    print(f"{done.moved:,} sessions moved, {done.stale:,} marked as stale.")
