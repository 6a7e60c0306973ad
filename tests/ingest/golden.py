"""Writes the expected lines of all golden files anew; read the difference before committing it."""

from ingest import FORMATS
from tests.ingest import imports
from tests.ingest.test_formats import EXPECTED, GOLDEN, inputs

if __name__ == "__main__":
    for name in FORMATS:
        lines = [
            line for path in inputs(name) for line in imports.exported(imports.read(path).batch)
        ]
        (GOLDEN / name / EXPECTED).write_bytes(imports.ndjson(lines))
