"""A route asks each of its questions once, also where nothing is remembered."""

from collections import Counter

import pytest

from queries import engine
from tests.api.test_scope import OPTIONS

SESSION = "/sessions/{}"
# An export walks through the sessions by itself, and a recipe is only written.
ASKING = [
    path for path in OPTIONS if not path.startswith(("/sessions/export", "/sessions/recipes"))
]


@pytest.fixture
def api_settings(api_settings):
    return api_settings.model_copy(update={"cache_mb": 0})


@pytest.fixture
def asked(monkeypatch):
    """What has been asked of DuckDB, each with its values."""
    found = Counter()
    ask = engine.Engine._ask

    def counted(self, text, bound, publication):
        found[text, str(bound)] += 1
        return ask(self, text, bound, publication)

    monkeypatch.setattr(engine.Engine, "_ask", counted)
    return found


@pytest.mark.parametrize("path", [*ASKING, SESSION, f"{SESSION}/messages"])
def test_a_route_asks_each_question_once(client, world, asked, path):
    session_id = client.get("/sessions?limit=1").json()["data"][0]["session_id"]
    for options in OPTIONS.get(path, [""]):
        asked.clear()

        assert client.get(f"{path.format(session_id)}?{options}").status_code == 200
        assert {1} == set(asked.values()), options
