"""What is only read, or is sample data, is changed by nobody's hand."""

import polars as pl
import pytest

from lake import standing
from lake.journal import Journal
from settings import Demo
from tests.api.serving import serving, wait_until
from tests.api.test_ingest import NOW, Api
from tests.lake.lakes import batch, write

ACTS = {"end": {}, "notes": {"text": "seen"}, "tags": {"tag": "vip"}}


@pytest.fixture
def plain(own_settings):
    """A folder of plain Parquet files."""
    (own_settings.data / "sessions").mkdir(parents=True)
    (own_settings.data / "messages").mkdir()
    rows = pl.DataFrame({"session_id": ["s1"], "started_at": [NOW.replace(tzinfo=None)]})
    rows.write_parquet(own_settings.data / "sessions" / "a.parquet")
    said = pl.DataFrame({"session_id": ["s1"], "sender": ["user"], "content": ["Hello"]})
    said.write_parquet(own_settings.data / "messages" / "a.parquet")
    return own_settings


@pytest.fixture
def sample(own_settings, monkeypatch, tmp_path):
    """Sample data that stays."""
    write(own_settings.model_copy(update={"data": tmp_path / "sample"}), batch(range(3)))
    monkeypatch.setattr(standing, "DEMO_FOLDER", tmp_path / "sample")
    return own_settings.model_copy(update={"demo": Demo.ON})


@pytest.mark.parametrize(("lake", "why"), [("plain", "only reads"), ("sample", "Sample data")])
def test_what_may_not_be_changed_is_not_and_says_why(request, lake, why):
    settings = request.getfixturevalue(lake)
    with serving(settings) as (port, _), Api(port) as api:
        wait_until(lambda: api.session("s1"))
        before = api.session("s1")
        for act, body in ACTS.items():
            refused = api.http.post(f"/sessions/s1/{act}", json=body)
            assert (refused.status_code, why in refused.json()["detail"]) == (409, True)
            assert refused.json()["advice"]
        assert api.session("s1") == before
    assert not Journal(settings.state).exists()
