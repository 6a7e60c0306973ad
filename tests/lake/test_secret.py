"""The secret of a state folder."""

import stat
import threading

import pytest

from errors import StateError
from lake.secret import BYTES, NAME, Signer


def test_what_was_signed_is_known_again_after_a_restart(tmp_path):
    signature = Signer(tmp_path, "page").sign(b"text")

    assert Signer(tmp_path, "page").is_signed(b"text", signature)


@pytest.mark.parametrize("length", [4, 16, 32])
def test_a_shorter_signature_is_checked_at_its_length(tmp_path, length):
    signer = Signer(tmp_path, "page")
    signature = signer.sign(b"text", length)

    assert len(signature) == length
    assert signer.is_signed(b"text", signature)
    assert not signer.is_signed(b"text", bytes([signature[0] ^ 1]) + signature[1:])
    assert not signer.is_signed(b"text", b"")


def test_purposes_and_folders_do_not_mix(tmp_path):
    signature = Signer(tmp_path / "a", "page").sign(b"text")

    assert not Signer(tmp_path / "a", "cursor").is_signed(b"text", signature)
    assert not Signer(tmp_path / "b", "page").is_signed(b"text", signature)


def test_only_the_owner_reads_the_secret(tmp_path):
    Signer(tmp_path, "page")

    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600
    assert [NAME] == [path.name for path in tmp_path.iterdir()]


def test_of_many_at_once_all_have_the_same(tmp_path):
    signatures = []
    threads = [
        threading.Thread(target=lambda: signatures.append(Signer(tmp_path, "page").sign(b"x")))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(signatures)) == 1
    assert len(signatures) == 8


def test_a_damaged_secret_is_told(tmp_path):
    (tmp_path / NAME).write_bytes(b"x" * (BYTES - 1))

    with pytest.raises(StateError):
        Signer(tmp_path, "page")
