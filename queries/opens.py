"""Opens: how many are open at once from what the index keeps of it (lake/opens.py).

The whole hours of a period that live sessions leave alone are read from what is kept of them. At
both ends the sessions are asked, but only what opens and closes there: how many are open in between
tells where to count on from, and back.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

import numpy as np
import polars as pl

from lake.cubes import Cubes
from lake.opens import EPOCH, Group, Opens
from queries import groups, sweep
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.grid import HOUR, MICROSECOND, Grid
from queries.kept import Joint, Kept
from queries.periods import Period
from queries.planner import ANSWERED, EDGES
from queries.question import Question
from queries.stacks import Stack
from queries.sweep import Steps
from queries.where import bindable

NOTHING = Period(EPOCH, EPOCH)
MOST = 1_000_000  # sessions at the ends of a range: some 100 MB
WORDS = {
    is_of_agents: f"the cube of what is open at once, {words}"
    for is_of_agents, words in (
        (False, "hour × channel × status × type"),  # noqa: RUF001  as it is said
        (True, "hour × agent × channel"),  # noqa: RUF001
    )
}

_NOTHING = np.empty(0, np.int64)
_NONE = -1  # no group has this number


@dataclass(frozen=True)
class Plan:
    """What answers how many are open, and why.

    `numbers` are the numbers of the kept groups by stack; of one that nothing is kept of, none is
    open. They answer the period `held`, naive UTC; None where the sessions answer alone.
    """

    reason: str
    numbers: Mapping[int, int] | None = None
    held: Period = NOTHING


def plan(filters: Filters, grid: Grid, stack: Stack, cubes: Cubes | None) -> Plan:
    """Return what answers; pure, for the same question it is always the same."""
    if cubes is None or cubes.opens is None:
        return _rows("no cube is made of them")
    if filters.scope.agents is not None:
        return _rows("the viewer sees only some agents")
    asked = _groups(filters, stack, cubes.opens)
    if asked is None:
        return _rows("peaks do not add up, and of these filters none are kept")
    held = _whole(grid, cubes.horizon)
    ends = (bindable(grid.period.after), held.after, held.before, bindable(grid.period.before))
    if held.after > held.before:
        return _rows("no whole hour of the range is without live sessions")
    if cubes.sessions(*ends[:2]) + cubes.sessions(*ends[2:]) > MOST:
        return _rows("too many of them lie at the ends of the range")
    known = cubes.opens.groups
    numbers = {place: known[group][0] for place, group in asked.items() if group in known}
    has_agents = any(group[-1] for group in asked.values())
    reason = f"{ANSWERED} {WORDS[has_agents]}{EDGES}"
    return Plan(reason, numbers, held)


def have_end(cubes: Cubes | None) -> bool:
    """Return whether it is known that every session that is not active has an end."""
    return cubes is not None and cubes.opens is not None and not (
        cubes.has_live or cubes.opens.without_end
    )  # fmt: skip


def _rows(why: str) -> Plan:
    return Plan(f"{ANSWERED} the sessions: {why}.")


def _groups(filters: Filters, stack: Stack, known: Opens) -> Mapping[int, Group] | None:
    """Return the groups of the stacks, and of all; None where such groups are not kept."""
    asked = groups.chosen(filters.without("range"))
    if asked is None or stack.is_top or any(len(values) != 1 for values in asked.values()):
        return None
    by = "" if stack.dimension is None else stack.dimension.name
    if not groups.are_kept({*asked, by} - {""}, known):
        return None
    values = {name: value for name, (value,) in asked.items()}
    found = {sweep.ALL: groups.group(values)}
    for place, value in enumerate(stack.values, 1):
        if values.get(by, value) == value:
            found[place] = groups.group({**values, by: str(value)})
    return found


def _whole(grid: Grid, horizon: datetime | None) -> Period:
    """Return the whole hours of a period before the horizon, naive UTC: none, where it ends first.

    Where slices are shorter than hours only a moment, to count from.
    """
    after, before = bindable(grid.period.after), bindable(grid.period.before)
    until = before if horizon is None else min(before, horizon)
    end = until - (until - EPOCH) % HOUR
    first = after + (EPOCH - after) % HOUR
    return Period(first if grid.is_hourly or first > end else end, end)


def questions(found: Plan, filters: Filters, grid: Grid, stack: Stack) -> tuple[Question, ...]:
    """Return what is asked of kept hours, of kept levels, and of the sessions at both ends."""
    numbers = {"groups": tuple(sorted({*(found.numbers or {}).values()})) or (_NONE,)}
    held = {"held_after": found.held.after, "held_before": found.held.before}
    dimension = "''" if stack.dimension is None else stack.dimension.sql
    ends = {"after": grid.period.after, "before": grid.period.before, "stacks": stack.values}
    return (
        Question(sql("open_hours"), Filters(), {**numbers, **held}),
        Question(sql("open_levels"), Filters(), {**numbers, **held}),
        Question(
            sql("open_steps").placed("channel", dimension).unordered,
            filters.without("range"),
            {**ends, **held},
        ),
    )


def swept(
    found: Plan, filters: Filters, snapshot: Snapshot, grid: Grid, stack: Stack
) -> pl.DataFrame:  # fmt: skip
    """Return the sweep of a period in the columns of `queries.sweep.SHAPE`, as of the sessions."""
    hours, lasting, ends = questions(found, filters, grid, stack)
    # What is settled stays the same beside live sessions.
    kept = _by_group(hours.ask(snapshot.lasting))
    levels = _by_group(lasting.ask(snapshot.lasting))
    steps = _by_stack(ends.ask(snapshot), stack)
    period, (_, slice_us, begun_us) = grid.period, grid.lengths_us
    joint = Joint(
        _us(period.after), _us(found.held.after), _us(found.held.before), _us(period.before),
        slice_us, begun_us, grid.count,
    )  # fmt: skip
    numbers = found.numbers or {}
    told = {}
    for place, of_stack in steps.items():
        number = numbers.get(place, _NONE)
        of_hours = Kept(*kept.get(number, [_NOTHING] * 5))
        told[place] = joint.told(of_stack, of_hours, *levels.get(number, [_NOTHING] * 2))
    return sweep.shaped(told)


def _us(moment: datetime) -> int:
    naive: datetime = bindable(moment)
    return (naive - EPOCH) // MICROSECOND


def _by_group(rows: pl.DataFrame) -> dict[int, list[Steps]]:
    """Return the other columns of rows by `no`, in the order of which they lie."""
    no = rows["no"].to_numpy()
    begins = np.flatnonzero(np.diff(no, prepend=_NONE))
    columns = [rows[name].to_numpy().astype(np.int64) for name in rows.columns[1:]]
    return {
        int(no[first]): [column[first:end] for column in columns]
        for first, end in pairwise((*begins, len(no)))
    }


def _by_stack(rows: pl.DataFrame, stack: Stack) -> dict[int, Steps]:
    """Return the steps of each stack, and of all, in order."""
    stacks, steps = rows["stack"].to_numpy(), rows["step"].to_numpy()
    found = {place: np.sort(steps[stacks == place]) for place in range(len(stack.values) + 1)}
    return {sweep.ALL: np.sort(steps), **(found if stack.values else {})}
