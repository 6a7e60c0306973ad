"""`python -m cli import`: files of conversations into the lake, and a report of what happened."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import settings as settings_module
from cli.bars import Bars
from ingest import importer, registry
from ingest.options import Options, Period
from ingest.report import Report
from models import Status

SHOWN = 20  # rejections and files that are named one by one


def _period(text: str) -> Period:
    """Return the period of `--assume-times`."""
    try:
        return Period.parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


Paths = Annotated[list[Path], typer.Argument(help="Files, .gz, .zip, or folders of them.")]
Name = Annotated[
    str | None, typer.Option("--format", help="Read with this format, do not recognise it.")
]
Times = Annotated[
    Period | None,
    typer.Option(
        parser=_period,
        metavar="FROM..TO",
        help="Spread sessions without any time over these days (UTC) or RFC 3339 times.",
    ),
]
Default = Annotated[
    Status | None, typer.Option(help="The status where the source states none; else completed.")
]
Folder = Annotated[
    Path | None, typer.Option("--data", file_okay=False, help="A lake other than PARLEY_DATA.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]


def run(
    paths: Paths,
    *,
    name: Name = None,
    assume_times: Times = None,
    default_status: Default = None,
    data: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Import conversations; exit code 1 if any were rejected, 2 if nothing could be read."""
    settings = settings_module.current()
    line_limit = settings.import_line_mb * 2**20
    options = Options(settings.clock(), line_limit, assume_times, default_status)
    only = None if name is None else registry.named(name)
    with Bars() as bars:
        report = importer.run(
            paths, settings, options, data=data, only=only, on_read=bars.read, on_write=bars.write
        )
    if as_json:
        print(json.dumps(as_data(report), ensure_ascii=False))
    else:
        _show(report, Console(highlight=False, soft_wrap=True))
    raise typer.Exit(report.outcome)


def as_data(report: Report) -> dict[str, object]:
    """Return the report as JSON values: totals, then each file, then the first rejections."""
    totals = ("added", "replaced", "unchanged", "duplicates", "sessions", "messages", "events")
    return {
        **{name: getattr(report, name) for name in (*totals, "rejected", "clock_skew")},
        "rejected_file": None if report.rejected_file is None else str(report.rejected_file),
        "unrecognised": report.unrecognised,
        "files": [asdict(file) for file in report.files],
        "rejections": [
            {"file": item.file, "line": item.line, "reason": item.reason}
            for item in report.examples
        ],
    }


def _show(report: Report, console: Console) -> None:
    """Print the report: a table by format, what changed, and what went wrong."""
    console.print(_by_format(report))
    changes = ("added", "replaced", "unchanged", "duplicates", "rejected")
    console.print(", ".join(f"{getattr(report, name):,} {name}" for name in changes))
    if report.clock_skew:
        console.print(f"End before they start, so have no duration: {report.clock_skew:,}")
    if report.unrecognised:
        console.print(f"In no known format ({len(report.unrecognised):,}):", style="dim")
        _list(console, report.unrecognised)
    if report.failed:
        console.print(f"Could not be read ({len(report.failed):,}):", style="bold red")
        _list(console, [str(file.error) for file in report.failed])
    if report.rejected:
        console.print(f"Rejected ({report.rejected:,}):", style="bold red")
        places = [f"{item.file}:{item.line}: {item.reason}" for item in report.examples]
        _list(console, places, report.rejected)
        console.print(f"All of them are kept in {report.rejected_file}.", markup=False)


def _by_format(report: Report) -> Table:
    """Return what was read, a row for each format."""
    table = Table("Format", box=None, pad_edge=False)
    columns = ("sessions", "messages", "events", "rejected")
    for column in ("Files", *map(str.capitalize, columns)):
        table.add_column(column, justify="right")
    names = Counter(file.format for file in report.files if file.format is not None)
    for name, files in names.items():
        mine = [file for file in report.files if file.format == name]
        sums = [sum(getattr(file, column) for file in mine) for column in columns]
        table.add_row(name, f"{files:,}", *[f"{total:,}" for total in sums])
    return table


def _list(console: Console, told: list[str], count: int | None = None) -> None:
    """Print the first of them, and how many more there are."""
    for line in told[:SHOWN]:
        console.print(f"  {line}", markup=False)
    more = (len(told) if count is None else count) - SHOWN
    if more > 0:
        console.print(f"  and {more:,} more")
