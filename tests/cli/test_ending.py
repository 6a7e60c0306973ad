"""SIGTERM while events come and somebody looks: it ends soon, and keeps what was answered."""

import random
import signal
import time

import pytest
from websockets.sync.client import connect

from benchmarks.starts import serve_folder
from tests.conftest import IS_SOAK
from tests.lake.senders import said, sending
from tests.lake.whole import assert_whole

pytestmark = pytest.mark.soak

TIMES = 20 if IS_SOAK else 3
ENDED = (0, -signal.SIGTERM)  # uvicorn raises the signal again when all is closed
PATIENCE = 60  # a hang guard, in seconds


def test_a_server_that_is_ended_under_load_loses_nothing_and_ends(own_settings, counted):
    chance = random.Random(7)  # noqa: S311  the same moments each time
    answered, slowest = [], 0.0
    for number in range(TIMES):
        server, address, _ = serve_folder(own_settings, PARLEY_DEMO="off")
        try:
            host = address.removeprefix("http://")
            with (
                connect(f"ws://{host}/_stcore/stream", max_size=None),
                sending(int(host.partition(":")[2]), f"t{number}") as told,
            ):
                time.sleep(chance.uniform(0.1, 1))
                begun = time.monotonic()
                server.terminate()
                assert server.wait(PATIENCE) in ENDED
                slowest = max(slowest, time.monotonic() - begun)
        finally:
            server.kill()
            server.wait()
        assert not (own_settings.state / ".lock").read_text(), "it has given back what it held"
        answered += told
        kept = said(own_settings)
        assert len(kept) == len(set(kept))
        assert set(answered) <= set(kept)
        assert_whole(own_settings)
    assert len(answered) > TIMES
    counted(f"SIGTERM, slowest end {slowest:.1f} s", TIMES, seed=7)
    counted("events answered", len(answered), seed=7)
