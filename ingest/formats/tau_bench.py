"""τ-bench trajectories: a JSON array of simulated customer conversations with tools.

Shape: `{task_id, trial, reward, info: {task: {user_id, instruction, actions}}, traj: [turns]}`
with turns as in the OpenAI chat API. No times. The reward tells the outcome: 1 is solved.
Published at https://github.com/sierra-research/tau-bench.
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

import msgspec
from msgspec import Struct

from errors import RecordError
from ingest import reading, splitting
from ingest.draft import EventDraft, MessageDraft, Record, Rejection, SessionDraft, identity
from ingest.options import Options
from ingest.source import Source
from models import EventKind, Sender, Status

NAME = "tau_bench"
TITLE = "τ-bench trajectories: a JSON array of conversations with tools and a reward"
SUFFIXES = (".json",)


class Function(Struct):
    """What a call calls, with its arguments as JSON text."""

    name: str
    arguments: str = ""


class Call(Struct):
    """A tool call of the agent."""

    function: Function


class Turn(Struct):
    """A turn as in the OpenAI chat API."""

    role: str
    content: str | None = None
    name: str | None = None
    tool_calls: list[Call] | None = None


class Action(Struct):
    """A call that the task expects."""

    name: str


class Task(Struct):
    """What the simulated user wants."""

    user_id: str | None = None
    instruction: str | None = None
    actions: list[Action] = []
    outputs: list[Any] = []


class Info(Struct):
    """What is told about a run."""

    task: Task = msgspec.field(default_factory=Task)
    source: str | None = None
    user_cost: float | None = None


class Trajectory(Struct):
    """One run of one task."""

    task_id: int | str
    traj: list[Turn]
    trial: int | str = 0
    reward: float | None = None
    info: Info = msgspec.field(default_factory=Info)


_decode = msgspec.json.Decoder(Trajectory).decode
_SENDERS = {"user": Sender.USER, "assistant": Sender.AGENT}
_KINDS = {"system": EventKind.SYSTEM, "tool": EventKind.TOOL_RESULT}


def recognises(head: bytes) -> bool:
    """Say whether this is an array whose first objects are trajectories."""
    return head.lstrip()[:1] == b"[" and b'"task_id"' in head and b'"traj"' in head


def read(source: Source, options: Options) -> Iterator[Record | Rejection]:
    """Yield each trajectory as a draft; the agent is named after the file."""
    pieces = splitting.elements(source, options.line_limit)
    return reading.records(source.name, pieces, partial(parse, source))


def parse(source: Source, raw: bytes) -> SessionDraft:
    """Return the draft of a trajectory; raises one of `reading.UNFIT`."""
    run = _decode(raw)
    # Task and trial are unique only inside a file.
    native_id = f"{source.sha256[:12]}/{run.task_id}-{run.trial}"
    draft = SessionDraft(
        session_id=identity(NAME, native_id),
        source=NAME,
        external_id=native_id,
        agent_id=source.stem,
        status=_status(run.reward),
        user_id=run.info.task.user_id,
        metadata=_metadata(run),
    )
    turns = list(_turns(run.traj))
    for seq, turn in enumerate(turns):
        turn.seq = seq
    draft.messages = [turn for turn in turns if isinstance(turn, MessageDraft)]
    draft.events = [turn for turn in turns if isinstance(turn, EventDraft)]
    return draft


def _status(reward: float | None) -> Status | None:
    """Return completed for the full reward, failed for less, None where none is stated."""
    if reward is None:
        return None
    return Status.COMPLETED if reward >= 1 else Status.FAILED


def _metadata(run: Trajectory) -> dict[str, Any]:
    """Return the facts of the task and the run."""
    return {
        "task_id": run.task_id,
        "trial": run.trial,
        "reward": run.reward,
        "instruction": run.info.task.instruction,
        "expected_actions": [action.name for action in run.info.task.actions],
        "expected_outputs": run.info.task.outputs,
        "instruction_source": run.info.source,
        "user_cost": run.info.user_cost,
    }


def _turns(trajectory: list[Turn]) -> Iterator[MessageDraft | EventDraft]:
    """Yield messages and events in order: of one turn the text first, then each call."""
    for turn in trajectory:
        if turn.role in _KINDS:
            yield EventDraft(_KINDS[turn.role], turn.name or "", turn.content or "")
        elif turn.role not in _SENDERS:
            raise RecordError(f"unknown role {turn.role[:40]!r}")
        elif turn.content:
            yield MessageDraft(_SENDERS[turn.role], turn.content)
        for call in turn.tool_calls or ():
            yield EventDraft(EventKind.TOOL_CALL, call.function.name, call.function.arguments)
