"""API keys: shown once, kept as a hash, ended on time."""

import hashlib
import stat
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from errors import KeyNotFoundError, KeyRefusedError, StateError
from lake.keys import LONGEST, MAX_TEXT, OVERLAP, PREFIX, Keys, KeyScope, Secret, digest

NOW = datetime(2026, 11, 22, 14, 32, 8, 123456, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
READ = [KeyScope.READ_SESSIONS]


@pytest.fixture
def keys(tmp_path):
    return Keys(tmp_path / "state")


def secret_of(text):
    return text.removeprefix(PREFIX).split("_", 1)[1]


def test_looking_makes_no_file(keys, tmp_path):
    assert keys.listed() == []
    assert not (tmp_path / "state").exists()


def test_a_key_is_kept_as_it_was_made(keys):
    made, text = keys.create("A script", READ, now=NOW, agents=["b", "a"], source="crm")

    assert [made] == keys.listed()
    assert made.agents == frozenset({"a", "b"})
    assert (made.name, made.source, made.scopes) == ("A script", "crm", frozenset(READ))
    assert (made.created_at, made.expires_at) == (NOW, NOW + LONGEST)
    assert text == f"{PREFIX}{made.key_id}_{secret_of(text)}"


def test_of_a_secret_only_its_hash_is_kept(keys, tmp_path):
    made, text = keys.create("A script", READ, now=NOW)
    stored = b"".join(path.read_bytes() for path in (tmp_path / "state").iterdir())

    assert secret_of(text).encode() not in stored
    assert [hashlib.sha256(secret_of(text).encode()).digest()] == [s.hash for s in made.secrets]


def test_only_the_owner_reads_the_file(keys, tmp_path):
    keys.create("A script", READ, now=NOW)

    assert stat.S_IMODE((tmp_path / "state" / "keys.db").stat().st_mode) == 0o600


def test_no_two_keys_are_alike(keys):
    texts = {keys.create("A script", READ, now=NOW)[1] for _ in range(20)}

    assert len(texts) == 20
    assert min(len(secret_of(text)) for text in texts) >= 43  # 32 bytes


def test_a_rotated_key_has_two_secrets_for_a_while(keys):
    made, first = keys.create("A script", READ, now=NOW, lasting=timedelta(days=10))
    turned, second = keys.rotate(made.key_id, now=LATER)

    assert [digest(secret_of(second)), digest(secret_of(first))] == [s.hash for s in turned.secrets]
    assert [LATER + timedelta(days=10), LATER + OVERLAP] == [s.ends_at for s in turned.secrets]


def test_at_most_two_secrets_are_live(keys):
    made, _ = keys.create("A script", READ, now=NOW)
    _, second = keys.rotate(made.key_id, now=LATER)
    turned, third = keys.rotate(made.key_id, now=LATER + timedelta(minutes=1))

    assert [digest(secret_of(third)), digest(secret_of(second))] == [s.hash for s in turned.secrets]


def test_a_rotation_makes_no_old_secret_last_longer(keys):
    made, _ = keys.create("A script", READ, now=NOW, lasting=timedelta(minutes=90))
    turned, _ = keys.rotate(made.key_id, now=LATER)

    assert turned.secrets[1] == Secret(made.secrets[0].hash, NOW, NOW + timedelta(minutes=90))


def test_a_revoked_key_stays_revoked(keys):
    made, _ = keys.create("A script", READ, now=NOW)
    keys.revoke(made.key_id, now=LATER)
    again = keys.revoke(made.key_id, now=LATER + timedelta(days=1))

    assert again.revoked_at == LATER
    assert again.state(NOW) == "revoked"
    with pytest.raises(KeyRefusedError):
        keys.rotate(made.key_id, now=LATER)


def test_a_key_is_live_until_it_expires(keys):
    made, _ = keys.create("A script", READ, now=NOW, lasting=timedelta(hours=1))

    assert made.state(LATER - timedelta(microseconds=1)) == "live"
    assert made.state(LATER) == "expired"


def test_the_last_use_is_written_down(keys):
    made, _ = keys.create("A script", READ, now=NOW)
    keys.note_use({made.key_id: LATER})

    assert keys.one(made.key_id).last_used_at == LATER


def test_an_unknown_id_is_told(keys):
    for ask in (keys.one, lambda i: keys.rotate(i, now=NOW), lambda i: keys.revoke(i, now=NOW)):
        with pytest.raises(KeyNotFoundError):
            ask("nobody")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "}, {"name": "x" * (MAX_TEXT + 1)}, {"name": "a\nb"}, {"source": ""},
        {"scopes": []}, {"agents": []}, {"lasting": LONGEST + timedelta(seconds=1)},
        {"lasting": timedelta(0)},
    ],
    ids=str,
)  # fmt: skip
def test_what_no_key_can_be_is_refused(keys, wrong):
    with pytest.raises(KeyRefusedError):
        keys.create(**{"name": "A script", "scopes": READ, "now": NOW, **wrong})
    assert keys.listed() == []


@given(
    name=st.text(min_size=1, max_size=30).filter(lambda text: text.strip() and text.isprintable()),
    scopes=st.sets(st.sampled_from(KeyScope), min_size=1),
    agents=st.none() | st.sets(st.text(max_size=20), min_size=1, max_size=3),
    days=st.integers(1, LONGEST.days),
)
def test_any_key_is_read_as_it_was_made(tmp_path_factory, name, scopes, agents, days):
    keys = Keys(tmp_path_factory.mktemp("state"))
    lasting = timedelta(days=days)
    made, _ = keys.create(name, scopes, now=NOW, agents=agents, lasting=lasting)

    assert [made] == keys.listed()
    assert (made.name, made.scopes, made.agents) == (name.strip(), scopes, agents)
    assert made.expires_at == NOW + lasting


def test_many_may_write_at_once(keys):
    """Commands and the server share the file."""
    threads = [
        threading.Thread(target=keys.create, args=(f"key {n}", READ), kwargs={"now": NOW})
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(f"key {n}" for n in range(8)) == sorted(key.name for key in keys.listed())


def test_a_file_that_is_none_is_told(keys, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "keys.db").write_bytes(b"no database" * 1000)

    with pytest.raises(StateError):
        keys.listed()
