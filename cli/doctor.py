"""`python -m cli doctor`: every setting and where it came from, and what is wrong."""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from dotenv import dotenv_values
from rich.console import Console
from rich.table import Table

import settings as settings_module
from cli.serve import refuse_open_address, refuse_taken_port
from errors import ParleyError, SettingsError
from lake import checking, cold
from lake.kinds import Kind
from lake.writer import discard_damaged
from settings import Settings

OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: what, how it is, and what to do if it is wrong."""

    what: str
    how: str
    advice: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether somebody has to act."""
        return bool(self.advice)


def run(
    *,
    discard: Annotated[
        bool, typer.Option(help="Give up damaged files; their remains go to quarantine.")
    ] = False,
    deep: Annotated[
        bool, typer.Option(help="Count anew what the index has counted beforehand.")
    ] = False,
) -> None:
    """Print every setting, where it came from, and what is wrong; exit code 1 if anything is."""
    settings = settings_module.current()
    console = Console(highlight=False)
    if discard:
        for path in discard_damaged(settings, settings.data.resolve()):
            console.print(f"given up: {path}", markup=False)
    console.print(settings_table(settings))
    findings = [*machine(settings), *data(settings), *(cells(settings) if deep else ())]
    for finding in findings:
        mark = "[red]wrong[/]" if finding.is_wrong else "[green]fine[/] "
        console.print(mark, end="  ")
        console.print(f"{finding.what}: {finding.how}", markup=False, soft_wrap=True)
        if finding.is_wrong:
            console.print(f"       {finding.advice}", markup=False, soft_wrap=True)
    if any(finding.is_wrong for finding in findings):
        raise typer.Exit(1)


def settings_table(settings: Settings) -> Table:
    """Return every setting with its value and origin."""
    table = Table("setting", "value", "from", title="Settings")
    for name, value in settings:
        table.add_row(variable(name), str(value), origin(name))
    return table


def variable(name: str) -> str:
    """Return the environment variable of a setting."""
    return "PORT" if name == "port" else f"PARLEY_{name.upper()}"


def origin(name: str) -> str:
    """Say where a setting's value came from."""
    names = {variable(name), f"PARLEY_{name.upper()}"}
    if names & os.environ.keys():
        return "environment"
    return ".env" if names & dotenv_values(".env").keys() else "default"


def machine(settings: Settings) -> Iterator[Finding]:
    """Look at Python, the address and the folders."""
    version = ".".join(map(str, sys.version_info[:3]))
    is_old = sys.version_info < OLDEST_PYTHON
    yield Finding("Python", version, "Install Python 3.11 or newer." if is_old else "")
    try:
        refuse_open_address(settings, settings.host)
        refuse_taken_port(settings.host, settings.port)
    except SettingsError as error:
        yield Finding("Address", error.sentence, error.advice)
    else:
        yield Finding("Address", f"{settings.host}:{settings.port} is free")
    for name in ("data", "state"):
        folder: Path = getattr(settings, name)
        nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
        is_writable = os.access(nearest, os.W_OK)
        how = "can be written" if is_writable else f"{nearest} cannot be written"
        advice = "" if is_writable else f"Change its permissions, or set PARLEY_{name.upper()}."
        yield Finding(f"Folder {folder}", how, advice)


def data(settings: Settings) -> Iterator[Finding]:
    """Look at every byte of the stored data."""
    try:
        state = cold.read(settings.data.resolve())
        state = state.without(cold.check(state, thorough=True))
    except ParleyError as error:
        yield Finding("Data", error.sentence, error.advice)
        return
    words = {Kind.EMPTY: "empty", Kind.DELTA: "a Parley lake", Kind.PLAIN: "plain Parquet"}
    rows = sum(file.rows for file in state.files["sessions"])
    told = f", {rows:,} sessions" if state.kind is Kind.DELTA else ""
    yield Finding("Data", f"{words[state.kind]}{told}")
    advice = "Restore it from a backup, or give it up with `python -m cli doctor --discard`."
    for item in state.set_aside:
        yield Finding(item.path, item.reason, advice if item.is_data else "An import mends it.")


def cells(settings: Settings) -> Iterator[Finding]:
    """Look at every cell of the cubes of the index."""
    try:
        wrong = checking.deep(settings, settings.data.resolve())
    except ParleyError as error:
        yield Finding("Cubes", error.sentence, error.advice)
        return
    if wrong is None:
        yield Finding("Cubes", "none, the sessions answer everything")
        return
    advice = "Delete the folder `index` in the state folder: it is built again." if wrong else ""
    yield Finding("Cubes", f"{wrong:,} cells differ" if wrong else "as the sessions", advice)
