"""Keys by the command line, beside a service that hears of it."""

import pytest

from lake.keys import PREFIX, Keys, KeyScope
from tests.cli.test_cli import parley  # noqa: F401  a fixture


@pytest.fixture
def made(parley):  # noqa: F811
    """The text of a key that the command has made."""
    done = parley("key", "create", "Nightly report", "--scope", "export", "--scope",
                  "read:metrics", "--agent", "a1", "--days", "30", "--source", "crm")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_key_is_shown_once_and_alone_on_the_output(parley, made, tmp_path):  # noqa: F811
    (key,) = Keys(tmp_path / "state").listed()

    assert made.startswith(f"{PREFIX}{key.key_id}_")
    assert key.scopes == {KeyScope.EXPORT, KeyScope.READ_METRICS}
    assert (key.name, key.agents, key.source) == ("Nightly report", frozenset({"a1"}), "crm")
    assert (key.expires_at - key.created_at).days == 30
    listed = parley("key", "list")
    assert made.split("_", 3)[3] not in listed.stdout
    for word in (key.key_id, "Nightly report", "live", "export", "a1", "crm", "never"):
        assert word in listed.stdout


def test_a_key_is_rotated_and_revoked(parley, made, tmp_path):  # noqa: F811
    key_id = made.split("_")[2]
    turned = parley("key", "rotate", key_id, "--overlap", "1")
    assert turned.stdout.strip() != made
    assert len(Keys(tmp_path / "state").one(key_id).secrets) == 2

    assert parley("key", "revoke", key_id).returncode == 0
    assert "revoked" in parley("key", "list").stdout
    refused = parley("key", "rotate", key_id)
    assert refused.returncode == 2
    assert "revoked key" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["create", "x"], "scope"),
        (["create", "x", "--scope", "everything"], "everything"),
        (["create", " ", "--scope", "export"], "name"),
        (["create", "x", "--scope", "export", "--days", "366"], "--days"),
        (["revoke", "nobody"], "no key"),
        (["rotate", "nobody"], "no key"),
    ],
)
def test_what_cannot_be_is_refused(parley, arguments, words):  # noqa: F811
    done = parley("key", *arguments)

    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_every_part_explains_itself(parley):  # noqa: F811
    assert "Make, list, rotate and revoke" in parley("--help").stdout
    for name in ("create", "list", "rotate", "revoke"):
        assert parley("key", name, "--help").returncode == 0
