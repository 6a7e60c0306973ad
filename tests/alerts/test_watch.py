"""Who looks: sent events make an alert fire, webhooks arrive, a restart fires nothing twice."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from standardwebhooks import Webhook

import observed
from alerts import news, watch
from alerts.desk import Change, Desk
from alerts.wishes import Wish
from hooks import schedule, worker
from hooks.desk import Desk as HookDesk
from lake.alert_file import connected
from queries import backtest, engine
from settings import Settings
from tests.alerts.conftest import ANY
from tests.api.serving import serving, wait_until
from tests.api.test_ingest import Api
from tests.hooks.conftest import receive  # noqa: F401  a fixture
from tests.lake.lakes import batch, write

FAILURES = Wish("Failures <b>", "failure_rate", "5m", "above", 0.5, "channel=sip", least=3)


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    folder = tmp_path_factory.mktemp("watched")
    found = Settings(
        data=folder / "lake", state=folder / "state", demo="off", zone="UTC", memory_mb=512,
        threads=2, watch_seconds=0.05, webhook_networks=("127.0.0.0/8",), alert_seconds=0.05,
        compact=False,
    )  # fmt: skip
    write(found, batch(range(20)))
    return found


@pytest.fixture(scope="module")
def api(settings):
    with serving(settings) as (port, _), Api(port) as made:
        yield made


@pytest.fixture
def desk(settings):
    made = Desk(settings)
    yield made
    for each in made.listed():
        made.remove(each.alert_id)


@pytest.fixture
def looking(settings, api):
    """Have somebody look while a block runs."""
    return lambda: watch.running(settings)


def send(api, first, count, status):
    """Send sessions that began a minute ago and have ended so."""
    at = (datetime.now(UTC) - timedelta(seconds=60)).isoformat()
    events = []
    for number in range(first, first + count):
        session_id, kept = f"{status}-{number}", {"timestamp": at}
        told = {"session_id": session_id, "agent_id": "a", "channel": "sip"}
        events.append({"type": "session.started", "id": f"b{session_id}", "data": told, **kept})
        events.append({"type": "session.ended", "id": f"e{session_id}", **kept,
                       "data": {"session_id": session_id, "status": status}})  # fmt: skip
    assert set(api.told(events)) == {"accepted"}


def state(desk, alert_id, wanted):
    return lambda: desk.one(alert_id).state == wanted


def counted(name):
    """Return what was counted under a name, by its label."""
    families = text_string_to_metric_families(observed.written().decode())
    return Counter({next(iter(each.labels.values())): int(each.value) for family in families
                    if family.name == name for each in family.samples})  # fmt: skip


def test_events_fire_and_resolve_an_alert_and_the_webhook_hears_of_both(
    api, settings, desk, looking, receive, monkeypatch  # noqa: F811
):  # fmt: skip
    monkeypatch.setattr(worker, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(schedule, "WAITS", (timedelta(milliseconds=20),) * 9)
    receiver, before = receive(), counted("parley_alert_changes")
    _, secret = HookDesk(settings).add(
        receiver.url, ["alert.fired", "alert.resolved"], filter={"channel": ["web"]}
    )
    made, name = desk.add(FAILURES), news.named("p")
    with looking(), worker.running(settings):
        wait_until(state(desk, made.alert_id, "ok"))
        send(api, 0, 2, "failed")  # too few: nothing may fire
        wait_until(lambda: desk.one(made.alert_id).seen.n == 2)
        assert desk.one(made.alert_id).state == "ok"
        send(api, 2, 2, "failed")
        wait_until(state(desk, made.alert_id, "firing"))
        wait_until(lambda: len(receiver.requests) == 1)
        assert news.named("p") != name
        send(api, 0, 9, "completed")
        wait_until(state(desk, made.alert_id, "ok"))
        wait_until(lambda: len(receiver.requests) == 2)

    fired, resolved = (
        Webhook(secret).verify(each.body, each.headers) for each in receiver.requests
    )
    assert (fired["type"], resolved["type"]) == ("alert.fired", "alert.resolved")
    assert (fired["data"]["value"], fired["data"]["n"]) == (1.0, 4)
    assert resolved["data"]["value"] == pytest.approx(4 / 13)
    assert fired["data"]["name"] == "Failures <b>"
    query = dict(each.split("=", 1) for each in fired["data"]["links"]["sessions"]
                 .partition("?")[2].split("&"))  # fmt: skip
    unquoted = {name: value.replace("%3A", ":") for name, value in query.items()}
    rows = api.http.get("/sessions", params=unquoted).json()
    assert {row["session_id"] for row in rows["data"]} >= {f"failed-{n}" for n in range(4)}
    assert {row["status"] for row in rows["data"]} == {"failed"}
    assert counted("parley_alert_changes") - before == {"fired": 1, "resolved": 1}


def test_a_restart_fires_nothing_twice(api, desk, looking):
    send(api, 50, 1, "cancelled")
    made = desk.add(ANY)
    for _ in range(3):
        with looking():
            looks = sum(counted("parley_alert_evaluations").values())
            wait_until(
                lambda looks=looks: sum(counted("parley_alert_evaluations").values()) > looks + 1
            )
            assert desk.one(made.alert_id).state == "firing"
    events, total = desk.history(made.alert_id)

    assert [each.kind for each in events] == ["fired"]
    assert total == 1


def test_one_that_fails_keeps_no_other_from_being_looked_at(desk, looking, settings, monkeypatch):
    fine, gone, broken = desk.add(ANY), desk.add(FAILURES), desk.add(FAILURES)
    with connected(settings.state) as connection:
        connection.execute("update alerts set metric = 'gone' where alert_id = ?", (gone.alert_id,))
        connection.execute("update alerts set metric = 'failed' where alert_id = ?",
                           (broken.alert_id,))  # fmt: skip
    asked = backtest.read

    def read(rule, snapshot):
        return 1 / 0 if rule.metric.name == "failed" else asked(rule, snapshot)

    monkeypatch.setattr(backtest, "read", read)
    before = counted("parley_alert_evaluations")
    with looking():
        for each in (gone, broken):
            wait_until(lambda each=each: desk.one(each.alert_id).error)
        wait_until(lambda: desk.one(fine.alert_id).seen is not None)

    assert "gone" in desk.one(gone.alert_id).error
    assert desk.one(broken.alert_id).error == "The question failed."
    assert desk.one(fine.alert_id).error == ""
    after = counted("parley_alert_evaluations") - before
    assert after["answered"] >= 1
    assert after["failed"] >= 2


def test_what_is_off_is_not_looked_at(desk, looking):
    on, off = desk.add(ANY), desk.add(ANY)
    desk.change(off.alert_id, Change(is_enabled=False))
    with looking():
        wait_until(lambda: desk.one(on.alert_id).seen is not None)

    assert desk.one(off.alert_id).seen is None


def test_without_data_it_waits(own_settings):
    """Before the engine runs and after it nothing is written, and nobody falls."""
    engine.stop()
    quick = own_settings.model_copy(update={"alert_seconds": 0.01})
    desk = Desk(quick)
    made = desk.add(ANY)
    with watch.running(quick) as held:
        assert held._thread.is_alive()

    assert desk.one(made.alert_id).state == "waiting"
