"""Subscriptions: kept as they were made, with secrets that sign until they end."""

import base64
import stat
import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from errors import StateError
from lake import subscriptions
from lake.hook_refusals import HookNotFoundError, TooManyHooksError
from lake.hook_types import HookType
from lake.matching import Conditions, Pair
from lake.subscriptions import OVERLAP, PREFIX, Subscriptions, Wanted
from tests.lake.test_keys import LATER, NOW

WANTED = Wanted(
    "https://93.184.215.14/hook", frozenset({HookType.FAILED, HookType.HANDOFF}),
    Conditions(channel=("web",), metadata=(Pair("plan", "!=", "free"),)), "To the CRM",
)  # fmt: skip


@pytest.fixture
def kept(tmp_path):
    return Subscriptions(tmp_path / "state")


def test_looking_makes_no_file(kept, tmp_path):
    assert kept.listed() == []
    assert not (tmp_path / "state").exists()


def test_a_subscription_is_kept_as_it_was_made(kept):
    made, secret = kept.add(WANTED, now=NOW, agents=["b", "a"])

    assert [made] == kept.listed()
    assert (made.wanted, made.agents, made.created_at) == (WANTED, frozenset({"a", "b"}), NOW)
    assert (made.state, made.signing(NOW)) == ("live", [secret])


def test_a_secret_is_one_of_the_scheme(kept):
    secrets = {kept.add(WANTED, now=NOW)[1] for _ in range(5)}

    assert len(secrets) == 5
    for secret in secrets:
        assert secret.startswith(PREFIX)
        assert 24 <= len(base64.b64decode(secret.removeprefix(PREFIX), validate=True)) <= 64


def test_only_the_owner_reads_the_file(kept, tmp_path):
    kept.add(WANTED, now=NOW)

    for path in (tmp_path / "state").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name


def test_after_a_rotation_both_secrets_sign_for_a_while(kept):
    made, first = kept.add(WANTED, now=NOW)
    turned, second = kept.rotate(made.subscription_id, now=LATER)

    assert turned.signing(LATER + OVERLAP - timedelta(seconds=1)) == [second, first]
    assert turned.signing(LATER + OVERLAP) == [second]


def test_at_most_two_secrets_sign(kept):
    made, _ = kept.add(WANTED, now=NOW)
    _, second = kept.rotate(made.subscription_id, now=LATER)
    turned, third = kept.rotate(made.subscription_id, now=LATER)

    assert turned.signing(LATER) == [third, second]


def test_another_address_gets_another_secret_and_nothing_of_the_one_before(kept):
    """What signs for one receiver is never used towards another."""
    made, first = kept.add(WANTED, now=NOW)
    other = replace(WANTED, url="https://93.184.215.14/other")
    changed, second = kept.change(made.subscription_id, other, now=LATER)

    assert second != first
    assert changed.signing(LATER) == [second]
    assert changed.wanted == other


def test_another_wish_at_the_same_address_keeps_the_secret(kept):
    made, first = kept.add(WANTED, now=NOW)
    other = replace(WANTED, types=frozenset({HookType.STARTED}))
    changed, secret = kept.change(made.subscription_id, other, now=LATER)

    assert secret is None
    assert (changed.wanted, changed.signing(LATER)) == (other, [first])


def test_one_that_is_off_says_why_and_the_first_reason_stays(kept):
    made, _ = kept.add(WANTED, now=NOW)
    kept.disable(made.subscription_id, "Gone.", now=NOW)
    off = kept.disable(made.subscription_id, "By hand.", now=LATER)
    assert (off.state, off.reason, off.disabled_at) == ("off", "Gone.", NOW)

    on = kept.enable(made.subscription_id)
    assert (on.state, on.reason, on.disabled_at) == ("live", "", None)


def test_one_that_was_removed_leaves_nothing(kept, tmp_path):
    made, secret = kept.add(WANTED, now=NOW)
    kept.remove(made.subscription_id)

    assert kept.listed() == []
    with pytest.raises(HookNotFoundError):
        kept.one(made.subscription_id)
    with subscriptions.connected(tmp_path / "state") as connection:
        assert secret not in "".join(connection.iterdump())


def test_an_unknown_id_is_told(kept):
    kept.add(WANTED, now=NOW)
    for ask in (kept.one, kept.remove, kept.enable, lambda i: kept.rotate(i, now=NOW),
                lambda i: kept.disable(i, "", now=NOW),
                lambda i: kept.change(i, WANTED, now=NOW)):  # fmt: skip
        with pytest.raises(HookNotFoundError):
            ask("nobody")


def test_there_are_not_endlessly_many(kept, monkeypatch):
    monkeypatch.setattr(subscriptions, "MOST", 2)
    kept.add(WANTED, now=NOW)
    kept.add(WANTED, now=NOW)

    with pytest.raises(TooManyHooksError):
        kept.add(WANTED, now=NOW)


def test_many_may_write_at_once(kept):
    """Commands and the server share the file."""
    threads = [
        threading.Thread(target=kept.add, args=(replace(WANTED, description=str(n)),),
                         kwargs={"now": NOW})
        for n in range(8)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(str, range(8))) == sorted(one.wanted.description for one in kept.listed())


def test_a_file_that_is_none_is_told(kept, tmp_path):
    (tmp_path / "state").mkdir()
    (tmp_path / "state" / "journal.db").write_bytes(b"no database" * 1000)

    with pytest.raises(StateError):
        kept.listed()
