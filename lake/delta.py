"""The Delta tables: which files a commit holds, and committing another set of files.

The Parquet files are written by the lake itself (sorted, row groups of chosen size, named by their
SHA-256); Delta is handed the finished files. Its own writer, compact, z_order and MERGE would
destroy the order (measured, docs/decisions/0003).
"""

import json
import time
import urllib.parse
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable
from deltalake import Schema as DeltaSchema
from deltalake.exceptions import DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction, create_table_with_add_actions

from lake.files import TABLES, StoredFile
from lake.kinds import has_log
from lake.manifest import Manifest
from lake.schema import SCHEMAS

KEPT_HOURS = 24  # replaced files stay this long: readers may still hold them


def read(lake: Path, version: int | None = None) -> Manifest:
    """Return a sessions commit (the newest by default) and its files, from the logs alone.

    What it says of the other tables may stand in an earlier one: programs that tidy up make commits
    of their own. Raises DeltaError, OSError or ValueError where a log cannot be read.
    """
    sessions = DeltaTable(str(lake / "sessions"), version=version)
    told = next((each for each in sessions.history() if "parley.messages" in each), {})
    versions = {
        "sessions": sessions.version(),
        "messages": int(told["parley.messages"]),
        "events": int(told["parley.events"]),
    }
    files = {table: files_of(lake, table, versions[table]) for table in TABLES}
    return Manifest(versions, files, {}, int(told["parley.journal"]))


def files_of(lake: Path, table: str, version: int | None = None) -> tuple[StoredFile, ...]:
    """Return the live files of a table at a version (the newest by default), sorted."""
    try:
        delta = DeltaTable(str(lake / table), version=version)
    except TableNotFoundError:
        return ()
    rows = pa.table(delta.get_add_actions(flatten=True)).to_pylist()
    return tuple(
        sorted(
            StoredFile(
                str(lake / table / urllib.parse.unquote(row["path"])),
                row["partition.period"] or "none",
                row["size_bytes"],
                row["num_records"] or 0,
            )
            for row in rows
        )
    )


def commit(
    lake: Path, table: str, wanted: tuple[StoredFile, ...], told: dict[str, Any] | None = None
) -> int:
    """Make `wanted` the files of a table in one commit; returns the version that holds them.

    The commit is the difference to the newest version, whoever left that behind, so that an
    import that was killed between its commits is put right by the next one.
    """
    folder = lake / table
    properties = CommitProperties(custom_metadata=told or {})
    if not has_log(lake, table):
        create_table_with_add_actions(
            str(folder), _schema(table), [_add(folder, file) for file in wanted],
            partition_by=["period"], commit_properties=properties,
        )  # fmt: skip
        return DeltaTable(str(folder)).version()
    delta = DeltaTable(str(folder))
    present = set(files_of(lake, table))
    if present == set(wanted) and not told:
        return delta.version()
    actions: list[AddAction | RemoveAction] = [
        _add(folder, file) for file in sorted(set(wanted) - present)
    ]
    actions += [_remove(folder, file) for file in sorted(present - set(wanted))]
    delta.create_write_transaction(
        actions, "append", _schema(table), partition_by=["period"], commit_properties=properties
    )
    return DeltaTable(str(folder)).version()


def vacuum(lake: Path) -> None:
    """Delete files that no commit of the last 24 hours holds; what a killed import left too.

    Delta's own would make two commits of it, of which the manifest knows nothing.
    """
    for table in TABLES:
        found = DeltaTable(str(lake / table)).vacuum(
            KEPT_HOURS, dry_run=True, enforce_retention_duration=False, full=True
        )
        for name in found:
            (lake / table / urllib.parse.unquote(name)).unlink(missing_ok=True)


def _schema(table: str) -> DeltaSchema:
    """Return the Delta schema of a table: its columns and the partition column."""
    return DeltaSchema.from_arrow(SCHEMAS[table].append(pa.field("period", pa.string())))


def _relative(folder: Path, file: StoredFile) -> str:
    return Path(file.path).relative_to(folder).as_posix()


def _add(folder: Path, file: StoredFile) -> AddAction:
    now = int(time.time() * 1000)
    stats = json.dumps({"numRecords": file.rows})
    return AddAction(
        _relative(folder, file), file.size, {"period": file.period}, now, data_change=True,
        stats=stats,
    )  # fmt: skip


def _remove(folder: Path, file: StoredFile) -> RemoveAction:
    now = int(time.time() * 1000)
    return RemoveAction(
        _relative(folder, file), data_change=True, deletion_timestamp=now, size=file.size,
        partition_values={"period": file.period},
    )  # fmt: skip


LOG_ERRORS = (DeltaError, TableNotFoundError, OSError, ValueError, KeyError)
