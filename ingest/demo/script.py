"""Reads the dialogues of `texts/`: one file a language, its name the language's code.

A file is a list of blocks. `== name` opens one; a name that comes again is another choice of it.
The lines of a block are its steps, in order:

    > what the user writes         < what the agent writes
    ! tool {"json": "detail"}      a tool call          = {"json": "detail"}   its result
    ~ queue {"json": "detail"}     a handoff

Several wordings of one step are parted by ` | `. `{order}` and its like are slots (slots.py). The
block `words` holds the language's own values of slots, parted by commas.
"""

from dataclasses import dataclass
from pathlib import Path

from models import EventKind, Sender

FOLDER = Path(__file__).parent / "texts"
BLOCKS = ("greet", "more", "recover", "handoff", "close", "sorry", "giveup", "decline", "idle")
_MARKS: dict[str, Sender | EventKind] = {
    ">": Sender.USER,
    "<": Sender.AGENT,
    "!": EventKind.TOOL_CALL,
    "=": EventKind.TOOL_RESULT,
    "~": EventKind.HANDOFF,
}
_GAPS: dict[Sender | EventKind, int] = {
    Sender.USER: 22_000,
    Sender.AGENT: 2_600,
    EventKind.TOOL_CALL: 350,
    EventKind.TOOL_RESULT: 850,
    EventKind.ERROR: 9_000,
    EventKind.HANDOFF: 1_500,
}


@dataclass(frozen=True)
class Step:
    """One message or event of a dialogue, in one of several wordings."""

    kind: Sender | EventKind
    wordings: tuple[str, ...]
    name: str = ""
    wait: int = -1  # usual ms since the step before; below 0 what is usual for the kind

    @property
    def gap(self) -> int:
        """The usual milliseconds since the step before."""
        return self.wait if self.wait >= 0 else _GAPS.get(self.kind, 600)


Block = tuple[Step, ...]


@dataclass(frozen=True)
class Language:
    """The dialogues of one language: the choices of each block, and the words of its slots."""

    code: str
    blocks: dict[str, tuple[Block, ...]]
    words: dict[str, tuple[str, ...]]


def languages() -> tuple[Language, ...]:
    """Return all languages in the order of their codes; a file in the folder is a language."""
    return tuple(_language(path) for path in sorted(FOLDER.glob("*.txt")))


def _language(path: Path) -> Language:
    """Return what one file says."""
    blocks: dict[str, tuple[Block, ...]] = {}
    words: dict[str, tuple[str, ...]] = {}
    for part in path.read_text(encoding="utf-8").split("\n== ")[1:]:
        name, _, body = part.partition("\n")
        lines = [line for line in body.splitlines() if line]
        if name == "words":
            words = dict(_words(line) for line in lines)
        else:
            blocks[name] = (*blocks.get(name, ()), _block(lines))
    return Language(path.stem, blocks, words)


def _words(line: str) -> tuple[str, tuple[str, ...]]:
    """Return the slot and its values."""
    slot, _, values = line.partition(": ")
    return slot, tuple(values.split(", "))


def _block(lines: list[str]) -> Block:
    """Return the steps; a result has the name of the call before it."""
    steps: list[Step] = []
    name = ""
    for line in lines:
        kind = _MARKS[line[0]]
        text = line[2:]
        if kind in (EventKind.TOOL_CALL, EventKind.HANDOFF):
            name, _, text = text.partition(" ")
        spoken = isinstance(kind, Sender)
        wordings = tuple(text.split(" | ")) if spoken else (text,)
        steps.append(Step(kind, wordings, "" if spoken else name))
    return tuple(steps)
