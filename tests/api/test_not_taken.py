"""Events that are not taken, or not now: who sends them is told why, and what to do."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.live import accepting
from ingest.live.sent import read
from lake.journal import Journal
from settings import DEMO_FOLDER, Demo
from tests.api.serving import serving, wait_until
from tests.api.test_ingest import ENDED, NOW, SAID, STARTED, Api, event
from tests.lake.lakes import batch, write


def test_a_folder_that_is_only_read_takes_nothing(own_settings, tmp_path):
    import pyarrow as pa
    import pyarrow.parquet as pq

    (own_settings.data / "sessions").mkdir(parents=True)
    rows = pa.table({"session_id": ["x"], "started_at": [NOW]})
    pq.write_table(rows, own_settings.data / "sessions" / "a.parquet")
    with serving(own_settings) as (port, _), Api(port) as api:
        response = api.send([STARTED])

    assert response.status_code == 409
    assert not Journal(own_settings.state).exists()


def test_a_full_disk_keeps_nothing_of_a_request_and_recovers(own_settings):
    with serving(own_settings) as (port, _), Api(port) as api:
        assert api.told([STARTED]) == ["accepted"]
        from api import service

        connection = service.current().accepting._journal._connection
        pages = connection.execute("pragma page_count").fetchone()[0]
        connection.execute(f"pragma max_page_count = {pages + 2}")
        big = event("big", "message.created", sender="user", content="x" * 100_000)
        response = api.send([SAID, big])
        assert (response.status_code, response.headers["retry-after"]) == (507, "60")
        connection.execute("pragma max_page_count = 1000000")
        assert api.told([SAID, big]) == ["accepted", "accepted"]


def test_who_comes_when_too_much_waits_is_asked_to_wait(own_settings, monkeypatch):
    monkeypatch.setattr(accepting, "MOST_WAITING", 3)
    gate = threading.Event()
    held = accepting.Accepting._write
    monkeypatch.setattr(accepting.Accepting, "_write", lambda self: gate.wait(30) and held(self))
    with serving(own_settings) as (port, _), Api(port) as api, ThreadPoolExecutor(2) as pool:
        first = pool.submit(api.told, [STARTED, SAID])
        from api import service

        wait_until(lambda: service.current().accepting._events == 2)
        response = api.send([ENDED, ENDED])
        gate.set()
        assert (response.status_code, response.headers["retry-after"]) == (503, "1")
        assert first.result(30) == ["accepted", "accepted"]
        assert api.told([ENDED]) == ["accepted"]


def test_who_has_not_waited_long_enough_takes_no_answer_from_others(own_settings, monkeypatch):
    """A request whose time is over is cancelled while it waits to be written."""
    gate = threading.Event()
    held = accepting.Accepting._write
    monkeypatch.setattr(accepting.Accepting, "_write", lambda self: gate.wait(30) and held(self))
    made = accepting.Accepting(own_settings, accepting.no_recall)
    first, second = (
        made.submit(accepting.Request("api", None, [read(each, NOW)], 1))
        for each in (STARTED, {**SAID, "data": {**SAID["data"], "session_id": "s-2"}})
    )
    assert first.cancel()
    gate.set()
    assert [outcome.status for outcome in second.result(30)] == ["accepted"]
    made.close()


def test_the_first_event_ends_the_sample_data(own_settings, monkeypatch, tmp_path):
    from lake import standing

    sample = own_settings.model_copy(update={"data": tmp_path / "sample"})
    write(sample, batch(range(20)))
    monkeypatch.setattr(standing, "DEMO_FOLDER", tmp_path / "sample")
    assert tmp_path / "sample" != DEMO_FOLDER
    showing = own_settings.model_copy(update={"demo": Demo.AUTO})
    with serving(showing) as (port, lake), Api(port) as api:
        assert api.total() == 20
        assert api.told([STARTED]) == ["accepted"]
        wait_until(lambda: api.total() == 1)
        with lake.lease() as publication:
            assert not publication.is_demo
            assert not publication.is_empty


def test_an_index_of_the_sample_data_never_takes_the_place_of_what_came_meanwhile(
    own_settings, monkeypatch, tmp_path
):
    from lake import serving as lakes
    from lake import standing

    write(own_settings.model_copy(update={"data": tmp_path / "sample"}), batch(range(20)))
    monkeypatch.setattr(standing, "DEMO_FOLDER", tmp_path / "sample")
    publish, (begun, met) = lakes.Lake._publish, (threading.Event(), threading.Event())

    def slowly(lake, state, *, is_demo):
        if is_demo and threading.current_thread().name == "lake-watch":
            begun.set()
            met.wait(30)
            for _ in range(100):  # a second in which the first event may be shown
                if not lake._shelf.current.is_demo:
                    break
                time.sleep(0.01)
        publish(lake, state, is_demo=is_demo)

    monkeypatch.setattr(lakes.Lake, "_publish", slowly)
    showing = own_settings.model_copy(update={"demo": Demo.AUTO})
    with serving(showing) as (port, lake), Api(port) as api:
        assert begun.wait(30)
        assert api.told([STARTED]) == ["accepted"]
        met.set()
        wait_until(lambda: not lake._shelf.current.is_demo)
        time.sleep(0.3)
        assert (False, 1) == (lake._shelf.current.is_demo, api.total())


@pytest.mark.parametrize("stored", [0, 5])
def test_where_the_sample_data_stays_nothing_is_taken_that_nobody_would_see(
    own_settings, monkeypatch, tmp_path, stored
):
    """`PARLEY_DEMO=on`, over an empty lake and over one with sessions."""
    from lake import standing

    write(own_settings.model_copy(update={"data": tmp_path / "sample"}), batch(range(20)))
    if stored:
        write(own_settings, batch(range(stored)))
    monkeypatch.setattr(standing, "DEMO_FOLDER", tmp_path / "sample")
    showing = own_settings.model_copy(update={"demo": Demo.ON})
    with serving(showing) as (port, _), Api(port) as api:
        assert api.total() == 20
        refused = api.send([STARTED])
        assert (refused.status_code, "PARLEY_DEMO" in refused.text) == (409, True)
        assert api.total() == 20
    assert not Journal(own_settings.state).exists()
