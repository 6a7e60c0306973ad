"""What people do to a session on a page: end it, write and remove notes, give and take tags.

A press is written to the journal, as what the API does is, before the run that it starts: that one
shows it, for it waits until what is shown holds it.
"""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import Any

from components import state
from components.assets import Data
from components.times import milliseconds
from errors import ParleyError
from ingest.live import desk
from ingest.live.by_hand import (
    LOCAL,
    LONGEST_NOTE,
    LONGEST_TAG,
    Act,
    End,
    Note,
    Order,
    Tag,
    Unnote,
    Untag,
)
from lake.live import moment
from models import Status
from queries import engine, shown

PATIENCE = 10.0  # seconds until what was pressed is on the disk
LIMITS: Data = {"most_tag": LONGEST_TAG, "most_note": LONGEST_NOTE}

# What is done at a press, of what the browser sends with it; and what is said afterwards.
PRESSES: Mapping[str, tuple[Callable[[Mapping[str, Any]], Act], str]] = {
    "end": (lambda asked: End(_ending(asked)), "The session is ended."),
    "note": (lambda asked: Note(str(asked["text"])), "The note is written."),
    "unnote": (lambda asked: Unnote(moment(int(asked["at"]) * 1000)), "The note is removed."),
    "tag": (lambda asked: Tag(str(asked["tag"])), "The tag is there."),
    "untag": (lambda asked: Untag(str(asked["tag"])), "The tag is removed."),
}


def listening(
    element: str, agents: Collection[str] | None, presses: Collection[str] = tuple(PRESSES)
) -> Mapping[str, Any]:
    """Return what an element calls for each press; `agents` are those that may be changed."""
    return {
        f"on_{press}_change": partial(_pressed, element, press, agents) for press in presses
    }  # fmt: skip


def told(element: str) -> Data:
    """Return what is said of the last press: `run` is another number where something is."""
    kept = state.taken(element) or {}
    return {
        "run": state.run_number() if kept else 0,
        "said": kept.get("said"),
        "problem": kept.get("problem"),
    }


def moments(times: Collection[Any]) -> list[int]:
    """Return the times of notes as the browser names them."""
    return [milliseconds(at) for at in times]


def _pressed(element: str, press: str, agents: Collection[str] | None) -> None:
    """Do what was pressed, and keep what comes of it for the run that follows."""
    make, said = PRESSES[press]
    asked = state.pressed(element, press)
    try:
        _do(Order(str(asked["id"]), LOCAL, make(asked)), agents)
    except ParleyError as error:
        state.keep(element, {"problem": f"{error.sentence} {error.advice}"})
    except TimeoutError:
        state.keep(element, {"problem": "It was not written down in time. Look again in a while."})
    else:
        state.keep(element, {"said": said})


def _do(order: Order, agents: Collection[str] | None) -> None:
    """Have an act written down, and wait until it is shown."""
    with engine.snapshot() as snapshot:
        future = desk.submit(order, agents, is_demo=snapshot.publication.is_demo)
    (outcome,) = future.result(PATIENCE)
    shown.until(desk.checked(order, outcome).position)


def _ending(asked: Mapping[str, Any]) -> Any:  # noqa: ANN401  one of the three that end
    return Status(asked.get("status", Status.CANCELLED))
