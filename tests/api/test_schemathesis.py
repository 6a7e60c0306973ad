"""Schemathesis, with all of its checks, finds nothing in the running program.

It makes requests from the description, right ones and wrong ones, and holds every answer against
it: status, headers, shape, whether what is wrong is refused and what is right is not.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from lake.keys import Keys, KeyScope
from settings import ROOT
from tests.browser.conftest import lake_folder, serve  # noqa: F401  fixtures
from tests.conftest import IS_SOAK
from tests.pages import small_lake

pytestmark = pytest.mark.soak

EXAMPLES = 500 if IS_SOAK else 30
SEEDS = (1, 2, 3) if IS_SOAK else (1,)
# What it does beside the examples (every bound of every parameter; walks along the links) takes as
# long again.
PHASES = "examples,coverage,fuzzing,stateful" if IS_SOAK else "fuzzing"
MANY = {f"PARLEY_RATE_{name}": "1000000" for name in ("LIST", "METRICS", "OPEN", "FAILED_KEYS")}
CONFIG = Path(__file__).with_name("schemathesis.toml")
PATIENCE = 3600  # a hang guard, in seconds


@pytest.fixture(scope="module")
def served(serve, lake_folder, tmp_path_factory):  # noqa: F811
    """The address of the program, and a key that may read everything."""
    state = tmp_path_factory.mktemp("state")
    _, text = Keys(state).create("Schemathesis", list(KeyScope), now=small_lake.NOW)
    return serve(lake_folder, PARLEY_STATE=str(state), **MANY), text


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_found(served, counted, tmp_path, seed):
    counted("examples a route", EXAMPLES, seed=seed)
    address, key = served
    done = subprocess.run(
        [
            Path(sys.executable).parent / "schemathesis", "--config-file", CONFIG,
            "run", f"{address}/api/v1/openapi.json",
            "--url", f"{address}/api/v1", "--checks", "all", "--seed", str(seed),
            "--max-examples", str(EXAMPLES), "--phases", PHASES,
            "--header", f"Authorization: Bearer {key}", "--no-color",
        ],
        cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.schemathesis_hooks",
             "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    tested = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert tested, done.stdout[-4000:]
    assert int(tested[2]) >= EXAMPLES
