"""Progress bars of the command line, for what takes longer than a second."""

import time
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.text import Text

PATIENCE_SECONDS = 1  # what is done before needs no bar


class Rate(ProgressColumn):
    """How many a second."""

    def render(self, task: Task) -> Text:
        """Return the rate, empty while it is not known."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f}/s", style="progress.data.speed")


class Bars:
    """One progress bar at a time, on stderr, once there is time to look."""

    def __init__(self) -> None:
        """Begin with none."""
        self._begun = time.monotonic()
        self._console = Console(stderr=True)
        self._shown: Progress | None = None
        self._of = ""

    def __enter__(self) -> Self:
        """Begin with none."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the last bar away."""
        if self._shown is not None:
            self._shown.stop()

    def read(self, what: str, done: int, total: int) -> None:
        """Show bytes read, their rate, and the time left."""
        self._move("read", (DownloadColumn(), TransferSpeedColumn()), what, done, total)

    def write(self, what: str, done: int, total: int) -> None:
        """Show steps done, and the time left."""
        self._move("write", (MofNCompleteColumn(),), what, done, total)

    def count(self, what: str, done: int, total: int) -> None:
        """Show how many are done, their rate, and the time left."""
        self._move("count", (MofNCompleteColumn(), Rate()), what, done, total)

    def _move(
        self, of: str, columns: tuple[ProgressColumn, ...], what: str, done: int, total: int
    ) -> None:
        """Move the bar of this kind, made with its own columns when it is the first time."""
        if time.monotonic() - self._begun < PATIENCE_SECONDS or not self._console.is_terminal:
            return
        if self._of != of or self._shown is None:
            self.__exit__()
            text = TextColumn("{task.description}", markup=False)
            self._shown = Progress(
                text, BarColumn(), *columns, TimeRemainingColumn(), console=self._console
            )
            self._shown.add_task(what)
            self._shown.start()
            self._of = of
        self._shown.update(self._shown.task_ids[0], description=what, completed=done, total=total)
