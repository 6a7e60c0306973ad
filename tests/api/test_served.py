"""The API of the real program: as commands, pages and many threads ask it."""

import re
import shlex
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from itertools import pairwise

import pytest

from api.access import MISSED_SECONDS
from lake.keys import Keys, KeyScope
from settings import ROOT
from tests.api.keyed import bearer
from tests.browser.conftest import lake_folder, serve  # noqa: F401  fixtures
from tests.conftest import IS_SOAK
from tests.pages import small_lake

pytestmark = pytest.mark.soak

MOST = 100
PROMISED = 5  # seconds until a revoked key is refused
CURLS = [
    command
    for name in ("README.md", "docs/api.md")
    for command in re.findall(r"^curl .*$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.fixture(scope="module")
def state(tmp_path_factory):
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def address(serve, lake_folder, state):  # noqa: F811
    limits = {"PARLEY_RATE_LIST": str(MOST), "PARLEY_RATE_OPEN": "300"}
    return serve(lake_folder, PARLEY_STATE=str(state), **limits)


def ask(address, path, **headers):
    """Return status, headers and text of an answer."""
    asked = urllib.request.Request(f"{address}{path}", headers=headers)  # noqa: S310  ours
    try:
        with urllib.request.urlopen(asked) as answer:  # noqa: S310
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


@pytest.mark.parametrize("command", CURLS)
def test_every_command_of_the_documents_runs(address, state, command):
    key = Keys(state).create("curl", list(KeyScope), now=small_lake.NOW)[1]
    time.sleep(2 * MISSED_SECONDS)  # the one of another test may have been looked for just now
    words = shlex.split(command.replace("$PARLEY_KEY", key))
    at = words.index(next(word for word in words if word.startswith("http")))
    told = [word.split(": ", 1) for before, word in pairwise(words)
            if before == "-H"]  # fmt: skip
    path = words[at].removeprefix("http://127.0.0.1:8501")

    status, _, text = ask(address, path, **(dict(told) or bearer(key)))
    assert status == 200, text


def test_of_twenty_threads_exactly_as_many_are_answered_as_may(address, state):
    headers = bearer(Keys(state).create("many", list(KeyScope), now=small_lake.NOW)[1])
    time.sleep(2 * MISSED_SECONDS)

    def ask_ten(_):
        http = HTTPConnection(address.removeprefix("http://"), timeout=60)
        statuses = []
        for _ in range(10):
            http.request("GET", "/api/v1/sessions?limit=1", headers=headers)
            answer = http.getresponse()
            answer.read()
            statuses.append(answer.status)
        http.close()
        return statuses

    with ThreadPoolExecutor(20) as pool:
        statuses = [each for told in pool.map(ask_ten, range(20)) for each in told]

    assert Counter({200: MOST, 429: 200 - MOST}) == Counter(statuses)


def test_forged_forwarding_headers_gain_nothing(address):
    """The server would believe them from this machine, had it not been told otherwise."""
    statuses = [
        ask(address, "/api/v1/healthz", **{"X-Forwarded-For": f"203.0.113.{number % 250}"})[0]
        for number in range(1000 if IS_SOAK else 400)
    ]

    assert statuses.count(200) <= 300
    assert statuses[-1] == 429


def test_a_key_that_a_command_revokes_is_refused_soon(address, state):
    key, text = Keys(state).create("short", list(KeyScope), now=small_lake.NOW)
    assert ask(address, "/api/v1/sessions", **bearer(text))[0] == 200
    subprocess.run(
        [sys.executable, "-m", "cli", "key", "revoke", key.key_id],
        cwd=ROOT, env={"PARLEY_STATE": str(state), "PATH": ""}, check=True, capture_output=True,
    )  # fmt: skip
    patience = time.monotonic() + PROMISED
    while ask(address, "/api/v1/sessions", **bearer(text))[0] == 200:
        assert time.monotonic() < patience
        time.sleep(0.1)


def test_the_page_downloads_without_a_key_while_scripts_need_one(address, state):
    Keys(state).create("closing", list(KeyScope), now=small_lake.NOW)
    _, headers, _ = ask(address, "/", Accept="text/html")
    cookie = headers["set-cookie"].split(";")[0]
    time.sleep(1.1)  # until the server has seen the key

    assert ask(address, "/api/v1/sessions")[0] == 401
    assert ask(address, "/api/v1/sessions", Cookie=cookie)[0] == 200
    assert (
        ask(address, "/api/v1/sessions", Cookie=cookie, **{"X-Forwarded-For": "1.2.3.4"})[0] == 401
    )
