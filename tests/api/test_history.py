"""Who may know of which export; what the history keeps; what is counted of a file."""

import hashlib
import random

import msgspec
import pytest

from api import access, service
from errors import StateError
from exports.counted import MOST, Counted, rest
from exports.registry import FORMATS
from lake import exported
from lake.exported import ExportState, History
from lake.keys import KeyScope
from tests.api.keyed import Ring, bearer
from tests.conftest import IS_SOAK

pytestmark = pytest.mark.soak


@pytest.fixture
def ring(world, api_settings, monkeypatch):
    monkeypatch.setattr(access, "FRESH_SECONDS", -1)
    return Ring(api_settings)


def export(client, headers=None, query=""):
    answer = client.get(f"/sessions/export?format=csv{query}", headers=headers)
    assert answer.status_code == 200
    return answer.headers["x-export-id"]


def seen(client, headers=None):
    data = client.get("/exports", headers=headers).json()["data"]
    ids = {row["export_id"] for row in data}
    for row in data:  # what is listed can be read, and the other way round
        for what in ("", "/receipt"):
            path = f"/exports/{row['export_id']}{what}"
            assert client.get(path, headers=headers).status_code == 200
    return ids


def test_everybody_sees_what_is_theirs_and_who_oversees_sees_all(client, ring):
    """An administrator of some agents sees nothing that tells of others."""
    here = export(client)  # before there is a key: this machine
    keys = {
        "all": ring.key([KeyScope.EXPORT]),
        "some": ring.key([KeyScope.EXPORT], agents=["a1"]),
        "other": ring.key([KeyScope.EXPORT], agents=["a2"]),
        "admin": ring.key([KeyScope.EXPORT, KeyScope.ADMIN]),
        "admin of a1": ring.key([KeyScope.EXPORT, KeyScope.ADMIN], agents=["a1"]),
    }
    headers = {name: bearer(text) for name, text in keys.items()}
    made = {name: export(client, given) for name, given in headers.items()}
    page = {"Cookie": service.current().cookie.header(is_secure=False).split(";")[0]}

    for name in ("all", "some", "other"):
        assert {made[name]} == seen(client, headers[name])
    assert {here, *made.values()} == seen(client, headers["admin"]) == seen(client, page)
    assert {made["some"], made["admin of a1"]} == seen(client, headers["admin of a1"])
    hidden = client.get(f"/exports/{made['other']}", headers=headers["some"])
    absent = client.get("/exports/nothing", headers=headers["some"])
    assert (404, absent.text) == (hidden.status_code, hidden.text)


def test_it_is_told_who_it_was_and_for_which_agents(client, ring):
    key = bearer(ring.key([KeyScope.EXPORT], agents=["a1", "a2"]))
    told = client.get(f"/exports/{export(client, key, '&channel=web')}/receipt", headers=key).json()

    assert told["data"]["who"] == "key A script"
    assert told["data"]["filters"]["words"] == ["Channel: Web", "Only agents: a1, a2"]
    assert told["data"]["filters"]["query"] == "channel=web&tz=Europe%2FBerlin"


def test_the_history_keeps_the_newest(client, ring, api_settings, monkeypatch):
    monkeypatch.setattr(exported, "MOST", 3)
    clock = iter(range(100))
    monkeypatch.setattr(service.current().book, "clock", lambda: ring.now.replace(
        second=0, microsecond=next(clock)))  # fmt: skip
    made = [export(client) for _ in range(5)]

    assert [each.export_id for each in History(api_settings.state).listed()] == made[:1:-1]
    assert client.get("/exports?limit=2").json()["meta"]["total_items"] == 3
    assert len(client.get("/exports?limit=2").json()["data"]) == 2


def test_an_answer_that_is_known_is_not_sent_again(client, ring):
    made = export(client)
    for path in ("/exports", f"/exports/{made}", f"/exports/{made}/receipt"):
        name = client.get(path).headers["etag"]
        assert client.get(path, headers={"If-None-Match": name}).status_code == 304


def test_a_history_that_cannot_be_read_is_told_and_no_file_begins(client, ring, api_settings):
    """Every file has a receipt; who wants files without a history deletes it."""
    made = export(client)
    for path in api_settings.state.glob(f"{exported.NAME}*"):
        path.unlink()
    (api_settings.state / exported.NAME).write_bytes(b"no database" * 1000)
    for path in ("/exports", f"/exports/{made}", "/sessions/export?format=csv"):
        answer = client.get(path)
        assert answer.status_code == 503
        assert exported.NAME in answer.json()["advice"]
    with pytest.raises(StateError):
        History(api_settings.state).listed()
    assert service.current().exports.open == 0


def test_the_program_starts_although_the_history_cannot_be_read(api_settings):
    api_settings.state.mkdir(parents=True, exist_ok=True)
    (api_settings.state / exported.NAME).write_bytes(b"no database" * 1000)
    with service.running(api_settings):
        assert service.is_running()


def test_what_has_ended_wholly_stays_so(client, ring, api_settings):
    history = History(api_settings.state)
    told = history.one(export(client))
    with service.current().book.entry(told) as entry:
        entry.move(1)
        entry.give_up("Something.")

    assert told == history.one(told.export_id)
    assert told.state is ExportState.FINISHED


@pytest.mark.parametrize("seed", range(200 if IS_SOAK else 15))
def test_whatever_has_come_the_rest_and_the_hash_are_those_of_the_whole(seed):
    """Parts of any size, before each of which some sessions are known to be whole."""
    chance = random.Random(seed)  # noqa: S311  the same choice each time
    sizes = [chance.choice([0, 1, 7, 100]) for _ in range(chance.choice([1, 5, 3 * MOST]))]
    parts = [chance.randbytes(size) for size in sizes]
    whole = b"".join(parts)
    counted = Counted()
    for number, part in enumerate(parts[: chance.randrange(len(parts) + 1)]):
        counted.take(part, number // 2)  # two parts a session
    for received in (0, len(whole), chance.randrange(len(whole) + 1)):
        place = counted.go_on(received)
        at = 2 * place.sessions
        assert b"".join(parts[:at]) == whole[: place.bytes]
        left = []
        for number, part in enumerate(parts[at:], at):
            counted.take(part, number // 2)
            left.append(part)
        assert whole[received:] == b"".join(rest(iter(left), received - place.bytes))
        assert (hashlib.sha256(whole).hexdigest(), len(whole)) == (counted.sha256, counted.bytes)


def test_what_an_export_was_is_kept_to_the_letter(ring, api_settings, client):
    told = History(api_settings.state).one(export(client, query="&metadata_columns=true&q=%C3%A9"))

    assert told == msgspec.json.decode(msgspec.json.encode(told), type=exported.Exported)
    assert (told.metadata_columns, dict(told.filters)) == (True, {"q": "é"})
    assert told.format in FORMATS
