"""Whether work may be sent here: what was looked at, and how it is."""

import shutil
from contextlib import suppress
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, Field

from errors import NotReadyError
from lake import journal_health
from lake.kinds import Kind, kind_of
from queries import engine
from settings import Settings

DISK_SHARE = 20  # a disk is full below a twentieth of itself,
DISK_ENOUGH = 2**30  # but a GiB is enough for everybody

Name = Literal["data", "journal", "disk"]


class Check(BaseModel):
    """One thing that must be so."""

    name: Name
    is_ok: bool
    text: str = Field(description="How it is, in a sentence.")


class Readiness(BaseModel):
    """Whether work may be sent here, and the reason where not."""

    status: Literal["ready", "unready"]
    snapshot: str | None = Field(None, description="The state of the data that answers.")
    source: Literal["index", "parquet"] | None = Field(
        None, description="`parquet` while the index is being built."
    )
    is_complete: bool | None = Field(None, description="Whether every stored row answers.")
    compacted_at: AwareDatetime | None = Field(
        None, description="When live sessions were last moved to the cold files; null: never."
    )
    checks: list[Check]


def look(settings: Settings | None) -> Readiness:
    """Look at everything; without settings, before the start, at the data alone."""
    told = Readiness(status="unready", checks=[])
    with suppress(NotReadyError), engine.snapshot() as snapshot:
        publication = snapshot.publication
        told.snapshot, told.source = publication.name, publication.kind
        told.is_complete = publication.complete
    is_open = told.snapshot is not None
    opened = "The data is open." if is_open else "The data is still being opened."
    told.checks.append(Check(name="data", is_ok=is_open, text=opened))
    if settings is not None:
        told.checks += [_journal(settings), _disk(settings.state)]
        told.compacted_at = journal_health.compacted_at(settings.state)
    if all(check.is_ok for check in told.checks):
        told.status = "ready"
    return told


def _journal(settings: Settings) -> Check:
    """Look whether an event could be written; a plain folder takes none, which is no fault."""
    if kind_of(settings.data) is Kind.PLAIN:
        return Check(name="journal", is_ok=True, text="The data is only read: nothing is taken.")
    is_ok = journal_health.is_writable(settings.state)
    text = "Events can be written." if is_ok else "Events cannot be written; the log says more."
    return Check(name="journal", is_ok=is_ok, text=text)


def _disk(state: Path) -> Check:
    """Look whether there is room where the state folder lies."""
    disk = shutil.disk_usage(nearest(state))
    is_ok = disk.free >= min(DISK_ENOUGH, disk.total // DISK_SHARE)
    text = f"{disk.free * 100 // max(1, disk.total)} % of the disk is free."
    return Check(name="disk", is_ok=is_ok, text=text)


def nearest(folder: Path) -> Path:
    """Return a folder, or the first above it that is there."""
    return next(path for path in (folder, *folder.absolute().parents) if path.exists())
