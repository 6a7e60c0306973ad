"""What the import tests ask for."""

import pytest

from tests.ingest import imports


@pytest.fixture
def parley(tmp_path):
    """Give what bytes mean as a Parley NDJSON file."""

    def give(content, **given):
        path = tmp_path / "given.ndjson"
        path.write_bytes(content)
        return imports.read(path, name="parley", **given)

    return give


@pytest.fixture
def session(parley):
    """Give the one session of a line, as an export writes it."""

    def give(options=imports.OPTIONS, **line):
        read = parley(imports.ndjson([{"session_id": "s", **line}]), options=options)
        assert [] == read.rejections
        return imports.exported(read.batch)[0]

    return give
