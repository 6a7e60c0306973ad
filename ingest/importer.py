"""The import: every file through its format into the lake, in one commit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from errors import UnknownFormatError, UnreadableSourceError
from ingest import reading, source
from ingest.batches import Collector
from ingest.derive import Derived
from ingest.draft import Rejection
from ingest.options import Options
from ingest.parallel import Block, Readers
from ingest.registry import Format, recognised
from ingest.rejects import Rejects
from ingest.report import FileReport, Report
from ingest.source import Found, Source, files
from lake.writer import Progress, Writer
from settings import Settings


def run(
    paths: Sequence[Path],
    settings: Settings,
    options: Options,
    *,
    data: Path | None = None,
    only: Format | None = None,
    on_read: Progress = lambda *_: None,
    on_write: Progress = lambda *_: None,
) -> Report:
    """Import `paths` into the lake `data` (the setting by default); raises LakeError.

    A bad record or file costs only itself; `only` reads with this format what it would not
    recognise. `on_read` is told bytes, `on_write` steps. Nothing has changed where it raises.
    """
    report, name = Report(), paths[0].name if paths else ""
    with (
        Writer(settings, data=data) as writer,
        Rejects(settings.state, name, options.now, report) as rejects,
        Readers(settings.threads) as readers,
    ):
        _Intake(writer, rejects, readers, report, options, only, on_read).read(files(paths))
        if report.sessions:
            report.changes(writer.commit(on_write))
    return report


@dataclass
class _Intake:
    """Reads files and hands what they hold to the writer, batch by batch."""

    writer: Writer
    rejects: Rejects
    readers: Readers
    report: Report
    options: Options
    only: Format | None
    on_read: Progress
    held: Collector = field(default_factory=Collector)
    total: int = 0  # bytes of all files
    before: int = 0  # bytes of the files that are done

    def read(self, found: Sequence[Found]) -> None:
        """Read each file, and hand over the last batch."""
        sizes = [_size(file.path) for file in found]
        self.total = sum(sizes)
        for file, size in zip(found, sizes, strict=True):
            self._read_file(file)
            self.before += size
        self._hand_over()

    def _read_file(self, file: Found) -> None:
        """Read a file, or each member of an archive."""
        known = len(self.report.files)
        try:
            for inside in source.inside(file.path):
                self._read_source(inside, is_named=file.is_named and inside.is_alone)
        except UnreadableSourceError as error:
            self.report.files.append(FileReport(str(file.path), error=error.sentence))
        if file.is_named and len(self.report.files) == known:
            sentence = UnknownFormatError(str(file.path)).sentence
            self.report.files.append(FileReport(str(file.path), error=sentence))

    def _read_source(self, inside: Source, *, is_named: bool) -> None:
        """Read what one source holds, up to where it breaks off."""
        told = FileReport(inside.name)
        try:
            found = self._format(inside, is_named=is_named)
            if found is None:
                if not is_named:
                    self.report.unrecognised.append(inside.name)
                return
            told.format = found.name
            self._read_with(found, inside, told)
        except UnreadableSourceError as error:
            told.error = error.sentence
        self.report.files.append(told)
        self._tell(inside)

    def _read_with(self, found: Format, inside: Source, told: FileReport) -> None:
        """Read a source in a known format, a large one with several processes if it can be."""
        if found.parse_line is not None and self.readers.wants(inside):
            self._hand_over()  # what came before stays before
            for block in self.readers.read(inside, found.name, self.options):
                self._take_block(block, told, inside)
        else:
            items = found.read(inside, self.options)
            for item in reading.sessions(inside.name, items, self.options):
                self._take(item, told, inside)

    def _format(self, inside: Source, *, is_named: bool) -> Format | None:
        """Return the format to read with: the wanted one, or the one that recognises it."""
        if self.only is None:
            return recognised(inside)
        fits = inside.name.removesuffix(".gz").endswith(self.only.suffixes)
        return self.only if is_named or fits else None

    def _take(self, item: Derived | Rejection, told: FileReport, inside: Source) -> None:
        """Hold a session for the next batch, keep a rejection."""
        told.count(item)
        if isinstance(item, Rejection):
            self.rejects.add(item)
            return
        if not self.held.takes(item):
            self._hand_over()
            self._tell(inside)
        self.held.add(item)

    def _take_block(self, block: Block, told: FileReport, inside: Source) -> None:
        """Give to the writer what a process has read."""
        told.add(block.told)
        for rejection in block.rejections:
            self.rejects.add(rejection)
        for batch in block.batches:
            self.writer.add(batch)
        self._tell(inside)

    def _hand_over(self) -> None:
        """Give the held sessions to the writer."""
        if len(self.held):
            self.writer.add(self.held.batch())

    def _tell(self, inside: Source) -> None:
        """Tell how far reading has come."""
        self.on_read(f"Reading {inside.name}", self.before + inside.position, self.total)


def _size(path: Path) -> int:
    """Return the bytes of a file, 0 for what is none."""
    return path.stat().st_size if path.is_file() else 0
