"""The program with questions that are slow or fail, and without its content policy, as told.

`python -m uvicorn tests.browser.wrapped:app`; PARLEY_TEST_FOLDER holds the orders: a file
`slow-NAME` with seconds, or `fail-NAME`, for the statement NAME. PARLEY_TEST_NO_POLICY=1 leaves the
policy out.
"""

import os
import time
from pathlib import Path

import app as program
from api.policy import Policy
from queries.engine import Engine

ORDERS = Path(os.environ["PARLEY_TEST_FOLDER"])
ask = Engine.fetch


def fetch(self, statement, filters, snapshot, given):
    slow, fail = ORDERS / f"slow-{statement.name}", ORDERS / f"fail-{statement.name}"
    if slow.exists():
        time.sleep(float(slow.read_text()))
    if fail.exists():
        raise RuntimeError("ordered to fail <b>with markup</b>")
    return ask(self, statement, filters, snapshot, given)


Engine.fetch = fetch
app = program.app
if os.environ.get("PARLEY_TEST_NO_POLICY"):
    app._user_middleware = [each for each in app._user_middleware if each.cls is not Policy]
