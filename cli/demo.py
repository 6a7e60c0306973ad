"""`python -m cli demo`: makes sample data."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

import settings as settings_module
from ingest.demo import anchor
from ingest.demo.parameters import DAYS_MOST, SEED_MOST, Parameters

SESSIONS, DAYS, SEED = 20_000, 90, 7


Sessions = Annotated[int, typer.Option(min=0, help="How many sessions.")]
Days = Annotated[int, typer.Option(min=1, max=DAYS_MOST, help="In how many days.")]
Seed = Annotated[int, typer.Option(min=0, max=SEED_MOST, help="Another seed, other data.")]
Refresh = Annotated[
    bool, typer.Option("--refresh", help="Only make what is there end now, as a start does.")
]
Into = Annotated[
    Path | None, typer.Option(file_okay=False, help="A folder of its own, not data/demo.")
]


def run(
    sessions: Sessions = SESSIONS,
    days: Days = DAYS,
    seed: Seed = SEED,
    into: Into = None,
    *,
    refresh: Refresh = False,
) -> None:
    """Make sample data that ends now; the same numbers give the same conversations."""
    if refresh and anchor.described(settings_module.DEMO_FOLDER) is not None:
        anchor.refresh(settings_module.current())
        return
    if into is not None:
        anchor.refuse_foreign(into.resolve())
    make(sessions, days=days, seed=seed, into=into)


def make(
    sessions: int = SESSIONS, *, days: int = DAYS, seed: int = SEED, into: Path | None = None
) -> None:
    """Make sample data with a progress bar; raises LakeError, OSError."""
    settings = settings_module.current()
    folder = (into or settings_module.DEMO_FOLDER).resolve()
    parameters = Parameters(
        sessions=sessions, days=days, seed=seed, end=settings.clock(), zone=settings.zone
    )
    with _bar() as bar:
        task = bar.add_task("Making sessions", total=sessions)
        anchor.make(settings, folder, parameters, partial(_show, bar, task))
    print(f"{sessions:,} sessions of {days} days (seed {seed}) are in {folder}.")


def _show(bar: Progress, task: TaskID, doing: str, done: int, total: int) -> None:
    """Move the bar; another thing to do starts it anew, so that its rate is its own."""
    if total != bar.tasks[task].total:
        bar.reset(task, total=total)
    bar.update(task, description=doing, completed=done)


class _Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Return the speed, or nothing before it is known."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


def _bar() -> Progress:
    """Return a progress bar with rate and time left."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(),
        TimeRemainingColumn(),
    )
