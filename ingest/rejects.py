"""The file of what an import did not take, for a person to correct and import again."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import IO, Self

from ingest.draft import Rejection
from ingest.report import EXAMPLES, Report


class Rejects:
    """An NDJSON file of file, line, reason and raw text; made with the first rejection."""

    def __init__(self, state: Path, name: str, now: datetime, report: Report) -> None:
        """Write below `state`, and tell `report` of it."""
        safe = re.sub(r"[^A-Za-z0-9._-]+", "_", name) or "import"
        self._path = state / "rejected" / f"{now:%Y%m%dT%H%M%SZ}-{safe[:80]}.ndjson"
        self._report = report
        self._stream: IO[str] | None = None

    def __enter__(self) -> Self:
        """Begin with no file."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file, if there is one."""
        if self._stream is not None:
            self._stream.close()

    def add(self, rejection: Rejection) -> None:
        """Keep one more; bytes that are no UTF-8 are written as a backslash, x and two digits."""
        if self._stream is None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._path.open("a", encoding="utf-8")
            self._report.rejected_file = self._path
        if len(self._report.examples) < EXAMPLES:
            self._report.examples.append(rejection)
        told = rejection._asdict() | {"raw": rejection.raw.decode(errors="backslashreplace")}
        self._stream.write(json.dumps(told, ensure_ascii=False) + "\n")
