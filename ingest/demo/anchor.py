"""Sample data as a lake: made whole, described beside itself, and made anew so that it ends now."""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, ValidationError

from errors import LakeError, WriterBusyError
from ingest.demo import generate
from ingest.demo.parameters import Parameters
from lake import cold
from lake.kinds import Kind, kind_of
from lake.writer import Progress, Writer, WriteResult
from settings import DEMO_FOLDER, Settings

MOST_MOVED = 100_000  # sessions; more would keep a start waiting
STALE = timedelta(minutes=10)


class Made(Parameters):
    """What a demo lake was made from, and the commit that holds it."""

    version: int = Field(ge=0)


def description(folder: Path) -> Path:
    """Return the file beside a demo lake that says what it was made from."""
    return folder.with_name(f"{folder.name}.json")


def described(folder: Path) -> Made | None:
    """Return what a demo lake was made from, None where that is not known."""
    try:
        return Made.model_validate_json(description(folder).read_bytes())
    except (OSError, ValidationError):
        return None


def make(
    settings: Settings,
    folder: Path,
    parameters: Parameters,
    progress: Progress = lambda *_: None,
) -> WriteResult:
    """Replace the lake in `folder` by sample data, and describe it; raises LakeError, OSError."""
    with Writer(settings, data=folder, replace_all=True) as writer:
        done = 0
        for batch in generate(**dict(parameters)):
            writer.add(batch)
            done += len(batch.sessions)
            progress("Making sessions", done, parameters.sessions)
        result = writer.commit(progress)
    made = Made(**dict(parameters), version=result.version)
    fresh = description(folder).with_suffix(".json.new")
    fresh.write_text(made.model_dump_json(indent=2) + "\n", encoding="utf-8")
    fresh.replace(description(folder))
    return result


def refuse_foreign(folder: Path) -> None:
    """Raise LakeError where a lake is not sample data, or not only: it would be lost."""
    if kind_of(folder) is not Kind.DELTA:
        return
    made, held = described(folder), cold.read(folder).manifest
    if made is None or held is None or held.versions["sessions"] != made.version:
        raise LakeError(
            f"{folder} holds conversations that are not only sample data.",
            advice="Choose an empty folder; sample data replaces what is there.",
        )


def refresh(settings: Settings, folder: Path = DEMO_FOLDER) -> bool:
    """Make sample data end now, or make it where there is none; tells whether it has changed.

    What ends less than ten minutes from now stays, and so does what has more than 100,000 sessions.
    Raises LakeError, OSError.
    """
    now = settings.clock()
    made = described(folder) if kind_of(folder) is Kind.DELTA else None
    if made and (abs(now - made.end) <= STALE or made.sessions > MOST_MOVED):
        return False
    kept = made.model_dump(include={"sessions", "days", "seed"}) if made else {}
    try:
        make(settings, folder, Parameters(**kept, end=now, zone=settings.zone))
    except WriterBusyError:
        return False  # another server, starting at the same time, is at it
    return True
