"""Steps of building a file: each is one transaction, and what was done is not done again.

A process that is stopped leaves a half-built file with the steps that it has done; the next one
goes on with the step at which it was stopped.
"""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Step:
    """One step: its name, unique in its file, what is done, and how much work that is."""

    name: str
    work: Callable[[], object]
    weight: int = 1


class Steps:
    """The steps of a file that is open for building."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Read what has been done of it."""
        self._connection = connection
        connection.execute("create table if not exists steps (name varchar)")
        told = connection.execute("select name from steps").fetchall()
        self._done = {name for (name,) in told}

    def take(self, step: Step) -> None:
        """Do a step that has not been done; raises what it raises, then nothing of it was done."""
        if step.name in self._done:
            return
        self._connection.begin()
        step.work()
        self._connection.execute("insert into steps values ($name)", {"name": step.name})
        self._connection.commit()
        self._done.add(step.name)
