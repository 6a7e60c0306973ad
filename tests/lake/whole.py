"""Whether the files of a lake and a state folder are whole, whatever has happened to them."""

import json
import sqlite3
from contextlib import closing

from lake import cold, manifest
from lake.files import TABLES, sha256
from lake.journal import NAME


def assert_whole(settings):
    """No file that anybody may read is torn: neither of this commit, nor of another one."""
    folder = settings.data.resolve()
    for table in TABLES:
        for path in (folder / table).glob("**/*.parquet"):
            assert path.stem == sha256(path), f"{path} is torn"
        for path in (folder / table / "_delta_log").glob("*.json"):
            for line in path.read_text(encoding="utf-8").splitlines():
                json.loads(line)
    manifest.load(folder)  # raises for what has been cut
    state = cold.read(folder)
    found = (state.set_aside, cold.check(state, thorough=True))
    assert found == ((), ()), found
    with closing(sqlite3.connect(settings.state / NAME)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
