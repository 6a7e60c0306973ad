"""Paths become sources: plain, packed, archived, in folders; and what cannot be read says so."""

import gzip
import hashlib
import zipfile

import pytest

from errors import UnreadableSourceError
from ingest import source

TEXT = b'{"session_id": "a"}\n' * 200_000


def packed(path, text=TEXT):
    path.write_bytes(gzip.compress(text, 1))
    return path


def zipped(path, **members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(f"in/{name}", text)
    return path


def content(found):
    return b"".join(found.chunks())


def test_packing_changes_name_and_size_but_not_content_and_hash(tmp_path):
    (tmp_path / "plain").write_bytes(TEXT)
    files = [tmp_path / "plain", packed(tmp_path / "x.gz"), zipped(tmp_path / "x", member=TEXT)]
    found = [(one.name, content(one), one.sha256) for path in files for one in source.inside(path)]
    names = [str(files[0]), str(files[1]), f"{files[2]}:in/member"]

    assert [(name, TEXT, hashlib.sha256(TEXT).hexdigest()) for name in names] == found


def test_hash_may_be_asked_for_in_the_midst_of_reading(tmp_path):
    for file in (packed(tmp_path / "x.gz"), zipped(tmp_path / "x.zip", member=TEXT)):
        for found in source.inside(file):
            chunks = found.chunks()
            first = next(chunks)
            position = found.position

            assert hashlib.sha256(TEXT).hexdigest() == found.sha256
            assert position == found.position
            assert TEXT == first + b"".join(chunks)


def test_position_counts_bytes_on_disk(tmp_path):
    found = next(source.inside(packed(tmp_path / "x.gz")))
    content(found)

    assert (tmp_path / "x.gz").stat().st_size == found.position


def test_each_member_of_an_archive_is_a_source(tmp_path):
    found = source.inside(zipped(tmp_path / "x.zip", a=b"1", b=b"", c=b"3"))

    assert [("a", b"1"), ("b", b""), ("c", b"3")] == [(one.stem, content(one)) for one in found]


def test_archive_without_members_has_no_sources(tmp_path):
    assert [] == list(source.inside(zipped(tmp_path / "x.zip")))


@pytest.mark.parametrize("name", ["a.ndjson", "a.ndjson.gz", "in.zip:deep/a.json"])
def test_stem_is_the_bare_name(name):
    assert source.Source(name, None, 0, is_alone=True).stem == "a"


def test_folders_give_their_files_once_in_order(tmp_path):
    for name in ("b/2", "a", "b/.hidden", "b/1"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    found = source.files([tmp_path, tmp_path / "b" / "1", tmp_path / "missing"])

    assert [
        ("a", False),
        ("b/.hidden", False),
        ("b/1", True),
        ("b/2", False),
        ("missing", True),
    ] == [(str(file.path.relative_to(tmp_path)), file.is_named) for file in found]


def broken_gzip(path):
    path.write_bytes(gzip.compress(TEXT)[:-500])
    return path


def damaged_gzip(path):
    data = bytearray(gzip.compress(TEXT, 1))
    data[1000:1100] = b"\xff" * 100
    path.write_bytes(data)
    return path


def broken_zip(path):
    zipped(path, a=TEXT)
    path.write_bytes(path.read_bytes()[:-30])
    return path


def damaged_zip(path):
    zipped(path, a=TEXT)
    data = bytearray(path.read_bytes())
    data[1000:1100] = b"\xff" * 100
    path.write_bytes(data)
    return path


def locked_zip(path):
    """Set the bit that says that a password is needed, in both headers of the member."""
    zipped(path, a=TEXT)
    data = bytearray(path.read_bytes())
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(magic) + offset] |= 1
    path.write_bytes(data)
    return path


def missing(path):
    return path


@pytest.mark.parametrize(
    "made", [missing, broken_gzip, damaged_gzip, broken_zip, damaged_zip, locked_zip]
)
def test_what_cannot_be_read_says_so(tmp_path, made):
    path = made(tmp_path / "file")

    with pytest.raises(UnreadableSourceError, match=str(path)):
        list(map(content, source.inside(path)))


def test_what_comes_before_a_break_is_given(tmp_path):
    for found in source.inside(broken_gzip(tmp_path / "file")):
        chunks = found.chunks()
        given = next(chunks)

        assert given
        assert TEXT.startswith(given)
        with pytest.raises(UnreadableSourceError):
            list(chunks)


def test_folder_is_no_file(tmp_path):
    with pytest.raises(UnreadableSourceError, match="directory"):
        list(source.inside(tmp_path))
