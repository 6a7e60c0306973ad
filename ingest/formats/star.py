"""STAR dialogues: one JSON object a file, a user and a wizard who plays the agent.

Shape: `{DialogueID, CompletionLevel, Scenario, Events: [{Agent, Action, Text, UnixTime, …}]}`;
times are whole seconds since 1970. What user and wizard say are messages, everything else events.
The questionnaires after the dialogue are no part of it and are left out.
Published at https://github.com/RasaHQ/STAR.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from ingest import reading, splitting
from ingest.draft import EventDraft, MessageDraft, Record, Rejection, SessionDraft, identity
from ingest.options import Options
from ingest.source import Source
from models import EventKind, Sender, Status

NAME = "star"
TITLE = "STAR dialogues: a JSON file a dialogue, with a completion level"
SUFFIXES = (".json",)

COMPLETE = "Complete"


class Step(Struct, rename="pascal"):
    """One event of a dialogue; what it holds depends on its action."""

    action: str
    agent: str
    text: str | None = None
    unix_time: float | None = None
    task: str | None = None
    api_name: str | None = msgspec.field(default=None, name="APIName")
    constraints: Any = None
    item: Any = None
    primary_item: Any = None


class Scenario(Struct, rename="pascal"):
    """What the two were asked to play."""

    domains: list[str | None] = []  # trivia has none
    happy: bool | None = None
    multi_task: bool | None = None
    user_task: str | None = None
    wizard_task: str | None = None
    wizard_capabilities: list[dict[str, Any]] = []


class Dialogue(Struct, rename="pascal"):
    """One file."""

    dialogue_id: int = msgspec.field(name="DialogueID")
    completion_level: str
    events: list[Step]
    scenario: Scenario = msgspec.field(default_factory=Scenario)
    batch_id: str | None = msgspec.field(default=None, name="BatchID")
    user: str | None = msgspec.field(default=None, name="AnonymizedUserWorkerID")
    wizard: str | None = msgspec.field(default=None, name="AnonymizedWizardWorkerID")


_decode = msgspec.json.Decoder(Dialogue).decode
_json = msgspec.json.Encoder(order="sorted").encode
_SENDERS = {
    ("User", "utter"): Sender.USER,
    ("Wizard", "utter"): Sender.AGENT,
    ("Wizard", "pick_suggestion"): Sender.AGENT,
}
_KINDS = {
    "instruct": EventKind.SYSTEM,
    "query": EventKind.TOOL_CALL,
    "return_item": EventKind.TOOL_RESULT,
    "complete": EventKind.STATUS_CHANGED,
}


def recognises(head: bytes) -> bool:
    """Say whether this is an object with the first keys of a dialogue."""
    return head.lstrip()[:1] == b"{" and b'"CompletionLevel"' in head and b'"DialogueID"' in head


def read(source: Source, options: Options) -> Iterator[Record | Rejection]:
    """Yield the dialogue of the file as a draft."""
    return reading.records(source.name, splitting.whole(source, options.line_limit), parse)


def parse(raw: bytes) -> SessionDraft:
    """Return the draft of a dialogue; raises one of `reading.UNFIT`."""
    dialogue = _decode(raw)
    native_id = str(dialogue.dialogue_id)
    is_complete = dialogue.completion_level == COMPLETE
    turns = [_turn(seq, step) for seq, step in enumerate(dialogue.events)]
    return SessionDraft(
        session_id=identity(NAME, native_id),
        source=NAME,
        external_id=native_id,
        agent_id=dialogue.wizard,
        agent_name=f"Wizard {dialogue.wizard[:8]}" if dialogue.wizard else "Wizard",
        status=Status.COMPLETED if is_complete else Status.CANCELLED,
        end_reason=None if is_complete else dialogue.completion_level,
        user_id=dialogue.user,
        metadata=_metadata(dialogue),
        messages=[turn for turn in turns if isinstance(turn, MessageDraft)],
        events=[turn for turn in turns if isinstance(turn, EventDraft)],
    )


def _metadata(dialogue: Dialogue) -> dict[str, Any]:
    """Return what the scenario asked for."""
    scenario = dialogue.scenario
    return {
        "batch": dialogue.batch_id,
        "domain": scenario.domains,
        "task": [capability.get("Task") for capability in scenario.wizard_capabilities],
        "happy": scenario.happy,
        "multi_task": scenario.multi_task,
        "user_task": scenario.user_task,
        "wizard_task": scenario.wizard_task,
    }


def _turn(seq: int, step: Step) -> MessageDraft | EventDraft:
    """Return the message or event of a step."""
    at = None if step.unix_time is None else datetime.fromtimestamp(step.unix_time, UTC)
    sender = _SENDERS.get((step.agent, step.action))
    if sender is not None and step.text:
        return MessageDraft(sender, step.text, seq, at)
    kind = _KINDS.get(step.action, EventKind.CUSTOM)
    return EventDraft(kind, step.api_name or step.action, _detail(step), seq, at)


def _detail(step: Step) -> str:
    """Return what a step holds, the most telling part of it: its text, or JSON."""
    for part in (step.text, step.task, step.constraints, step.item, step.primary_item):
        if part is not None:
            return part if isinstance(part, str) else _json(part).decode()
    return ""
