"""The newest name of each agent, from what the index keeps of it, or from the sessions."""

import polars as pl

from queries import halves
from queries.engine import Snapshot, fetch, sql
from queries.filters import Filters, Scope


def agent_names(snapshot: Snapshot, scope: Scope) -> dict[str, str]:
    """Return the newest name of each agent by its id, in the order of the ids.

    Newest is the name of the session that started last; of several the first by the alphabet.
    """
    found = _kept(snapshot, scope)
    if found is None:
        rows = halves.fetch(sql("agent_names"), Filters(scope=scope), snapshot)
        found = dict(_newest(rows).select("agent", "agent_name").iter_rows())
    return dict(sorted(found.items()))


def _kept(snapshot: Snapshot, scope: Scope) -> dict[str, str] | None:
    """Return the names from what is kept and the live sessions; None where these do not tell."""
    publication = snapshot.publication
    cubes, horizon = publication.cubes, publication.horizon
    if cubes is None or cubes.names is None or (cubes.has_live and horizon is None):
        return None
    kept = {agent: told for agent, told in cubes.names.items()
            if scope.agents is None or agent in scope.agents}  # fmt: skip
    if horizon is None:
        return {agent: name for agent, (name, _) in kept.items()}
    rows = fetch(sql("agent_names"), Filters(scope=scope), snapshot, not_before=horizon)
    fresh = {agent: told for agent, *told in _newest(rows).iter_rows()}
    found = {}
    for agent in kept.keys() | fresh.keys():
        name, newest_at = fresh.get(agent, (None, None))
        kept_name, kept_at = kept.get(agent, (None, None))
        if newest_at is None and kept_at is not None:
            if kept_at >= horizon:  # of a session that is another now
                return None
            name = kept_name
        if name is not None:  # else all that had no start are gone
            found[agent] = name
    return found


def _newest(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the row of the newest name of each agent."""
    newest = rows.sort("newest_at", "agent_name", descending=[True, False], nulls_last=True)
    return newest.unique("agent", keep="first", maintain_order=True)
