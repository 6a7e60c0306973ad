"""A state of the data as it was: opened again by its name, while its files are still there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lake import cold, delta, index, standing
from lake.cold import Cold
from lake.kinds import Kind
from lake.publication import Publication
from settings import Settings

DEMO = "demo-"  # begins the names of states of the sample data


@contextmanager
def published_at(settings: Settings, name: str) -> Iterator[Publication | None]:
    """Hold the state that a publication of this name was of open, read from its cold files.

    It is None where a file of it is gone, or where it was never a commit.
    """
    folder, is_demo = standing.folder(settings)
    own = name.removeprefix(DEMO)
    state = None
    if is_demo == name.startswith(DEMO) and cold.read(folder).kind is Kind.DELTA:
        state = _state(folder, own)
    if state is not None:
        state = state.without(cold.check(state, thorough=False))
        state = standing.usable(settings, state)
    if state is None or state.name != own:
        yield None
        return
    instance = index.over_parquet(settings, state)
    try:
        yield Publication(name, "parquet", state, instance, is_demo)
    finally:
        instance.retire()


def _state(folder: Path, name: str) -> Cold | None:
    """Return the commit that a name tells of; None where the log does not know it any more."""
    version = name.partition("-")[0]
    if not version.isdigit():
        return None
    try:
        held = delta.read(folder, int(version))
    except delta.LOG_ERRORS:
        return None
    return Cold(folder, Kind.DELTA, held.name, held.files, (), held)
