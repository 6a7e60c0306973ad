"""A view copied as text: each text is run as it stands, and gets the sessions of the view."""

import json
import os
import subprocess
import sys
from urllib.parse import parse_qs, urlencode
from urllib.request import Request, urlopen

import duckdb
import pytest

from api import access
from api.application import PREFIX
from exports import recipes
from lake import standing
from lake.keys import Keys, KeyScope
from lake.portable import selects
from queries import engine, sessions
from queries.filters import Filters
from settings import ROOT, Settings
from tests.api.serving import PATIENCE, serving
from tests.pages import small_lake

VIEWS = {
    "all": {},
    "two channels": {"channel": ["web", "phone"], "status": ["completed"]},
    "a text with quotes": {"q": ["50%_"], "metadata": ["note contains '", "plan=free"]},
    "metadata": {"metadata": ["plan=enterprise", "note exists", "none!=it's"], "has": ["!error"]},
    "hours of a zone": {"range": ["7d"], "hour": ["1", "9", "21"], "tz": ["Asia/Kolkata"]},
    "who came back": {"returned": ["7d"], "user": ["user-1", "user-2", "a,b", "'; drop--"]},
    "lengths and bounds": {
        "duration_min": ["100000"], "event": ["handoff"],
        "started_after": ["2026-11-15T00:00:00+01:00"],
    },
    "none": {"q": ["nobody said '; this"]},
}  # fmt: skip
VIEW = pytest.mark.parametrize("query", VIEWS.values(), ids=VIEWS)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recipes")
    found = Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="Europe/Berlin",
        memory_mb=512, threads=2, now=small_lake.NOW,
    )  # fmt: skip
    small_lake.write(found)
    return found


@pytest.fixture(scope="module")
def port(settings):
    with serving(settings) as (found, _):
        yield found


@pytest.fixture
def copied(port):
    """Return the texts of a view, and the ids of its sessions in their order."""

    def get(query):
        address = f"http://127.0.0.1:{port}{PREFIX}/sessions/recipes?{urlencode(query, doseq=True)}"
        with urlopen(address) as answer:
            told = json.load(answer)["data"]
        filters, _ = Filters.from_query(query, strict=True)
        with engine.snapshot() as snapshot:
            listed = sessions.page(filters, snapshot, size=1000)["session_id"].to_list()
        return told, listed

    return get


def run(text, **options):
    done = subprocess.run(
        ["/bin/bash", "-c", text], capture_output=True, text=True, timeout=PATIENCE, check=False,
        **options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


@VIEW
def test_the_link_shows_the_view(copied, query):
    """It means the same wherever it is opened, for it names the zone."""
    told, listed = copied(query)
    filters, notes = Filters.from_query(parse_qs(told["link"].partition("?")[2]))
    with engine.snapshot() as snapshot:
        found = sessions.page(filters, snapshot, size=1000)["session_id"].to_list()

    assert (found, notes) == (listed, ())
    assert filters.tz


@VIEW
def test_curl_counts_the_view(copied, query):
    told, listed = copied(query)
    found = json.loads(run(told["curl"]))

    assert found["meta"]["total_items"] == len(listed)
    assert [row["session_id"] for row in found["data"]] == listed[:50]


@VIEW
def test_python_reads_the_view(copied, query):
    told, listed = copied(query)
    done = subprocess.run(
        [sys.executable, "-c", told["python"] + "print([each['session_id'] for each in sessions])"],
        capture_output=True, text=True, timeout=PATIENCE, check=True,
    )  # fmt: skip

    first, second = done.stdout.splitlines()
    assert first == f"{len(listed)} sessions"
    assert json.loads(second.replace("'", '"')) == listed


@VIEW
def test_sql_finds_the_view_in_the_files(copied, query, settings, monkeypatch):
    told, listed = copied(query)
    monkeypatch.chdir(settings.data)
    with duckdb.connect() as connection:
        found = connection.execute(told["sql"]).fetchall()

    assert [row[0] for row in found] == listed
    assert str(settings.data) not in told["sql"]


def test_sql_reads_a_plain_folder_too(tmp_path, settings, monkeypatch):
    """Where columns are missing the files are read with what stands in for them."""
    folder = tmp_path / "plain"
    (folder / "sessions").mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 's' || i as session_id, timestamp '2026-11-01' + interval 1 hour * i "
            f"as started_at, ['web', 'phone'][i % 2 + 1] as channel from range(30) t(i)) "
            f"to '{folder}/sessions/a.parquet'"
        )
    plain = settings.model_copy(update={"data": folder})
    filters = Filters(channel=("phone",))
    with standing.published(plain) as publication:
        text = recipes.sql(filters, selects(publication), small_lake.NOW, "UTC")
    monkeypatch.chdir(folder)
    with duckdb.connect() as connection:
        assert len(connection.execute(text).fetchall()) == 15
    assert str(folder) not in text


@pytest.mark.parametrize("query", [VIEWS["a text with quotes"], VIEWS["who came back"]])
def test_the_command_writes_the_view(copied, query, settings):
    told, listed = copied(query)
    text = told["command"].replace(".venv/bin/python", sys.executable, 1)
    values = {
        "PARLEY_DATA": settings.data, "PARLEY_STATE": settings.state, "PARLEY_DEMO": "off",
        "PARLEY_NOW": small_lake.NOW.isoformat(), "PARLEY_ZONE": "UTC",
    }  # fmt: skip
    environment = {**os.environ, **{name: str(value) for name, value in values.items()}}
    text = run(f"{text} --out -", cwd=ROOT, env=environment)

    assert [line.partition(",")[0].strip('"') for line in text.splitlines()[1:]] == listed


@pytest.mark.parametrize("value", ["", "'", "''", "a\0b", "\0", "\\", "$now", "é\n'; --"])
def test_a_literal_is_the_value(value):
    with duckdb.connect() as connection:
        told = connection.execute(f"select {recipes.literal(value)}, "
                                  f"{recipes.literal(('x', value))}").fetchone()  # fmt: skip

    assert told == (value, ["x", value])


@pytest.fixture
def keys(settings, port, monkeypatch):
    """Keys that are known as soon as they are made, and revoked at the end."""
    monkeypatch.setattr(access, "FRESH_SECONDS", -1)
    held, made = Keys(settings.state), []

    def make(**agents):
        key, text = held.create("A script", list(KeyScope), now=settings.clock(), **agents)
        made.append(key)
        return text

    yield make
    for key in made:
        held.revoke(key.key_id, now=settings.clock())


def asked_with(key, port):
    address = f"http://127.0.0.1:{port}{PREFIX}/sessions/recipes?status=failed"
    with urlopen(Request(address, headers={"Authorization": f"Bearer {key}"})) as answer:
        return json.load(answer)["data"]


def test_where_keys_are_asked_for_the_texts_take_one_from_the_environment(keys, port):
    key = keys()
    told = asked_with(key, port)
    environment = {**os.environ, recipes.KEY: key}
    total = json.loads(run(told["curl"], env=environment))["meta"]["total_items"]
    script = subprocess.run(
        [sys.executable, "-c", told["python"]], env=environment, capture_output=True, text=True,
        timeout=PATIENCE, check=True,
    )  # fmt: skip

    assert script.stdout == f"{total} sessions\n"
    assert key not in str(told)


def test_a_key_of_some_agents_is_told_of_no_file(keys, port):
    assert asked_with(keys(agents=["agent-1"]), port)["sql"] is None
