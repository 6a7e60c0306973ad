"""From plan and rows to the tables of a batch."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingest.demo import names, summary
from ingest.demo.agents import AGENTS, CHANNELS
from ingest.demo.dice import Ints, throw
from ingest.demo.endings import ENDINGS
from ingest.demo.library import TYPES
from ingest.demo.metadata import metadata
from ingest.demo.parameters import Parameters
from ingest.demo.plan import STUCK, Plan
from ingest.demo.steps import KINDS
from ingest.demo.unfold import Rows
from lake.schema import EVENTS, MESSAGES, SESSIONS, TIME, Batch
from models import SessionType, Status

SOURCE = "demo"
_KINDS = pa.array([str(kind) for kind in KINDS])


def batch(parameters: Parameters, plan: Plan, rows: Rows) -> Batch:
    """Return the sessions of `plan` with what has happened in them."""
    dice = plan.dice
    ids = names.uuids(dice.bits("session id, high"), dice.bits("session id, low"))
    is_message = rows.is_message
    messages, events = np.flatnonzero(is_message), np.flatnonzero(~is_message)
    columns = _who(plan) | _how(plan, rows) | _what(parameters, plan, rows)
    columns["session_id"] = ids
    return Batch(
        pa.table([columns[name] for name in SESSIONS.names], schema=SESSIONS),
        pa.table(_place(plan, rows, ids, messages) + _said(rows, messages), schema=MESSAGES),
        pa.table(_place(plan, rows, ids, events) + _done(rows, events), schema=EVENTS),
    )


def _who(plan: Plan) -> dict[str, pa.Array]:
    """Return the columns that say who speaks to whom, and where."""
    agent = pa.array(plan.agent)
    digits = names.hexadecimal(plan.people.dice.bits("user id"), 12)
    users = pc.binary_join_element_wise("usr_", digits, "")
    known = pa.array(np.arange(len(users)), mask=~plan.people.is_known)
    return {
        "source": pa.repeat(SOURCE, len(users)),
        "external_id": pa.nulls(len(users), pa.string()),
        "agent_id": pa.array([one.agent_id for one in AGENTS]).take(agent),
        "agent_name": pa.array([one.name for one in AGENTS]).take(agent),
        "channel": pa.array([str(one) for one in CHANNELS]).take(pa.array(plan.channel)),
        "type": pa.array([str(one) for one in TYPES]).take(pa.array(plan.kind)),
        "user_id": users.take(known),
    }


def _how(plan: Plan, rows: Rows) -> dict[str, pa.Array]:
    """Return the columns that say how and when the sessions began and ended."""
    last = rows.at[rows.ends]
    ended = pa.array(last, mask=~rows.has_ended)
    # Who ended it matters where it was broken off, and who hung up.
    told = rows.has_ended & (plan.ends("cancelled") | plan.of_type(SessionType.VOICE))
    status = np.where(rows.has_ended & (plan.ending != STUCK), plan.ending, len(ENDINGS))
    reasons = pa.array([by for _, by in ENDINGS])
    key = throw(0, plan.started).bits("content") ^ plan.dice.bits("content")
    return {
        "status": pa.array([*(one for one, _ in ENDINGS), str(Status.ACTIVE)]).take(
            pa.array(status)
        ),
        "end_reason": reasons.take(pa.array(plan.ending, mask=~(told & ~plan.ends("failed")))),
        "started_at": pa.array(plan.started).cast(TIME),
        "ended_at": ended.cast(TIME),
        "duration_ms": pa.array((last - plan.started) // 1000, mask=~rows.has_ended),
        "updated_at": pa.array(last).cast(TIME),
        "content_hash": names.hexadecimal(key),
    }


def _what(parameters: Parameters, plan: Plan, rows: Rows) -> dict[str, pa.Array]:
    """Return the columns that follow from the rows."""
    failed = rows.has_ended & plan.ends("failed")
    error, error_key = summary.errors(rows, failed)
    kinds, handed = summary.event_kinds(rows)
    messages = np.add.reduceat(rows.is_message.astype(np.int32), rows.begins, dtype=np.int32)
    everything = np.diff(rows.begins, append=len(rows.owner)).astype(np.int32)
    return {
        "first_response_ms": summary.first_response(rows),
        "message_count": pa.array(messages),
        "event_count": pa.array(everything - messages),
        "last_message_at": summary.last_message(rows).cast(TIME),
        "error": error,
        "error_key": error_key,
        "event_kinds": kinds,
        "metadata": metadata(plan, parameters.sessions, ended=rows.has_ended, handed=handed),
    }


def _place(plan: Plan, rows: Rows, ids: pa.Array, chosen: Ints) -> list[pa.Array]:
    """Return the columns that messages and events share."""
    owner = rows.owner[chosen]
    return [
        ids.take(pa.array(owner)),
        pa.array(plan.started[owner]).cast(TIME),
        pa.array(rows.seq[chosen].astype(np.int32)),
        pa.array(rows.at[chosen]).cast(TIME),
    ]


def _said(rows: Rows, chosen: Ints) -> list[pa.Array]:
    """Return the columns of messages alone: sender and content."""
    return [_KINDS.take(pa.array(rows.kind[chosen])), rows.text.take(pa.array(chosen))]


def _done(rows: Rows, chosen: Ints) -> list[pa.Array]:
    """Return the columns of events alone: kind, name and detail."""
    kind, detail = _said(rows, chosen)
    return [kind, rows.name.take(pa.array(chosen)), detail]
