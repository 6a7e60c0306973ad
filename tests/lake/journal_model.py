"""What the journal should make of events, in plain Python: computed anew from all that was sent."""

import json
from dataclasses import dataclass, field

FINAL = ("completed", "failed", "cancelled")


@dataclass
class Model:
    """One session: what the cold files knew when it was fetched from them, and events since."""

    events: list = field(default_factory=list)  # (arrival, event as it was sent)
    base: dict = field(default_factory=dict)  # field -> value, all stated at `base_at`
    base_turns: list = field(default_factory=list)
    base_at: int = -1
    is_moved: bool = False
    is_forgotten: bool = False
    is_late: bool = False

    def takes(self, event):
        """Return whether the event is accepted: a seq is given once."""
        seq = event["data"].get("seq")
        turns = self.told()["turns"] if self.is_forgotten else self._turns()
        return seq is None or all(seq != turn["seq"] for turn in turns)

    def add(self, arrival, event):
        if self.is_forgotten:
            told = self.told()
            self.base = told["facts"]
            self.base_turns = [{**turn, "at": turn["at"]} for turn in told["turns"]]
            self.base_at = told["updated_at"]
            self.events, self.is_forgotten, self.is_late = [], False, True
        self.events.append((arrival, event))
        self.is_moved = False

    def _turns(self):
        more = [
            {"seq": event["data"].get("seq"), "at": event["at"], "arrival": arrival,
             "text": event["data"].get("content") or event["data"].get("name")}
            for arrival, event in self.events
            if event["type"] in ("message.created", "event.created")
        ]  # fmt: skip
        return self.base_turns + more

    def _stated(self, name):
        """Return the statements of a field as (time, id, value)."""
        found = [(self.base_at, "", self.base[name])] if name in self.base else []
        for _, event in self.events:
            data = event["data"]
            value = data.get(name)
            if name.startswith("metadata:"):
                value = data.get("metadata", {}).get(name.removeprefix("metadata:"))
            if name == "started_at" and event["type"] == "session.started":
                value = event["at"]
            if name == "ended_at" and event["type"] == "session.ended":
                value = event["at"]
            if value is not None:
                found.append((event["at"], event["id"], value))
        return found

    def _status(self):
        """Return status and whether it is stated, and when."""
        found = [(False, True, -2, "", "active")]
        if "status" in self.base:
            status, is_stated = self.base["status"]
            found.append((status in FINAL, is_stated, self.base_at, "", status))
        for _, event in self.events:
            status = event["data"].get("status")
            if status is None and event["type"] in ("session.started", "session.ended"):
                is_end = event["type"] == "session.ended"
                status = "completed" if is_end else "active"
                found.append((is_end, not is_end, event["at"], event["id"], status))
            elif status is not None:
                found.append((status in FINAL, True, event["at"], event["id"], status))
        _, is_stated, at, _, status = max(found)
        return status, is_stated, at

    def told(self):
        status, is_stated, status_at = self._status()
        times = [event["at"] for _, event in self.events]
        facts = {"status": (status, is_stated)}
        keys = {key for _, event in self.events for key in event["data"].get("metadata", {})}
        names = {"user_id", "agent_id", "started_at", "ended_at"}
        names |= {f"metadata:{key}" for key in keys} | {n for n in self.base if n != "status"}
        for name in names:
            if stated := self._stated(name):
                facts[name] = max(stated)[2]
        turns = placed(self._turns())
        first = min([*times, *(turn["at"] for turn in turns)], default=0)
        facts.setdefault("started_at", first)
        if status in FINAL:
            facts.setdefault("ended_at", status_at)
        else:
            facts.pop("ended_at", None)
        return {"facts": facts, "turns": turns, "updated_at": max([*times, self.base_at])}

    def row(self):
        """Return what is compared: of the session, and its turns in order."""
        told = self.told()
        facts = told["facts"]
        pairs = {n.removeprefix("metadata:"): [v] for n, v in facts.items() if ":" in n}
        if not facts["status"][1]:
            pairs["status_assumed"] = ["true"]
        return (
            facts["status"][0], facts.get("user_id"), facts.get("agent_id", "unknown"),
            facts["started_at"], facts.get("ended_at"), json.dumps(pairs, sort_keys=True),
            told["updated_at"], tuple((turn["seq"], turn["text"]) for turn in told["turns"]),
        )  # fmt: skip


def placed(turns):
    """Return the turns in order, each with its seq: the free one after those not later."""
    given = [turn for turn in turns if turn["seq"] is not None]
    used = {turn["seq"] for turn in given}
    done, last = list(given), -1
    free = [turn for turn in turns if turn["seq"] is None]
    for turn in sorted(free, key=lambda turn: (turn["at"], turn["arrival"])):
        before = [other["seq"] for other in given if other["at"] <= turn["at"]]
        seq = max([last, *before]) + 1
        while seq in used:
            seq += 1
        last = seq
        done.append({**turn, "seq": seq})
    return sorted(done, key=lambda turn: turn["seq"])


class Models(dict):
    """All sessions by id, and the ids of the events that were taken."""

    def __init__(self):
        super().__init__()
        self.seen, self.arrival = set(), 0

    def take(self, event):
        """Take an event in; returns what should become of it."""
        if event["id"] in self.seen:
            return "duplicate"
        model = self.get(event["data"]["session_id"], Model())
        if not model.takes(event):
            return "rejected"
        self.arrival += 1
        self.seen.add(event["id"])
        self[event["data"]["session_id"]] = model
        model.add(self.arrival, event)
        return "accepted"

    def move(self, *, is_nightly):
        """Have them go where the compactor takes them; returns how many it moves."""
        moved = 0
        for model in self.values():
            model.is_forgotten = model.is_forgotten or model.is_moved
            model.is_moved = False
            is_over = not model.is_forgotten and model.row()[0] != "active"
            if is_over and (is_nightly or not model.is_late):
                model.is_moved = True
                moved += 1
        return moved

    def rows(self):
        """Return the row of each."""
        return {name: model.row() for name, model in self.items()}
