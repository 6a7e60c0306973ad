"""Repeat contact: how often the same user is back within 24 hours or 7 days, by agent.

Of sessions that completed or failed, with a user and an end. Back is another session of the user
among all that the viewer may see, with any agent, that starts when this one has ended or later, and
within the time: what the filter `returned` says (queries/choices.py), which is also the link.

A session that ended so lately that its time is not over counts as well, as one whose user is not
back yet: the newest numbers are the least that they will be.
"""

from dataclasses import replace
from typing import Any

import polars as pl

from queries import honest, links
from queries.choices import Returned
from queries.engine import Snapshot, sql
from queries.filters import Filters
from queries.marks import Mark, enter
from queries.names import agent_names
from queries.question import Question

EVERY = "All agents"  # the label of the first row
WITHIN = {"24h": Returned.DAY, "7d": Returned.WEEK}

Row = dict[str, Any]


def repeat_contact(filters: Filters, snapshot: Snapshot) -> pl.DataFrame:
    """Return a row for all agents together, `agent` null, and one for each, most sessions first.

    Columns: agent, label (its newest name), ended; then for 24h and for 7d: back_24h (sessions
    whose user came back), rate_24h (of those that ended, null of none) and its interval, low_24h
    and high_24h; is_uncertain: about too few sessions.
    """
    found = question(filters).ask(snapshot).rename({"agent_id": "agent"})
    every = found.select(
        pl.lit(None, pl.String).alias("agent"), pl.exclude("agent").sum().cast(pl.Int64)
    )
    names = agent_names(snapshot, filters.scope)
    rows = pl.concat([every, found])
    labels = [EVERY, *(names.get(agent, agent) for agent in found["agent"])]
    rows = rows.with_columns(pl.Series("label", labels), is_uncertain=pl.col("ended") < honest.FEW)
    for within in WITHIN:
        rows = _with_rate(rows, within)
    rates = [f"{name}_{within}" for within in WITHIN for name in ("back", "rate", "low", "high")]
    return rows.select("agent", "label", "ended", *rates, "is_uncertain")


def question(filters: Filters) -> Question:
    """Return what is asked: of the cells of lake/contacts.py where they answer."""
    counted = replace(sql("repeat_contact_days"), cube="contact_days")
    return Question(replace(sql("repeat_contact"), counted=counted), filters)


def link(agent: str | None, within: str, filters: Filters) -> Filters | None:
    """Return the sessions whose user came back within 24h or 7d; of all agents where None."""
    is_narrower = filters.returned is None or filters.returned is Returned.WEEK
    narrow = {"returned": WITHIN[within]} if is_narrower else {}
    found = filters.model_copy(update=narrow)
    return found if agent is None else links.part("agent", agent, found)


def _with_rate(rows: pl.DataFrame, within: str) -> pl.DataFrame:
    """Return rows with the rate of those who came back, and its interval."""
    counts = rows.select(rate_hits=f"back_{within}", rate_n="ended")
    bounds = honest.with_bounds(counts, "rate")
    known = pl.when(pl.col("rate_n") > 0)
    rates = bounds.select(
        known.then(pl.col("rate_hits") / pl.col("rate_n")).alias(f"rate_{within}"),
        pl.col("rate_low").alias(f"low_{within}"),
        pl.col("rate_high").alias(f"high_{within}"),
    )
    return rows.hstack(rates)


def _rows(filters: Filters, snapshot: Snapshot) -> list[Row]:
    return [
        {**row, "within": within, "sessions": row[f"back_{within}"]}
        for row in repeat_contact(filters, snapshot).to_dicts()
        for within in WITHIN
    ]


def _link(row: Row, filters: Filters, snapshot: Snapshot) -> Filters | None:  # noqa: ARG001
    return link(row["agent"], row["within"], filters)


enter(Mark("repeat_contact", "The sessions whose user came back.", _rows, _link))
