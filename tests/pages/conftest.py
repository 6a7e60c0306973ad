"""The pages over the small lake, without a server."""

import time

import pytest
from streamlit.testing.v1 import AppTest

import alerts.desk  # noqa: F401  before pages/alerts.py can be taken for it, as in the program
import exports.registry  # noqa: F401  the same
import settings as settings_module
from lake.serving import Lake
from queries import engine
from settings import ROOT
from tests.pages import small_lake

MAIN = str(ROOT / "pages" / "main.py")


@pytest.fixture
def environment(monkeypatch, tmp_path):
    """Settings of the program as its environment gives them."""
    values = {
        "PARLEY_DATA": tmp_path / "lake", "PARLEY_STATE": tmp_path / "state", "PARLEY_DEMO": "off",
        "PARLEY_ZONE": "Europe/Berlin", "PARLEY_NOW": small_lake.NOW.isoformat(),
        "PARLEY_MEMORY_MB": "512",
    }  # fmt: skip
    for name, value in values.items():
        monkeypatch.setenv(name, str(value))
    settings_module.current.cache_clear()
    yield settings_module.current()
    settings_module.current.cache_clear()


@pytest.fixture
def serving(environment):
    """The engine over the lake as it is when this is called; with the index ready."""
    opened = []

    def start():
        lake = Lake(environment)
        lake.start()
        opened.append(lake)
        engine.start(lake)
        for _ in range(1000):
            with lake.lease() as publication:
                if publication.kind == "index" or publication.is_empty:
                    return
            time.sleep(0.01)

    yield start
    engine.stop()
    for lake in opened:
        lake.close()


@pytest.fixture
def small(environment, serving):
    """The small lake, opened."""
    small_lake.write(environment)
    serving()
    return environment


@pytest.fixture
def visit():
    """Run the shell at an address."""

    def run(**parameters):
        at = AppTest.from_file(MAIN, default_timeout=30)
        for name, value in parameters.items():
            at.query_params[name] = value
        return at.run()

    return run
