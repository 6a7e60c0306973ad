"""The program with questions that are slow or fail, and without its content policy, as told.

`python -m uvicorn tests.browser.wrapped:app`; PARLEY_TEST_FOLDER holds the orders: a file
`slow-NAME` with seconds, `fail-NAME`, or `late-NAME` with the seconds after which DuckDB is stopped
in the midst of it, for the statement NAME; `slow-search_messages` for each slice of a search.
PARLEY_TEST_NO_POLICY=1 leaves the policy out.
"""

import copy
import os
import time
from dataclasses import replace
from pathlib import Path

import app as program
from api.policy import Policy
from queries.engine import Engine
from queries.search import Search

ORDERS = Path(os.environ["PARLEY_TEST_FOLDER"])
ENDLESS = "select count(*) from range(1000000) a, range(1000000) b, range(1000000) c where a <> b"
ask = Engine.fetch
step = Search._step


def fetch(self, statement, filters, snapshot, given, shape=None):
    slow, fail, late = (ORDERS / f"{what}-{statement.name}" for what in ("slow", "fail", "late"))
    if slow.exists():
        time.sleep(float(slow.read_text()))
    if fail.exists():
        raise RuntimeError("ordered to fail <b>with markup</b>")
    if late.exists():
        hurried = copy.copy(self)  # the other questions keep their deadline
        limit = {"query_seconds": float(late.read_text())}
        hurried._settings = self._settings.model_copy(update=limit)
        return ask(hurried, replace(statement, text=ENDLESS), filters, snapshot, {}, shape)
    return ask(self, statement, filters, snapshot, given, shape)


def step_slowly(self, cut):
    slow = ORDERS / "slow-search_messages"
    if slow.exists():
        time.sleep(float(slow.read_text()))
    return step(self, cut)


Engine.fetch = fetch
Search._step = step_slowly
app = program.app
if os.environ.get("PARLEY_TEST_NO_POLICY"):
    app._user_middleware = [each for each in app._user_middleware if each.cls is not Policy]
