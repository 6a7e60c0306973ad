"""What an import did: for each file, and in all."""

from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path

from ingest.derive import Derived
from ingest.draft import Rejection
from lake.writer import WriteResult

EXAMPLES = 100  # rejections that the report itself holds; all of them are in the rejected file


class Outcome(IntEnum):
    """How an import went; the exit code of the command."""

    ALL = 0
    SOME = 1  # records were rejected, or files could not be read
    NOTHING = 2  # there was nothing that could be read


@dataclass
class FileReport:
    """What was read from one file, or one member of a .zip."""

    name: str
    format: str | None = None
    sessions: int = 0
    messages: int = 0
    events: int = 0
    rejected: int = 0
    clock_skew: int = 0  # sessions that end before they start; they have no duration
    error: str | None = None  # why it was not read, or not to its end

    def count(self, item: Derived | Rejection) -> None:
        """Count a session, or a rejection."""
        if isinstance(item, Rejection):
            self.rejected += 1
            return
        self.sessions += 1
        self.messages += len(item.messages)
        self.events += len(item.events)
        self.clock_skew += item.is_skewed

    def add(self, part: "FileReport") -> None:
        """Count what a part of the file gave."""
        self.sessions += part.sessions
        self.messages += part.messages
        self.events += part.events
        self.rejected += part.rejected
        self.clock_skew += part.clock_skew


@dataclass
class Report:
    """What an import read, rejected, and changed in the lake."""

    files: list[FileReport] = field(default_factory=list)
    unrecognised: list[str] = field(default_factory=list)  # in folders and archives
    examples: list[Rejection] = field(default_factory=list)
    rejected_file: Path | None = None
    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    duplicates: int = 0  # came again in this import; the last one counts

    def changes(self, result: WriteResult) -> None:
        """Take over what the commit did."""
        self.added, self.replaced = result.added, result.replaced
        self.unchanged, self.duplicates = result.unchanged, result.duplicates

    @property
    def sessions(self) -> int:
        """Sessions read."""
        return sum(file.sessions for file in self.files)

    @property
    def messages(self) -> int:
        """Messages read."""
        return sum(file.messages for file in self.files)

    @property
    def events(self) -> int:
        """Events read."""
        return sum(file.events for file in self.files)

    @property
    def rejected(self) -> int:
        """Records rejected."""
        return sum(file.rejected for file in self.files)

    @property
    def clock_skew(self) -> int:
        """Sessions that end before they start."""
        return sum(file.clock_skew for file in self.files)

    @property
    def failed(self) -> list[FileReport]:
        """The files that could not be read, or not to their end."""
        return [file for file in self.files if file.error is not None]

    @property
    def outcome(self) -> Outcome:
        """How it went."""
        if not self.sessions and not self.rejected:
            return Outcome.NOTHING
        return Outcome.SOME if self.rejected or self.failed else Outcome.ALL
