"""What has become garbage is found in quiet, and not after every run of a page."""

import asyncio
import gc
import tomllib
import weakref

import pyarrow as pa
import pytest

import memory
from settings import ROOT


class Knot:
    """What only a collection finds."""

    def __init__(self):
        self.own = self


@pytest.fixture(autouse=True)
def _as_before():
    pool = pa.default_memory_pool()
    yield
    gc.unfreeze()
    pa.set_memory_pool(pool)


def test_no_run_waits_until_garbage_is_found():
    config = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))

    assert config["runner"] == {"postScriptGC": False}


def test_garbage_is_found_at_the_start_and_what_stays_is_not_looked_at_again():
    knot = Knot()
    gone = weakref.ref(knot)
    del knot

    async def serve():
        with memory.kept():
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return gone(), gc.get_freeze_count()

    gc.disable()
    try:
        found, frozen = asyncio.run(serve())
    finally:
        gc.enable()

    assert found is None
    assert frozen > 1000
    assert pa.default_memory_pool().backend_name == "system"
