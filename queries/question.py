"""A question before it is asked: a statement, the filters before it, and its own parameters.

What a chart asks and what its explanation shows is one object, so that they cannot differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from queries.engine import Snapshot, fetch
from queries.filters import Filters
from queries.planner import Plan
from queries.statement import Statement, compose, planned
from queries.where import Bound


@dataclass(frozen=True)
class Question:
    """A statement over the filtered sessions, and the values of its parameters."""

    statement: Statement
    filters: Filters
    given: Mapping[str, Any] = field(default_factory=dict)

    def ask(self, snapshot: Snapshot) -> pl.DataFrame:
        """Return the answer; raises what `queries.engine.fetch` raises."""
        return fetch(self.statement, self.filters, snapshot, **self.given)

    def composed(self, snapshot: Snapshot) -> tuple[str, Bound]:
        """Return the text that is run, and the values that are bound to it."""
        given = dict(self.given)
        return compose(
            self.statement, self.filters, given, snapshot.tick, snapshot.zone,
            cubes=snapshot.publication.cubes,
        )  # fmt: skip

    def plan(self, snapshot: Snapshot) -> Plan:
        """Return what answers: a cube, or the sessions one by one."""
        return planned(
            self.statement, self.filters, dict(self.given), snapshot.tick, snapshot.zone,
            cubes=snapshot.publication.cubes,
        )  # fmt: skip
