"""What stands in the data folder: which folder answers, and what of it can be trusted.

The serving process watches it; a command that reads alone, beside a server or without one, opens it
once and leaves the state folder alone.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from lake import cold, cubes, finding, index, plain
from lake.cold import Cold
from lake.instance import open_instance
from lake.journal import Journal
from lake.kinds import Kind, has_live, kind_of
from lake.publication import Publication
from lake.refusals import OvertakenError
from lake.tail import Tail
from settings import DEMO_FOLDER, Demo, Settings

TRIES = 3  # while sessions move from the journal to the cold files


def folder(settings: Settings) -> tuple[Path, bool]:
    """Return the folder that answers now, and whether it is the sample data."""
    is_empty = kind_of(settings.data) is Kind.EMPTY and not has_live(settings.state)
    is_demo = settings.demo is Demo.ON or (settings.demo is Demo.AUTO and is_empty)
    if is_demo and kind_of(DEMO_FOLDER) is not Kind.EMPTY:
        return DEMO_FOLDER, True
    return settings.data, False


def usable(settings: Settings, state: Cold, *, is_doubted: bool = True) -> Cold:
    """Set aside every sessions file that cannot be trusted; they answer most questions.

    Of a plain folder also every other file, and it is found out whether its starts can be trusted.
    Where nothing `is_doubted` and a state has an index, that answers at once; then who publishes it
    has the files read that it was built from.
    """
    has_index = state.kind is Kind.DELTA and index.path_of(settings, state).exists()
    if has_index and not is_doubted:
        return state
    if state.kind is not Kind.PLAIN:
        threads = settings.threads  # nothing answers before
        found = cold.check(state, thorough=True, tables=("sessions",), at_once=threads)
        return state.without(found)
    connection = open_instance(settings, "building")
    try:
        state = state.without(plain.examine(connection, state))
        state = state.without(plain.left_out(connection, state))
        return replace(state, dated=plain.dated(connection, state))
    finally:
        connection.close()


def opened(
    settings: Settings, state: Cold, on_damage: Callable[[], None], *, is_demo: bool
) -> Publication:
    """Return the index of a state if that is built, else its cold files, without the journal.

    Of these what can be trusted.
    """
    built = index.open_built(settings, state)
    if built is None and state.kind is Kind.DELTA:
        state = usable(settings, state)
    return Publication(
        name=f"demo-{state.name}" if is_demo else state.name,
        kind="index" if built is not None else "parquet",
        cold=state,
        instance=built or index.over_parquet(settings, state),
        is_demo=is_demo,
        on_damage=on_damage,
        cubes=None if built is None else cubes.known(built.cursor()),
        finds=None if built is None else finding.known(built.cursor()),
    )


def is_moved(current: Publication, state: Cold) -> bool:
    """Return whether live sessions have only moved to the cold files, so that nothing is new.

    Then the index goes on answering, with what it knows of them, until the next one is built.
    """
    position = 0 if state.manifest is None else state.manifest.journal_position
    return current.kind == "index" and not current.is_demo and position > current.cold_position


@contextmanager
def published(settings: Settings) -> Iterator[Publication]:
    """Hold the present state open, read from cold files and journal; raises LakeError."""
    where, is_demo = folder(settings)
    journal = Journal(settings.state)
    with ExitStack() as stack:
        stack.callback(journal.close)
        for _ in range(TRIES):
            state = usable(settings, cold.read(where))
            instance = index.over_parquet(settings, state)
            stack.callback(instance.retire)
            base = Publication(state.name, "parquet", state, instance, is_demo)
            with suppress(OvertakenError):
                newest = Tail(base, journal).newest()
                break
        else:
            raise OvertakenError
        yield newest or base
