"""The nasty sessions of tests/queries, and files of them as the formats write them."""

import pytest

from exports.options import Options
from exports.registry import FORMATS
from lake import standing
from queries.engine import snapshot_of
from queries.export import export
from tests.queries.conftest import (  # noqa: F401  fixtures
    oracle,
    publications,
    world_rows,
    world_settings,
)

BASE = "http://127.0.0.1:8501/"


def written(form, filters, snapshot, settings, **options):
    """Return the bytes of a format, as the API and the command line have them."""
    with export(filters, snapshot, settings) as held:
        return b"".join(FORMATS[form].write(held, Options(BASE, **options)))


@pytest.fixture(scope="session")
def world_standing(publications, world_settings):  # noqa: F811
    """The world as it lies in its files."""
    with standing.published(world_settings) as publication:
        yield publication


@pytest.fixture
def write(world_standing, world_settings):  # noqa: F811
    """Write sessions of the world: `write("csv", filters, has_bom=True)`."""

    def give(form, filters, **options):
        snapshot = snapshot_of(world_standing, world_settings)
        return written(form, filters, snapshot, world_settings, **options)

    return give
