"""What broke off goes on later: after a restart, after an import, and not after a day."""

import hashlib
import json
import shutil
from datetime import timedelta
from http.client import HTTPConnection

import msgspec
import pytest

from api import service
from api.application import PREFIX
from api.book import ENDED
from lake.exported import KEPT, ExportState, History
from lake.writer import Writer
from tests.api.serving import PATIENCE, serving
from tests.pages import small_lake

# Whose sessions depend on the moment and on the zone.
CLOCKED = "range=7d&" + "&".join(f"hour={hour}" for hour in range(11))


@pytest.fixture
def made(own_settings):
    """A lake, an export of it, and what was sent; gives settings, record and bytes."""
    settings = own_settings.model_copy(update={"now": small_lake.NOW})
    small_lake.write(settings)
    with serving(settings) as (port, _):
        http = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        http.request("GET", f"{PREFIX}/sessions/export?format=ndjson&{CLOCKED}")
        answer = http.getresponse()
        text = answer.read()
        http.close()
    return settings, History(settings.state).one(answer.headers["X-Export-Id"]), text


def rest_of(settings, record, received):
    """Return the answer of a server that has just been started."""
    with serving(settings) as (port, _):
        cursor = service.current().book.cursor(record.export_id)
        http = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        path = f"{PREFIX}/exports/{record.export_id}/rest?cursor={cursor}&received={received}"
        http.request("GET", path)
        answer = http.getresponse()
        text = answer.read()
        http.close()
    return answer.status, text


def test_after_a_restart_it_goes_on_too(made):
    settings, record, text = made
    History(settings.state).keep(msgspec.structs.replace(record, state=ExportState.RUNNING))
    with serving(settings):
        found = History(settings.state).one(record.export_id)
    assert (found.state, found.reason) == (ExportState.BROKEN, ENDED)

    assert rest_of(settings, record, 1234) == (200, text[1234:])
    after = History(settings.state).one(record.export_id)
    assert (after.state, after.sha256) == (ExportState.FINISHED, hashlib.sha256(text).hexdigest())


def test_it_goes_on_in_the_data_as_it_was(made):
    """An import replaces sessions, whose files stay for a day; zone and moment are others."""
    settings, record, text = made
    later = {"zone": "Asia/Tokyo", "now": small_lake.NOW + timedelta(hours=20)}
    with Writer(settings) as writer:
        writer.add(small_lake.batch(range(40), user_id="somebody"))
        writer.commit()

    found = rest_of(settings.model_copy(update=later), record, 1234)
    assert found == (200, text[1234:])


def test_where_the_files_are_gone_it_says_so(made):
    settings, record, _ = made
    before = set((settings.data / "messages").rglob("*.parquet"))
    with Writer(settings) as writer:
        writer.add(small_lake.batch(user_id="somebody"))
        writer.commit()
    shutil.rmtree(min(before).parent)

    status, text = rest_of(settings, record, 1)
    assert status == 410
    assert "Start the export again" in json.loads(text)["advice"]


def test_after_a_day_it_says_so(made):
    settings, record, _ = made
    older = msgspec.structs.replace(record, started_at=record.started_at - KEPT)
    History(settings.state).keep(older)
    status, text = rest_of(settings, record, 1)
    assert status == 410
    assert "day" in json.loads(text)["detail"]

    younger = msgspec.structs.replace(record, started_at=older.started_at + timedelta(seconds=1))
    History(settings.state).keep(younger)
    assert rest_of(settings, record, 1)[0] == 200
