"""Writing the lake: staged batches become new files, and one commit makes them the lake.

Each period that is touched is written anew: its rows without the replaced sessions, and the new
ones, sorted. Messages and events are committed first, sessions last with the versions of the other
two, so that a reader sees all of an import or nothing of it.
"""

import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import duckdb
import pyarrow as pa
from deltalake.exceptions import DeltaError

from errors import DamagedPeriodError, ReadOnlyLakeError
from lake import cold, delta, manifest
from lake.cold import Cold
from lake.files import TABLES, StoredFile
from lake.instance import open_instance
from lake.kinds import Kind, kind_of
from lake.lock import Lock
from lake.manifest import Manifest
from lake.merge import Merge, Plan
from lake.refusals import NotWrittenError
from lake.schema import Batch
from lake.staging import Staging
from settings import Settings

# Files written at a time: each alone leaves a core idle for a third of its time. Of millions of
# sessions one alone: two sorts of a month then need more than the memory (measured: ten million).
AT_ONCE, MANY = 2, 2_000_000
Progress = Callable[[str, int, int], None]  # what is done, steps done, steps in all


@dataclass(frozen=True)
class WriteResult:
    """What a commit did, in sessions; `version` is the newest sessions commit."""

    added: int
    replaced: int
    unchanged: int
    duplicates: int  # staged more than once: the last one counted
    version: int


class Writer:
    """The one writer of a lake: stage batches, then commit; leaving without changes nothing."""

    def __init__(
        self, settings: Settings, *, data: Path | None = None, replace_all: bool = False
    ) -> None:
        """Write to `data` (the setting by default); `replace_all` forgets what was there."""
        self._settings = settings
        self._folder = (data or settings.data).resolve()
        self._replace_all = replace_all
        self._lock = Lock(self._folder / ".lock", f"The lake {self._folder}")
        self._position: int | None = None

    def __enter__(self) -> Self:
        """Take the lake; raises WriterBusyError, ReadOnlyLakeError, NotWrittenError."""
        if kind_of(self._folder) is Kind.PLAIN:
            raise ReadOnlyLakeError(str(self._folder))
        with ExitStack() as stack, self._written():
            stack.enter_context(self._lock)
            self._staging = Staging(self._folder / ".staging")
            stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was staged, give the lake back."""
        self._staging.remove()
        self._lock.__exit__()

    @property
    def position(self) -> int:
        """Up to where the lake holds the journal; raises LakeError."""
        manifest_ = cold.read(self._folder).manifest
        return 0 if manifest_ is None else manifest_.journal_position

    def add(self, batch: Batch) -> None:
        """Stage whole sessions; an id may come once in a batch, and again in a later one.

        Raises NotWrittenError.
        """
        with self._written():
            self._staging.add(batch)

    def commit(
        self, progress: Progress = lambda *_: None, *, position: int | None = None,
        is_added: bool = False, is_tidied: bool = False,
    ) -> WriteResult:  # fmt: skip
        """Make the staged sessions part of the lake; raises DamagedPeriodError, NotWrittenError.

        `position` is up to where the journal is contained from now on. `is_added` writes files of
        the new sessions beside the present ones, as long as nothing is replaced; `is_tidied` makes
        one file of each period that has several.
        """
        self._position = position
        with self._written():
            return self._result(progress, is_added=is_added, is_tidied=is_tidied)

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Say in one error of ours what the libraries and the system say when writing fails."""
        try:
            yield
        except (OSError, duckdb.Error, pa.ArrowException, DeltaError) as error:
            raise NotWrittenError(self._folder, error) from error

    def _result(self, progress: Progress, *, is_added: bool, is_tidied: bool) -> WriteResult:
        """Write what was staged, and tell what that did."""
        self._staging.finish()
        state = self._state()
        connection = open_instance(self._settings, "writing")
        try:
            merge = Merge(connection, self._staging, state, self._settings.clock())
            plan = merge.plan(is_tidied=is_tidied, is_heard=self._position is not None)
            is_added = is_added and not plan.counts["replaced"]
            version = -1 if state.manifest is None else state.manifest.versions["sessions"]
            if plan.periods or self._replace_all:
                self._refuse_damaged(state, plan)
                version = self._commit(state, merge, plan, progress, is_added=is_added)
            elif self._position is not None:
                version = _publish(self._folder, _held(state), self._position)
        finally:
            connection.close()
        counts = plan.counts
        return WriteResult(
            counts["added"], counts["replaced"], counts["unchanged"], counts["duplicates"], version
        )

    def _state(self) -> Cold:
        """Return what the lake holds, all bytes checked; nothing where all is replaced."""
        state = cold.read(self._folder)
        if self._replace_all:
            return Cold(state.folder, state.kind, state.name, cold.NOTHING, (), state.manifest)
        return state.without(cold.check(state, thorough=True))

    def _refuse_damaged(self, state: Cold, plan: Plan) -> None:
        """Stop where a rewrite would lose what a damaged file may still hold."""
        hit = [item.path for item in state.set_aside if item.period and item.period in plan.files]
        if hit:
            raise DamagedPeriodError(hit)

    def _commit(
        self, state: Cold, merge: Merge, plan: Plan, progress: Progress, *, is_added: bool
    ) -> int:
        """Write the touched periods, then the three commits, then the manifest."""
        kept = dict.fromkeys(TABLES, ()) if self._replace_all else _held(state)
        replaced = frozenset() if is_added else plan.files
        made: dict[str, list[StoredFile]] = {table: [] for table in TABLES}
        steps = [(table, period) for table in TABLES for period in plan.periods]

        def write(step: tuple[str, str]) -> list[StoredFile]:
            folder = self._folder / step[0]
            return merge.write(*step, folder, is_added=is_added, is_all_new=plan.is_all_new)

        rewritten = sum(file.rows for file in kept["sessions"] if file.period in replaced)
        at_once = AT_ONCE if sum(plan.counts.values()) + rewritten < MANY else 1
        with ThreadPoolExecutor(at_once, "merge") as pool:
            for done, ((table, period), files_) in enumerate(
                zip(steps, pool.map(write, steps), strict=True), 1
            ):
                made[table] += files_
                progress(f"Wrote {table} of {period}", done, len(steps))
        files = {
            table: tuple(
                sorted([file for file in kept[table] if file.period not in replaced] + new)
            )
            for table, new in made.items()
        }
        progress("Committing", len(steps), len(steps))
        before = 0 if state.manifest is None else state.manifest.journal_position
        position = before if self._position is None else self._position
        return _publish(self._folder, files, position)


def _held(state: Cold) -> dict[str, tuple[StoredFile, ...]]:
    """Return the files of the newest commit, set aside or not."""
    held = state.manifest
    return {table: () if held is None else held.files[table] for table in TABLES}


def _publish(folder: Path, files: dict[str, tuple[StoredFile, ...]], position: int) -> int:
    """Commit messages and events, then sessions, then the manifest; returns the version."""
    versions = {
        table: delta.commit(folder, table, files[table]) for table in ("messages", "events")
    }
    told = {
        "parley.messages": str(versions["messages"]),
        "parley.events": str(versions["events"]),
        "parley.journal": str(position),
    }
    versions["sessions"] = delta.commit(folder, "sessions", files["sessions"], told)
    log = manifest.log_digests(folder)
    manifest.save(folder, Manifest(versions, files, log, position))
    delta.vacuum(folder)
    return versions["sessions"]


def discard_damaged(settings: Settings, folder: Path) -> tuple[str, ...]:
    """Give up the damaged files of a lake; what is left of them moves to `state/quarantine`."""
    with Lock(folder / ".lock", f"The lake {folder}"):
        before = cold.read(folder)
        state = before.without(cold.check(before, thorough=True))
        quarantine = settings.state / "quarantine"
        quarantine.mkdir(parents=True, exist_ok=True)
        damaged = [item.path for item in state.set_aside if item.period]
        position = 0 if state.manifest is None else state.manifest.journal_position
        _publish(folder, state.files, position)
        for path in map(Path, damaged):
            if path.exists():
                shutil.move(path, quarantine / path.name)
        return tuple(damaged)
