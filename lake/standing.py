"""What stands in the data folder: which folder answers, and what of it can be trusted.

The serving process watches it; a command that reads alone, beside a server or without one, opens it
once and leaves the state folder alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from lake import cold, index, plain
from lake.cold import Cold
from lake.instance import open_instance
from lake.journal import Journal
from lake.kinds import Kind, has_live, kind_of
from lake.publication import Publication
from lake.tail import Tail
from settings import DEMO_FOLDER, Demo, Settings


def folder(settings: Settings) -> tuple[Path, bool]:
    """Return the folder that answers now, and whether it is the sample data."""
    is_empty = kind_of(settings.data) is Kind.EMPTY and not has_live(settings.state)
    is_demo = settings.demo is Demo.ON or (settings.demo is Demo.AUTO and is_empty)
    if is_demo and kind_of(DEMO_FOLDER) is not Kind.EMPTY:
        return DEMO_FOLDER, True
    return settings.data, False


def usable(settings: Settings, state: Cold) -> Cold:
    """Set aside every sessions file that cannot be trusted; they answer most questions.

    Of a plain folder also every other file, and it is found out whether its starts can be trusted.
    """
    if state.kind is not Kind.PLAIN:
        return state.without(cold.check(state, thorough=True, tables=("sessions",)))
    connection = open_instance(settings, "building")
    try:
        state = state.without(plain.examine(connection, state))
        state = state.without(plain.left_out(connection, state))
        return replace(state, dated=plain.dated(connection, state))
    finally:
        connection.close()


@contextmanager
def published(settings: Settings) -> Iterator[Publication]:
    """Hold the present state open, read from cold files and journal; raises LakeError."""
    where, is_demo = folder(settings)
    state = usable(settings, cold.read(where))
    instance = index.over_parquet(settings, state)
    journal = Journal(settings.state)
    try:
        base = Publication(state.name, "parquet", state, instance, is_demo)
        yield Tail(base, journal).newest() or base
    finally:
        journal.close()
        instance.retire()
