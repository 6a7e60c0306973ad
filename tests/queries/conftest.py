"""The nasty sessions of `world` in a lake, read through the index and through Parquet."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from lake import cold, cubes, finding, index
from lake.cold import Cold
from lake.cubes import Cubes
from lake.finding import Finds
from lake.instance import Instance
from lake.publication import Publication
from lake.writer import Writer
from queries import engine
from settings import Settings
from tests.oracle import Oracle
from tests.queries import world


@dataclass
class Shown:
    """A publication of one instance; remembers what was reported."""

    instance: Instance
    name: str
    cold: Cold
    reported: list = field(default_factory=list)
    as_of: datetime = world.TICK
    set_aside: tuple = ()
    live = horizon = None
    complete, is_demo = True, False
    cubes: Cubes | None = None
    finds: Finds | None = None

    @property
    def settled_name(self):
        return self.name

    @property
    def kind(self):
        return self.name.removeprefix("world-")

    def cursor(self):
        return self.instance.cursor()

    turns = Publication.turns
    runs = Publication.runs

    def trust(self, table, started_at=None):
        """Nothing is damaged here."""

    trust_all = trust

    def refuse_set_aside(self, started_at):
        """Nor has anything been set aside."""

    def report_damage(self, error):
        self.reported.append(error)


class Shelf:
    """A lake that shows what it is told to."""

    def __init__(self, publication):
        self.publication = publication

    @contextmanager
    def lease(self):
        yield self.publication


def settings_of(folder, *, cache_mb=0):
    """Return settings of a lake of the world in a folder, with cubes.

    One place: a question that asked another while it holds one would get no answer.
    """
    return Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="Europe/Berlin",
        memory_mb=512, threads=2, now=world.NOW, cache_mb=cache_mb, cube_sessions=1,
        questions_at_once=1,
    )  # fmt: skip


def written(settings, rows):
    """Write a lake of sessions; returns what it holds."""
    with Writer(settings) as writer:
        writer.add(world.batch(rows))
        writer.commit()
    return cold.read(settings.data.resolve())


@pytest.fixture(scope="session", autouse=True)
def _few_cells():
    """Cells of hours and agents are kept, although the world has nearly as many as sessions."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cubes, "SESSIONS_OF_A_CELL", 1)
        yield


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """Settings of a lake of a module's own, which it may change."""
    return settings_of(tmp_path_factory.mktemp("own"))


@pytest.fixture(scope="module")
def state(own):
    """The world in that lake, with its index."""
    found = written(own, world.rows())
    index.build(own, found, lambda _: None)
    return found


@pytest.fixture(scope="session")
def world_rows():
    return world.rows()


@pytest.fixture(scope="session")
def world_settings(tmp_path_factory):
    return settings_of(tmp_path_factory.mktemp("world"), cache_mb=8)


@pytest.fixture(scope="session")
def publications(world_rows, world_settings):
    """The same data twice: native tables with cubes, and Parquet files."""
    written(world_settings, world_rows)
    made = shown(world_settings)
    yield made
    for publication in made.values():
        publication.instance.retire()


def shown(settings):
    """Return the lake of the settings twice: native tables, and Parquet files."""
    state = cold.read(settings.data.resolve())
    index.build(settings, state, lambda _: None)
    native = index.open_built(settings, state)
    known, finds = cubes.known(native.cursor()), finding.known(native.cursor())
    return {
        "index": Shown(native, "world-index", state, cubes=known, finds=finds),
        "parquet": Shown(index.over_parquet(settings, state), "world-parquet", state),
    }


@pytest.fixture(params=["index", "parquet"])
def snapshot(request, publications, world_settings):
    """A snapshot of the world, in a running engine."""
    engine.start(Shelf(publications[request.param]), world_settings)
    with engine.snapshot() as held:
        yield held
    engine.stop()


@pytest.fixture(scope="session")
def oracle(world_rows, publications, world_settings):
    cursor = publications["index"].cursor()
    known = {}

    def lower(text):
        if text not in known:
            known[text] = cursor.execute("select lower($text)", {"text": text}).fetchall()[0][0]
        return known[text]

    return Oracle(world_rows, world.TICK, world_settings.zone, lower)
