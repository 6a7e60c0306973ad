"""A CSV in a spreadsheet: no cell of any text, in no column, is a formula; by no separator."""

import csv
import io
import json
import unicodedata
from datetime import datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from exports.formats.csv import MAX_KEYS
from lake import standing
from lake.schema import SESSION_COLUMNS, SESSIONS
from queries.filters import Filters
from queries.snapshot import snapshot_of
from tests.exports.conftest import written
from tests.exports.readers import csv_rows

NOON = datetime(2026, 9, 1, 12)  # noqa: DTZ001  naive on purpose: it is UTC
OWN = (
    "=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(1)", "|cmd", "%0A=1", "\t=1", "\r=1", "\n=1",
    " =1", "\u200b=1", "\ufeff=1", "\u00a0+1", "\uff1d1", "\u2066=1", "'=1", '"=1', '"";=1',
    "a;=1", 'a;"=1', "a; \u200b=1", "a\n=1", "a\r\n+1", "a\t@x", "a;;;-1", ";=1", "\x00=1",
    "a,=1", 'a","=1', 'a";"=1', "x\n\n=1\n", "\ufe0f=1", "\u00ad=1", "a;\u3000\uff0b1",
)  # fmt: skip
HARMLESS = ("a-b", "3 = 2+1", "mail@example.org", "50%", "it's", "", "line\nbreak; and so on")
KNOWN = ("channel", "type", "status")  # a closed list of words each
TEXTS = [
    field.name
    for field in SESSIONS
    if field.type == pa.string() and field.name in SESSION_COLUMNS and field.name not in KNOWN
]


def is_run(cell):
    """Say whether a spreadsheet may take a cell for a formula or a command.

    Written from what is told of Excel, LibreOffice and DDE, not from exports/cells.py: what cannot
    be seen, quotes and blanks before the first sign are passed over, full width means the same.
    """
    for sign in cell:
        shown = unicodedata.normalize("NFKC", sign)
        if shown in "=+-@|%":
            return True
        is_unseen = unicodedata.category(sign) in {"Cc", "Cf", "Zs", "Zl", "Zp", "Mn"}
        if not is_unseen and sign != '"':
            return False
    return False


@pytest.fixture
def cells(own_settings):
    """Give the bytes of a CSV of sessions that have a text in every column, one session a text.

    The lake is a plain Parquet folder: no import would take such ids.
    """

    def give(texts):
        columns = {name: list(texts) for name in TEXTS}
        columns["session_id"] = [f"{text}{n}" for n, text in enumerate(texts)]
        columns["metadata"] = [json.dumps({text: [text, "a", text]}) for text in texts]
        folder = own_settings.data / "sessions"
        folder.mkdir(parents=True, exist_ok=True)
        started = [NOON] * len(texts)
        pq.write_table(pa.table({**columns, "started_at": started}), folder / "a.parquet")
        with standing.published(own_settings) as publication:
            snapshot = snapshot_of(publication, own_settings)
            return written("csv", Filters(), snapshot, own_settings, metadata_columns=True)

    return give


def told_run(data):
    """Return the cells that would be run, by what separates cells in the reading spreadsheet."""
    stream = data.decode()
    return [
        (separator, cell)
        for separator in ",;\t"
        for row in csv.reader(io.StringIO(stream, newline=""), delimiter=separator)
        for cell in row
        if is_run(cell)
    ]


def test_no_cell_of_literal_formulas_is_run(cells):
    data = cells(OWN)
    found = csv_rows(data)

    assert [] == told_run(data)
    assert len(OWN) == len([name for name in found.fieldnames if name.startswith("metadata.")])
    assert len(OWN) == len(list(found))


def test_no_cell_of_the_lists_of_formulas_is_run(cells, shared):
    files = sorted((shared / "payloads").glob("csv_formula*"))
    texts = sorted({text for path in files for text in json.loads(path.read_bytes())})

    assert len(texts) > 70
    for first in range(0, len(texts), MAX_KEYS):
        data = cells(texts[first : first + MAX_KEYS])
        assert [] == told_run(data)
        assert len(texts[first : first + MAX_KEYS]) == len(list(csv_rows(data)))


def test_each_text_is_there_behind_its_guard_and_harmless_ones_as_they_are(cells):
    """Only apostrophes are added."""
    for texts, guard in ((OWN, "'"), (HARMLESS, "")):
        rows = list(csv_rows(cells(texts)))
        for name in ("agent_name", "user_id", "error"):
            told = sorted(row[name].replace(guard, "") if guard else row[name] for row in rows)

            assert sorted(text.replace(guard, "") if guard else text for text in texts) == told
