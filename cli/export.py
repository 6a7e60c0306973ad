"""`python -m cli export`: a file of all sessions of some filters, as the API writes it.

It reads the stored files, beside a running server or without one. The file appears under its name
when it is whole.
"""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO
from urllib.parse import parse_qs, urlsplit

import typer
from rich.console import Console

import settings as settings_module
from cli.bars import Bars
from errors import FilterError
from exports import registry
from exports.filename import filename
from exports.options import Options
from lake import standing
from queries.export import Export, export
from queries.filters import FIELDS, Filters
from queries.snapshot import snapshot_of

STDOUT = Path("-")

Format = Annotated[str, typer.Option("--format", help="csv, json, ndjson or parquet.")]
Out = Annotated[
    Path | None, typer.Option(help="The file, or - for standard output; else a name that tells.")
]
Link = Annotated[str, typer.Option(help="A link of the dashboard; its filters are taken.")]
Base = Annotated[str, typer.Option(help="What links to sessions begin with.")]
Columns = Annotated[
    bool, typer.Option("--metadata-columns", help="CSV: a column for each metadata key.")
]
Mark = Annotated[bool, typer.Option("--bom", help="CSV: begin with a byte order mark.")]

SETTINGS = {"allow_extra_args": True, "ignore_unknown_options": True}
EPILOG = "Every filter of the dashboard is an option too, and may be repeated: " + ", ".join(
    f"--{name}" for name in FIELDS
)


def run(
    ctx: typer.Context, name: Format = "csv", *, out: Out = None, link: Link = "",
    base_url: Base = "", metadata_columns: Columns = False, bom: Mark = False,
) -> None:  # fmt: skip
    """Write all sessions of the filters, such as --channel web --status failed --range 7d."""
    settings = settings_module.current()
    form = registry.named(name)
    filters = read(link, ctx.args)
    base = base_url or f"http://{settings.host}:{settings.port}/"
    options = Options(base, metadata_columns=metadata_columns, has_bom=bom)
    with standing.published(settings) as publication, Bars() as bars:
        snapshot = snapshot_of(publication, settings)
        path = out or Path(filename(filters, snapshot.tick, form.suffix))
        with export(filters, snapshot, settings) as held, opened(path) as stream:
            for part in form.write(held, options):
                stream.write(part)
                bars.count("Exporting sessions", held.done, held.total)
        told(held, path)


def read(link: str, words: Sequence[str]) -> Filters:
    """Return the filters of a link and of options; those of an option count alone."""
    linked, _ = Filters.from_query(parse_qs(urlsplit(link).query))  # it holds more than filters
    named: dict[str, list[str]] = {}
    for name, value in linked.to_query(commas=True):
        named.setdefault(name, []).append(value)
    filters, _ = Filters.from_query(named | options_of(words), strict=True, commas=True)
    return filters


def options_of(words: Sequence[str]) -> dict[str, list[str]]:
    """Return the values by name of `--name value` and `--name=value`; raises FilterError."""
    found: dict[str, list[str]] = {}
    left = iter(words)
    for word in left:
        if not word.startswith("--"):
            raise FilterError(f"{word[:80]!r} belongs to no option.")
        name, is_written, value = word.removeprefix("--").partition("=")
        if not is_written:
            value = next(left, "")
        found.setdefault(name.replace("-", "_"), []).append(value)
    return found


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file that has its name once all of it is on the disk; else nothing is left."""
    if path == STDOUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    beside = path.with_name(f"{path.name}.part")
    try:
        with beside.open("wb") as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def told(held: Export, path: Path) -> None:
    """Say what was written, where that is not the file itself."""
    if path != STDOUT:
        Console(stderr=True, highlight=False).print(
            f"{held.total:,} sessions in {path}", markup=False, soft_wrap=True
        )
